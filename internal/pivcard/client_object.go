package pivcard

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
)

// Object is what a data object holds; ErrNotFound if there is none.
// [ObjectPrinted] wants the PIN in this transaction.
func (t *Tx) Object(ctx context.Context, o ObjectID) ([]byte, error) {
	what := "object " + o.String()
	b, err := t.send(ctx, command{ins: insGetData, p1: 0x3F, p2: 0xFF, data: appendTLV(nil, tagObjectID, o.bytes())})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	object, err := readOne(b, tagObject)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	return object, nil
}

// PutObject replaces a data object; an empty one deletes what is there. It
// wants the management key in this transaction.
func (t *Tx) PutObject(ctx context.Context, o ObjectID, object []byte) error {
	data := appendTLV(appendTLV(nil, tagObjectID, o.bytes()), tagObject, object)
	defer clear(data) // it may hold a management key
	err := t.plain(ctx, "store object "+o.String(), command{ins: insPutData, p1: 0x3F, p2: 0xFF, data: data})
	if len(object) == 0 && errors.Is(err, ErrNotFound) {
		return nil // some cards say that there was nothing to delete
	}
	return err
}

// Certificate is the certificate, DER, stored in a slot, or for
// SlotAttestation the one of the key that attests. ErrNotFound if there is
// none.
func (t *Tx) Certificate(ctx context.Context, s Slot) ([]byte, error) {
	what := "certificate of slot " + s.String()
	oid, ok := s.object()
	if !ok {
		return nil, fmt.Errorf("%s: no such slot", what)
	}
	object, err := t.Object(ctx, oid)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	der, err := parseCertificate(object)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	return der, nil
}

// parseCertificate takes a certificate out of its object (SP 800-73-4,
// appendix A): 70 holds it, 71 says whether it is compressed.
func parseCertificate(object []byte) ([]byte, error) {
	parts, err := readTLVs(object)
	if err != nil {
		return nil, err
	}
	der, _ := find(parts, tagCert)
	info, _ := find(parts, tagCertInfo)
	switch {
	case len(der) == 0 || len(info) > 1:
		return nil, errors.New("no certificate in the object")
	case len(info) == 0 || info[0] == 0:
		return der, nil
	case info[0] == 1:
		return unzip(der)
	}
	return nil, fmt.Errorf("certificate is encoded as %02X, which is unknown", info[0])
}

// unzip is bounded: what a card stores unpacks to a certificate, not to more.
func unzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, 4*maxData+1))
	if err != nil {
		return nil, err
	}
	if len(out) > 4*maxData {
		return nil, errors.New("certificate unpacks to too much")
	}
	return out, nil
}

// PutCertificate stores a certificate, DER, in a slot; none deletes what is
// there. It wants the management key in this transaction.
func (t *Tx) PutCertificate(ctx context.Context, s Slot, der []byte) error {
	what := "certificate of slot " + s.String()
	oid, ok := s.object()
	if !ok {
		return fmt.Errorf("%s: no such slot", what)
	}
	var object []byte
	if len(der) > 0 {
		object = certificateObject(der)
	}
	if err := t.PutObject(ctx, oid, object); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func isStatus(err error, sw status) bool {
	var s *StatusError
	return errors.As(err, &s) && status(s.Status) == sw
}
