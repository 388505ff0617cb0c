package openpgp

import (
	"bytes"
	"encoding/binary"
	"time"
)

// The subpackets that are taken (RFC 4880, 5.2.3.1; 33 is of RFC 9580).
const (
	subTime        = 2
	subKeyID       = 16
	subFingerprint = 33
)

// subpackets calls each with what is in an area. A length of one byte is all
// that what is taken here needs.
func subpackets(area []byte, each func(kind byte, data []byte) error) error {
	for len(area) > 0 {
		size := int(area[0])
		if size == 0 || size >= 192 || size > len(area)-1 {
			return fault(plainly, "OpenPGP signature: a subpacket is cut short, empty or longer than any that is taken")
		}
		if err := each(area[1], area[2:1+size]); err != nil {
			return err
		}
		area = area[1+size:]
	}
	return nil
}

// signedWords reads the hashed subpackets: who signed, and when, once each.
func (s *Signature) signedWords(hashed []byte) error {
	var issuers, times int
	err := subpackets(hashed, func(kind byte, data []byte) error {
		// The highest bit only says that whoever does not know the kind must refuse,
		// as is done here with all.
		switch kind &^= 0x80; {
		case kind == subFingerprint && len(data) == 1+len(s.Issuer) && data[0] == 4:
			copy(s.Issuer[:], data[1:])
			issuers++
		case kind == subTime && len(data) == 4:
			s.Made = time.Unix(int64(binary.BigEndian.Uint32(data)), 0).UTC()
			times++
		default:
			return fault(plainly, "OpenPGP signature: a hashed subpacket of type %d, of %d bytes, would stand in the root for ever; only the issuer's version 4 fingerprint and the time are taken", kind, len(data))
		}
		return nil
	})
	if err == nil && (issuers != 1 || times != 1) {
		err = fault(again, "OpenPGP signature: names its issuer's fingerprint %d times and its time %d times among what is hashed, and must each once", issuers, times)
	}
	return err
}

// keyID reads the unhashed subpackets. Nobody has signed them: the short name of
// the issuer may stand there, and must be that of the fingerprint.
func (s *Signature) keyID(unhashed []byte) error {
	return subpackets(unhashed, func(kind byte, data []byte) error {
		switch {
		case kind != subKeyID:
			return fault(plainly, "OpenPGP signature: an unhashed subpacket of type %d: only the issuer's key id (16) is taken", kind)
		case !bytes.Equal(data, s.Issuer[12:]):
			return fault(again, "OpenPGP signature: the issuer's key id is %X, and its fingerprint %s", data, s.Fingerprint())
		}
		return nil
	})
}
