package pivcard

import (
	"errors"
	"fmt"
)

// A tlv is one BER-TLV data object (ISO 7816-4, 5.2.2): tags of one or two
// bytes, definite lengths of up to two bytes.
type tlv struct {
	tag   uint16
	value []byte
}

// Tags that occur in PIV (SP 800-73-4 and the YubiKey's extensions).
const (
	tagWitness    = 0x80
	tagChallenge  = 0x81
	tagResponse   = 0x82
	tagECPoint    = 0x86
	tagDynAuth    = 0x7C
	tagPublicKey  = 0x7F49
	tagGenerate   = 0xAC
	tagAlgorithm  = 0x80 // in tagGenerate
	tagScalar     = 0x06 // of a key that is imported
	tagSeed       = 0x07 // likewise, Ed25519
	tagPINPolicy  = 0xAA
	tagTouch      = 0xAB
	tagObjectID   = 0x5C
	tagObject     = 0x53
	tagCert       = 0x70
	tagCertInfo   = 0x71
	tagErrorCheck = 0xFE
)

// Tags of GET METADATA (F7).
const (
	metaAlgorithm = 0x01
	metaPolicy    = 0x02
	metaOrigin    = 0x03
	metaPublicKey = 0x04
	metaDefault   = 0x05
	metaRetries   = 0x06
)

// readTLV takes the first object off b. It is strict: a length must be in its
// shortest form and lie within b, so that one object has one encoding.
func readTLV(b []byte) (t tlv, rest []byte, err error) {
	if len(b) == 0 {
		return tlv{}, nil, errors.New("tlv: no bytes where a tag must be")
	}
	t.tag, b = uint16(b[0]), b[1:]
	if t.tag == 0 {
		return tlv{}, nil, errors.New("tlv: 00 is no tag")
	}
	if t.tag&0x1F == 0x1F { // low bits all set: a second tag byte follows
		if len(b) == 0 || b[0]&0x80 != 0 || b[0] < 0x1F {
			// A second byte with its high bit set asks for a third: PIV has none.
			return tlv{}, nil, fmt.Errorf("tlv: tag %02X has no valid second byte", t.tag)
		}
		t.tag, b = t.tag<<8|uint16(b[0]), b[1:]
	}
	n, b, err := readLength(b)
	if err != nil {
		return tlv{}, nil, fmt.Errorf("tlv: tag %02X: %w", t.tag, err)
	}
	if n > len(b) {
		return tlv{}, nil, fmt.Errorf("tlv: tag %02X: length %d, but only %d bytes follow", t.tag, n, len(b))
	}
	t.value = b[:n:n]
	return t, b[n:], nil
}

func readLength(b []byte) (n int, rest []byte, err error) {
	switch {
	case len(b) == 0:
		return 0, nil, errors.New("length is missing")
	case b[0] < 0x80:
		return int(b[0]), b[1:], nil
	case b[0] == 0x81 && len(b) >= 2 && b[1] >= 0x80:
		return int(b[1]), b[2:], nil
	case b[0] == 0x82 && len(b) >= 3 && b[1] != 0:
		return int(b[1])<<8 | int(b[2]), b[3:], nil
	}
	return 0, nil, fmt.Errorf("length byte %02X: not a definite length in its shortest form", b[0])
}

// readTLVs reads b as a sequence of objects, each tag at most once: no
// structure of PIV repeats one.
func readTLVs(b []byte) ([]tlv, error) {
	var out []tlv
	for len(b) > 0 {
		t, rest, err := readTLV(b)
		if err != nil {
			return nil, err
		}
		if _, dup := find(out, t.tag); dup {
			return nil, fmt.Errorf("tlv: tag %02X occurs twice", t.tag)
		}
		out, b = append(out, t), rest
	}
	return out, nil
}

// readOne reads b as exactly one object with the given tag.
func readOne(b []byte, tag uint16) ([]byte, error) {
	t, rest, err := readTLV(b)
	switch {
	case err != nil:
		return nil, err
	case t.tag != tag:
		return nil, fmt.Errorf("tlv: tag %02X where %02X must be", t.tag, tag)
	case len(rest) > 0:
		return nil, fmt.Errorf("tlv: %d bytes after tag %02X", len(rest), tag)
	}
	return t.value, nil
}

func find(ts []tlv, tag uint16) (value []byte, ok bool) {
	for _, t := range ts {
		if t.tag == tag {
			return t.value, true
		}
	}
	return nil, false
}

// appendTLV appends one object. A value has at most 65,535 bytes; what PIV
// carries is far below ([maxData]).
func appendTLV(dst []byte, tag uint16, value []byte) []byte {
	if tag > 0xFF {
		dst = append(dst, byte(tag>>8))
	}
	dst = append(dst, byte(tag))
	switch n := len(value); {
	case n < 0x80:
		dst = append(dst, byte(n))
	case n < 0x100:
		dst = append(dst, 0x81, byte(n))
	default:
		dst = append(dst, 0x82, byte(n>>8), byte(n))
	}
	return append(dst, value...)
}
