package openpgp

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the v4 fingerprint of OpenPGP is a SHA-1; nothing rests on it
	"encoding/binary"
	"fmt"
	"time"
)

// MaxKeys bounds an export of keys: in bytes, and in keys. An export with
// everybody's certifications can be longer: gpg --export-options export-minimal
// leaves them out.
const (
	MaxExport = 1 << 20
	maxKeys   = 64
)

// A Key is a public key or subkey of an export. Nothing of it was judged:
// neither whether it is revoked or expired, nor whether a subkey is its primary
// key's, nor what it is for.
type Key struct {
	Subkey      bool
	Version     byte
	Fingerprint string    // as GnuPG prints it: 40 capital hex digits; "" if it is not of version 4
	Made        time.Time // of version 4
	Algorithm   string
	Ed25519     []byte // the 32 bytes that stand in a plan; nil for any other algorithm
}

// IsExport reports whether raw begins as a binary export of public keys does.
func IsExport(raw []byte) bool {
	return len(raw) > 0 && (raw[0]&0xfc == 0x80|tagPublicKey<<2 || raw[0] == 0xc0|tagPublicKey)
}

// ParseKeys reads the keys of what gpg --export writes, in their order. The
// error is a *[Fault].
func ParseKeys(raw []byte) ([]Key, error) {
	if len(raw) > MaxExport {
		return nil, fault("export again with --export-options export-minimal", "OpenPGP keys: %d bytes or more", MaxExport)
	}
	var out []Key
	for len(raw) > 0 {
		tag, body, rest, err := next(raw)
		if err != nil {
			return nil, err
		}
		raw = rest
		switch tag {
		case tagSecretKey, tagSecretSub:
			return nil, fault("remove the file safely, and export again with gpg --export", "OpenPGP keys: a secret key stands here")
		case tagPublicKey, tagPublicSub:
		default: // names, and signatures that nobody looks at here
			continue
		}
		if len(out) == maxKeys {
			return nil, fault("export one key: gpg --export FINGERPRINT", "OpenPGP keys: more than %d", maxKeys)
		}
		k, err := keyBody(body)
		if err != nil {
			return nil, err
		}
		k.Subkey = tag == tagPublicSub
		out = append(out, k)
	}
	if len(out) == 0 {
		return nil, fault("export again with gpg --export FINGERPRINT", "OpenPGP keys: there is none")
	}
	return out, nil
}

// ed25519 is what follows the algorithm in the packet of an Ed25519 key: its
// curve's OID, and a point of 263 bits with the prefix 0x40 (RFC 9580, 11.2).
var ed25519 = []byte{0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01, 0x01, 0x07, 0x40}

// keyBody reads the body of a key packet (RFC 4880, 5.5.2).
func keyBody(body []byte) (Key, error) {
	if len(body) < 6 || len(body) > 1<<16-1 {
		return Key{}, fault("export again with gpg --export FINGERPRINT", "OpenPGP keys: a key of %d bytes", len(body))
	}
	k := Key{Version: body[0], Algorithm: fmt.Sprintf("a key of version %d", body[0])}
	if k.Version != 4 {
		return k, nil
	}
	k.Made = time.Unix(int64(binary.BigEndian.Uint32(body[1:])), 0).UTC()
	head := []byte{0x99, byte(len(body) >> 8), byte(len(body))}
	k.Fingerprint = fmt.Sprintf("%X", sha1.Sum(append(head, body...))) //nolint:gosec // as above
	k.Algorithm = algorithm(body[5])
	if rest, ok := bytes.CutPrefix(body[6:], ed25519); body[5] == 22 && ok && len(rest) == 32 {
		k.Algorithm, k.Ed25519 = "Ed25519", bytes.Clone(rest)
	}
	return k, nil
}

// algorithm is the name of a key's algorithm (RFC 9580, 9.1).
func algorithm(id byte) string {
	switch id {
	case 1, 2, 3:
		return "RSA"
	case 17:
		return "DSA"
	case 16:
		return "Elgamal"
	case 18:
		return "ECDH, for encryption"
	case 19:
		return "ECDSA"
	case 22:
		return "EdDSA, of another curve"
	case 27:
		return "Ed25519 of RFC 9580 (27), which conda's form cannot have"
	}
	return fmt.Sprintf("algorithm %d", id)
}
