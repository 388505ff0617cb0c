package pivcard

import (
	"context"
	"errors"
	"fmt"
)

// Certificate is the certificate, DER, stored in a slot, or for
// SlotAttestation the one of the key that attests. ErrNotFound if there is
// none. Compressed certificates are refused.
func (t *Tx) Certificate(ctx context.Context, s Slot) ([]byte, error) {
	what := "certificate of slot " + s.String()
	oid, ok := s.object()
	if !ok {
		return nil, fmt.Errorf("%s: no such slot", what)
	}
	b, err := t.send(ctx, command{ins: insGetData, p1: 0x3F, p2: 0xFF, data: appendTLV(nil, tagObjectID, oid.bytes())})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	object, err := readOne(b, tagObject)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	parts, err := readTLVs(object)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	der, _ := find(parts, tagCert)
	info, _ := find(parts, tagCertInfo)
	if len(der) == 0 || len(info) > 1 || len(info) == 1 && info[0] != 0 {
		return nil, badAnswer(what, errors.New("no uncompressed certificate in the object"))
	}
	return der, nil
}

// PutCertificate stores a certificate, DER, in a slot; none deletes what is
// there. It wants the management key in this transaction.
func (t *Tx) PutCertificate(ctx context.Context, s Slot, der []byte) error {
	what := "store certificate in slot " + s.String()
	oid, ok := s.object()
	if !ok {
		return fmt.Errorf("%s: no such slot", what)
	}
	var object []byte
	if len(der) > 0 {
		object = certificateObject(der)
	}
	data := appendTLV(appendTLV(nil, tagObjectID, oid.bytes()), tagObject, object)
	return t.plain(ctx, what, command{ins: insPutData, p1: 0x3F, p2: 0xFF, data: data})
}

func isStatus(err error, sw status) bool {
	var s *StatusError
	return errors.As(err, &s) && status(s.Status) == sw
}
