package root

import (
	"crypto/sha1" //nolint:gosec // the v4 fingerprint of OpenPGP is a SHA-1; nothing rests on it
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"time"
)

// Conda's roots count only signatures in OpenPGP form: Ed25519 over
//
//	SHA-256( canonical signed part ‖ H ‖ 04 ff ‖ length of H, 4 bytes )
//
// where H is the hashed part of an OpenPGP v4 signature packet (RFC 4880,
// 5.2.3 and 5.2.4). conda does not interpret H; we write a well-formed one, so
// that the signature is also one that OpenPGP programs accept:
//
//	04 00 16 08      version 4, binary document, EdDSA, SHA-256
//	00 1d            29 bytes of hashed subpackets
//	16 21 04 <20>    issuer fingerprint, version 4
//	05 02 <4>        creation time
//
// No OpenPGP program takes part: the fingerprint is that of the v4 key packet
// that the Ed25519 key would have if it had been made at the plan's
// signing_time.

// A Header is the hashed part of an OpenPGP signature packet.
type Header []byte

// NewHeader is the header that we write for a key and a time.
func NewHeader(k PublicKey, at time.Time) (Header, error) {
	if k.Algorithm() != Ed25519 {
		return nil, fmt.Errorf("OpenPGP form: needs an Ed25519 key, this one is of %v", k.Algorithm())
	}
	stamp, err := openPGPTime(at)
	if err != nil {
		return nil, err
	}
	fingerprint := sha1.Sum(prefixed(KeyPacketBody(k, stamp)))
	h := append(Header{0x04, 0x00, 0x16, 0x08, 0x00, 0x1d, 0x16, 0x21, 0x04}, fingerprint[:]...)
	return append(append(h, 0x05, 0x02), stamp[:]...), nil
}

// check refuses a header that is not that of a signature which OpenPGP programs
// would make here (RFC 4880, 5.2.3): version 4, binary document, EdDSA,
// SHA-256, and hashed subpackets of the length that it says. conda takes any
// bytes, and when judging a document so do we; but none other is written.
func (h Header) check() error {
	const fixed = 6
	switch {
	case len(h) < fixed || string(h[:4]) != "\x04\x00\x16\x08":
		return errors.New("OpenPGP header: want version 4, binary document, EdDSA, SHA-256 (04 00 16 08)")
	case len(h) != fixed+int(binary.BigEndian.Uint16(h[4:])):
		return fmt.Errorf("OpenPGP header: says %d bytes of subpackets, has %d", binary.BigEndian.Uint16(h[4:]), len(h)-fixed)
	}
	return nil
}

// issuer is the fingerprint in a header like ours, nil in any other.
func (h Header) issuer() []byte {
	const at = len("\x04\x00\x16\x08\x00\x1d\x16\x21\x04")
	if len(h) < at+sha1.Size || string(h[6:at]) != "\x16\x21\x04" {
		return nil
	}
	return h[at : at+sha1.Size]
}

// openPGPTime is seconds since 1970 in four bytes.
func openPGPTime(at time.Time) ([4]byte, error) {
	var stamp [4]byte
	s := at.Unix()
	if s <= 0 || s > 1<<32-1 {
		return stamp, fmt.Errorf("signing time %s: OpenPGP counts seconds from 1970 to 2106", FormatTime(at))
	}
	binary.BigEndian.PutUint32(stamp[:], uint32(s))
	return stamp, nil
}

// KeyPacketBody is the body of the OpenPGP v4 public-key packet of an Ed25519
// key (RFC 4880, 5.5.2; draft-ietf-openpgp-rfc4880bis, EdDSA): version, time,
// algorithm 22, the curve's OID, and the point as an MPI of 263 bits.
func KeyPacketBody(k PublicKey, stamp [4]byte) []byte {
	body := append([]byte{0x04}, stamp[:]...)
	body = append(body, 0x16, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01, 0x01, 0x07, 0x40)
	return append(body, k.Raw()...)
}

// prefixed is what a v4 fingerprint hashes.
func prefixed(body []byte) []byte {
	return append([]byte{0x99, byte(len(body) >> 8), byte(len(body))}, body...)
}

// openPGPDigest is the 32 bytes that the Ed25519 signature is over.
func openPGPDigest(signed []byte, h Header) []byte {
	d := sha256.New()
	d.Write(signed)
	return openPGPRest(d, h)
}

// openPGPRest ends a hash that has taken the signed part.
func openPGPRest(d hash.Hash, h Header) []byte {
	d.Write(h)
	trailer := binary.BigEndian.AppendUint32([]byte{0x04, 0xff}, uint32(len(h)))
	d.Write(trailer)
	return d.Sum(nil)
}
