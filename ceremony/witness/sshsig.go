package witness

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/rootmoot/rootmoot/root"
)

const (
	armorBegin = "-----BEGIN SSH SIGNATURE-----"
	armorEnd   = "-----END SSH SIGNATURE-----"
	// sshsigMagic begins a signature, and what is signed.
	sshsigMagic   = "SSHSIG"
	sshsigVersion = 1
)

// An sshsig is a signature as OpenSSH's PROTOCOL.sshsig has it, after the magic
// and the version.
type sshsig struct {
	key, namespace, reserved, hash, signature cryptobyte.String
}

// verifySSH checks an armored signature in a namespace.
func (k Key) verifySSH(message, armored []byte, namespace string) error {
	blob, err := dearmor(string(armored))
	if err != nil {
		return err
	}
	s, err := parseSSHSig(blob)
	if err != nil {
		return err
	}
	switch {
	case !bytes.Equal(s.key, k.blob):
		return fmt.Errorf("made with another key (%s) than the plan's (%s)", sshFingerprint(s.key), k.Fingerprint())
	case string(s.namespace) != namespace:
		return fmt.Errorf("made for %q, not for %q: sign with ssh-keygen -Y sign -n %s", clip(s.namespace), namespace, namespace)
	case len(s.reserved) > 0:
		return errors.New("has something in the field that is reserved: not known to this version of the program")
	}
	signed, err := s.signed(message)
	if err != nil {
		return err
	}
	return k.verifyWire(signed, s.signature)
}

// dearmor is what stands between the two lines of the armor, decoded. Lines of
// base64 may have any length; nothing may stand before, between or after them.
// A writer on Windows may have ended all lines with CR LF.
func dearmor(text string) ([]byte, error) {
	errForm := fmt.Errorf("not an SSH signature: want a file that begins with %q and ends with %q, and base64 between them", armorBegin, armorEnd)
	lines := signatureLines(text)
	if len(lines) < 3 || lines[0] != armorBegin || lines[len(lines)-1] != armorEnd {
		return nil, errForm
	}
	lines = lines[1 : len(lines)-1]
	for _, l := range lines {
		if l == "" {
			return nil, errForm
		}
	}
	blob, ok := decode64(strings.Join(lines, ""))
	if !ok {
		return nil, errForm
	}
	return blob, nil
}

// signatureLines are the lines of a signature's file, without a last empty one.
// Either all end with CR LF or none does; otherwise the CRs stay.
func signatureLines(text string) []string {
	if n := strings.Count(text, "\r\n"); n > 0 && n == strings.Count(text, "\n") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func parseSSHSig(blob []byte) (s sshsig, err error) {
	in := cryptobyte.String(blob)
	var magic []byte
	var version uint32
	if !in.ReadBytes(&magic, len(sshsigMagic)) || string(magic) != sshsigMagic || !in.ReadUint32(&version) {
		return s, errors.New("not an SSH signature within its armor")
	}
	if version != sshsigVersion {
		return s, fmt.Errorf("an SSH signature of version %d: this program reads version %d", version, sshsigVersion)
	}
	for _, field := range []*cryptobyte.String{&s.key, &s.namespace, &s.reserved, &s.hash, &s.signature} {
		if !readString(&in, field) {
			return s, errors.New("an SSH signature that is cut short")
		}
	}
	if !in.Empty() {
		return s, errors.New("an SSH signature with something after its end")
	}
	return s, nil
}

// signed is the bytes that the key has signed.
func (s sshsig) signed(message []byte) ([]byte, error) {
	var sum []byte
	switch string(s.hash) {
	case "sha256":
		h := sha256.Sum256(message)
		sum = h[:]
	case "sha512":
		h := sha512.Sum512(message)
		sum = h[:]
	default:
		return nil, fmt.Errorf("hashed with %q: want sha256 or sha512", clip(s.hash))
	}
	var b cryptobyte.Builder
	b.AddBytes([]byte(sshsigMagic))
	for _, field := range [][]byte{s.namespace, s.reserved, s.hash, sum} {
		addString(&b, field)
	}
	return b.Bytes()
}

// userPresent is the flag of a security key that was touched (OpenSSH,
// PROTOCOL.u2f; WebAuthn, 6.1).
const userPresent = 0x01

// verifyWire checks the innermost signature:
//
//	ssh-ed25519            string type, string of 64 bytes              RFC 8709, 6
//	ecdsa-sha2-nistp256    string type, string of (mpint r, mpint s)    RFC 5656, 3.1.2
//	sk-…                   the same, then byte flags, uint32 counter    OpenSSH, PROTOCOL.u2f
func (k Key) verifyWire(signed, signature []byte) error {
	errForm := fmt.Errorf("not a signature of type %s", k.kind)
	in := cryptobyte.String(signature)
	var body cryptobyte.String
	if !skipString(&in, string(k.kind)) || !readString(&in, &body) {
		return errForm
	}
	if k.onSecurityKey() {
		var flags uint8
		var counter uint32
		if !in.ReadUint8(&flags) || !in.ReadUint32(&counter) {
			return errForm
		}
		if flags&userPresent == 0 {
			return errors.New("made without a touch of the security key: sign with a key that wants one")
		}
		signed = k.askedOfSecurityKey(signed, flags, counter)
	}
	if !in.Empty() {
		return errForm
	}
	if k.public.Algorithm() == root.P256 {
		var ok bool
		if body, ok = derOf(body); !ok {
			return errForm
		}
	}
	return k.public.VerifyStatement(signed, body)
}

// askedOfSecurityKey is what a security key signs when it is asked for message.
func (k Key) askedOfSecurityKey(message []byte, flags uint8, counter uint32) []byte {
	application, sum := sha256.Sum256([]byte(k.application)), sha256.Sum256(message)
	var b cryptobyte.Builder
	b.AddBytes(application[:])
	b.AddUint8(flags)
	b.AddUint32(counter)
	b.AddBytes(sum[:])
	return b.BytesOrPanic() // two digests, a byte and a number: nothing that can fail
}

// derOf writes an ECDSA signature as package root takes it. SSH's mpint is the
// content of DER's INTEGER; whether it is one, as short as it can be, is asked
// when it is read.
func derOf(body cryptobyte.String) (cryptobyte.String, bool) {
	var r, s cryptobyte.String
	if !readString(&body, &r) || !readString(&body, &s) || !body.Empty() {
		return nil, false
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(r) })
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(s) })
	})
	der, err := b.Bytes()
	return der, err == nil
}

// sshFingerprint is what ssh-keygen -l shows of a key.
func sshFingerprint(blob []byte) string {
	sum := sha256.Sum256(blob)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// clip shortens foreign text for an error message.
func clip(s []byte) string {
	const most = 40
	if len(s) > most {
		return string(s[:most]) + "…"
	}
	return string(s)
}
