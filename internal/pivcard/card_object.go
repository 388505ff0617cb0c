package pivcard

import "fmt"

// maxObjects bounds what all data objects together hold, as the memory of a
// YubiKey does.
const maxObjects = 50 << 10

// getData answers GET DATA: 5C 03 oid.
func (c *Card) getData(cmd command) ([]byte, status) {
	if cmd.p1 != 0x3F || cmd.p2 != 0xFF {
		return nil, swWrongP1P2
	}
	oid, rest, ok := objectAsked(cmd.data)
	if !ok || len(rest) > 0 {
		return nil, swWrongData
	}
	if oid == ObjectPrinted && !c.session.pinVerified {
		return nil, swNotSatisfied
	}
	if attest, _ := SlotAttestation.object(); oid == attest {
		return appendTLV(nil, tagObject, certificateObject(c.state.Attester.Cert)), swOK
	}
	value, ok := c.state.Objects[oid.String()]
	if !ok {
		return nil, swNotFound
	}
	return appendTLV(nil, tagObject, value), swOK
}

// putData answers PUT DATA: 5C 03 oid, 53 value. An empty value deletes.
func (c *Card) putData(cmd command) status {
	switch {
	case cmd.p1 != 0x3F || cmd.p2 != 0xFF:
		return swWrongP1P2
	case !c.session.mgmVerified:
		return swNotSatisfied
	}
	oid, rest, ok := objectAsked(cmd.data)
	if attest, _ := SlotAttestation.object(); !ok || oid == attest {
		return swWrongData
	}
	value, err := readOne(rest, tagObject)
	if err != nil {
		return swWrongData
	}
	c.dirty = true
	if len(value) == 0 {
		delete(c.state.Objects, oid.String())
		return swOK
	}
	total := len(value)
	for name, o := range c.state.Objects {
		if name != oid.String() {
			total += len(o)
		}
	}
	if total > maxObjects {
		return swNoSpace
	}
	c.state.Objects[oid.String()] = append([]byte(nil), value...)
	return swOK
}

// objectAsked reads the object id at the head of data. Only the ranges of
// SP 800-73-4 (5FC1xx) and of the YubiKey (5FFFxx) exist.
func objectAsked(data []byte) (oid ObjectID, rest []byte, ok bool) {
	t, rest, err := readTLV(data)
	if err != nil || t.tag != tagObjectID || len(t.value) != 3 {
		return 0, nil, false
	}
	oid = ObjectID(t.value[0])<<16 | ObjectID(t.value[1])<<8 | ObjectID(t.value[2])
	return oid, rest, oid>>8 == 0x5FC1 || oid>>8 == 0x5FFF
}

// String is the id in lower-case hex.
func (o ObjectID) String() string { return fmt.Sprintf("%06x", uint32(o)) }

// certificateObject wraps a certificate as SP 800-73-4, appendix A, has it:
// the certificate, uncompressed, no error detection code.
func certificateObject(der []byte) []byte {
	b := appendTLV(nil, tagCert, der)
	b = appendTLV(b, tagCertInfo, []byte{0})
	return appendTLV(b, tagErrorCheck, nil)
}
