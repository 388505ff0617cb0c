package openpgp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"
)

// MaxSignature bounds the file of a signature, in bytes: one that is taken has
// less than 130, and one that is not is named for what it is.
const MaxSignature = 64 << 10

// A Signature is what a detached signature says of itself. Nothing of it was
// verified.
type Signature struct {
	Header []byte    // the hashed part: from the version to the end of the hashed subpackets
	Sig    [64]byte  // R and S, 32 bytes each
	Issuer [20]byte  // fingerprint of the key or subkey that made it
	Made   time.Time // by the clock of the keyholder's machine
	Left   [2]byte   // the first two bytes of the digest that was signed
}

// Fingerprint is the issuer's, as GnuPG prints it: 40 capital hex digits.
func (s Signature) Fingerprint() string { return fmt.Sprintf("%X", s.Issuer[:]) }

// By refuses a signature that another key has made than the one with that
// fingerprint, which is the plan's. The error is a *[Fault].
func (s Signature) By(fingerprint string) error {
	if s.Fingerprint() == fingerprint {
		return nil
	}
	return fault("sign with --local-user "+fingerprint+"! and keep the exclamation mark",
		"is by the key %s, and the plan has %s", s.Fingerprint(), fingerprint)
}

// ParseSignature reads a file that holds one detached signature and nothing
// else. The error is a *[Fault].
func ParseSignature(raw []byte) (Signature, error) {
	if len(raw) > MaxSignature {
		return Signature{}, fault(again, "OpenPGP file: %d bytes or more; a detached signature has about 120", MaxSignature)
	}
	tag, body, rest, err := next(raw)
	switch {
	case tag == tagCompressed || tag == tagOnePass: // often of a length that is not known
		return Signature{}, fault("sign again with --detach-sign", "OpenPGP file: holds a signed message, and no detached signature")
	case err != nil:
		return Signature{}, err
	case tag != tagSignature:
		return Signature{}, fault(again, "OpenPGP file: begins with a packet of tag %d, and no signature", tag)
	case len(rest) > 0:
		return Signature{}, fault("sign with one key, into a file of its own", "OpenPGP file: %d bytes stand behind the first signature; one is taken", len(rest))
	}
	return signatureBody(body)
}

// signatureBody reads the body of a signature packet (RFC 4880, 5.2.3).
func signatureBody(body []byte) (s Signature, err error) {
	if err := kind(body); err != nil {
		return s, err
	}
	hashed, rest, ok := area(body[4:])
	if !ok {
		return s, fault(again, "OpenPGP signature: its hashed subpackets are cut short")
	}
	s.Header = bytes.Clone(body[:6+len(hashed)])
	unhashed, rest, ok := area(rest)
	if !ok {
		return s, fault(again, "OpenPGP signature: its unhashed subpackets are cut short")
	}
	if err := s.signedWords(hashed); err != nil {
		return s, err
	}
	if err := s.keyID(unhashed); err != nil {
		return s, err
	}
	if len(rest) < len(s.Left) {
		return s, fault(again, "OpenPGP signature: is cut short before R")
	}
	copy(s.Left[:], rest)
	return s, s.numbers(rest[len(s.Left):])
}

// kind refuses every signature but one: version 4, binary document, EdDSA,
// SHA-256.
func kind(body []byte) error {
	switch {
	case len(body) < 4:
		return fault(again, "OpenPGP signature: has %d bytes", len(body))
	case body[0] != 4:
		return fault("sign with GnuPG and a version 4 key: conda's form has no place for another version", "OpenPGP signature: is of version %d, and only 4 is taken", body[0])
	case body[1] == 1:
		return fault("sign again without --textmode", "OpenPGP signature: is over text (type 0x01), whose line ends may have been changed")
	case body[1] != 0:
		return fault(again, "OpenPGP signature: is of type 0x%02x, and not over a binary document (0x00)", body[1])
	case body[2] == 27:
		return fault("sign with GnuPG and a key of algorithm EdDSA", "OpenPGP signature: its algorithm is 27 (Ed25519 of RFC 9580), and conda's form has 22 (EdDSA)")
	case body[2] != 22:
		return fault("sign with the Ed25519 key or subkey that the plan names", "OpenPGP signature: its algorithm is %d, and conda's form has 22 (EdDSA)", body[2])
	case body[3] == 10:
		return fault(sha256, "OpenPGP signature: hashes with SHA-512, and conda always with SHA-256")
	case body[3] != 8:
		return fault(sha256, "OpenPGP signature: hashes with algorithm %d, and conda always with SHA-256 (8)", body[3])
	}
	return nil
}

// numbers reads R and S, and that nothing follows.
func (s *Signature) numbers(raw []byte) error {
	const half = len(s.Sig) / 2
	for i, name := range []string{"R", "S"} {
		n, rest, bits, ok := mpi(raw)
		switch {
		case !ok:
			return fault(again, "OpenPGP signature: %s is cut short, or not as long as it says (%d bits)", name, bits)
		case len(n) > half:
			return fault(again, "OpenPGP signature: %s has %d bits, and an Ed25519 signature's has %d at most", name, bits, 8*half)
		}
		copy(s.Sig[(i+1)*half-len(n):], n)
		raw = rest
	}
	if len(raw) > 0 {
		return fault(again, "OpenPGP signature: %d bytes stand behind S", len(raw))
	}
	return nil
}

// area cuts an area of subpackets off raw: two bytes of length, and they.
func area(raw []byte) (subpackets, rest []byte, ok bool) {
	if len(raw) < 2 {
		return nil, nil, false
	}
	size := int(binary.BigEndian.Uint16(raw))
	if size > len(raw)-2 {
		return nil, nil, false
	}
	return raw[2 : 2+size], raw[2+size:], true
}
