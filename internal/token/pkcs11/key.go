//go:build cgo

package pkcs11

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A key is what a token shows of one without a PIN.
type key struct {
	id          []byte
	algorithm   string
	spki        []byte // nil if it is not shown, or not of a kind that we use
	certificate []byte // for the same key, DER; nil if none
	traits      traits
	fault       error // why it cannot be used
}

func (k key) slot() string { return hex.EncodeToString(k.id) }

// keys lists what can sign, by id. Keys without an id cannot be named and are
// left out.
func (s *session) keys() ([]key, error) {
	var ids [][]byte
	for _, c := range []struct{ class, use uint }{
		{p11.CKO_PRIVATE_KEY, p11.CKA_SIGN},
		{p11.CKO_PUBLIC_KEY, p11.CKA_VERIFY},
		{p11.CKO_CERTIFICATE, 0},
	} {
		some, err := s.ids(c.class, c.use)
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	slices.SortFunc(ids, bytes.Compare)
	var out []key
	for _, id := range slices.CompactFunc(ids, bytes.Equal) {
		k, err := s.key(id)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// ids are those of the objects of a class, without the ones that say that they
// are not for this use.
func (s *session) ids(class, use uint) ([][]byte, error) {
	objects, err := s.objects(class, nil)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for _, o := range objects {
		if use != 0 {
			usable, err := s.says(o, use)
			if err != nil && !errors.Is(err, token.ErrBadAnswer) { // nonsense does not say no
				return nil, err
			}
			if usable == token.No {
				continue
			}
		}
		id, err := s.value(o, p11.CKA_ID)
		if err != nil {
			return nil, err
		}
		if len(id) > 0 {
			out = append(out, id)
		}
	}
	return out, nil
}

// key reads what is shown of the key with this id. That the id is given twice,
// or that what is shown cannot be read, is the key's fault and not an error:
// anybody who may write to the token can leave such, and the other keys are
// none the worse.
func (s *session) key(id []byte) (key, error) {
	k := key{id: id}
	err := s.show(&k)
	if errors.Is(err, token.ErrBadAnswer) {
		return key{id: id, fault: err}, nil
	}
	return k, err
}

// show reads the objects with the key's id.
func (s *session) show(k *key) error {
	public, err := s.objects(p11.CKO_PUBLIC_KEY, k.id)
	if err != nil {
		return err
	}
	private, err := s.objects(p11.CKO_PRIVATE_KEY, k.id)
	if err != nil {
		return err
	}
	if n := max(len(public), len(private)); n > 1 {
		k.fault = sameID(n, k.id)
		return nil
	}
	if len(private) == 1 {
		if k.traits, err = s.traits(private[0]); err != nil {
			return err
		}
	}
	if len(public) == 1 {
		if k.spki, k.algorithm, err = s.public(public[0]); err != nil {
			return err
		}
	}
	return s.certify(k, len(public) == 0)
}

// sameID is the error for keys that cannot be told apart.
func sameID(n int, id []byte) error {
	return fmt.Errorf("%w: %d keys have the id %x: give each one of its own", token.ErrNoKey, n, id)
}

// certify finds the certificate with the key's id and, if there is no public
// key object, takes the public key from it. A certificate for another key is
// passed over: anybody who may write to the token can leave one.
func (s *session) certify(k *key, alone bool) error {
	objects, err := s.objects(p11.CKO_CERTIFICATE, k.id)
	if err != nil {
		return err
	}
	for _, o := range objects {
		der, err := s.value(o, p11.CKA_VALUE)
		if err != nil {
			return err
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			continue // not of X.509, or nonsense
		}
		if alone && k.spki == nil {
			k.spki, k.algorithm = c.RawSubjectPublicKeyInfo, algorithm(c.PublicKey)
		}
		switch same := bytes.Equal(k.spki, c.RawSubjectPublicKeyInfo); {
		case same && k.certificate == nil:
			k.certificate = c.Raw
		case !same && alone:
			k.fault = fmt.Errorf("%w: certificates for different keys have the id %x: keep one", token.ErrNoKey, k.id)
		}
	}
	if k.algorithm == "" { // nothing that signs here
		k.spki, k.certificate = nil, nil
	}
	return nil
}

// traits are what a private key says about itself.
type traits struct {
	local, extractable, always token.Default
}

// traits are unknown where the token does not tell them.
func (s *session) traits(private p11.ObjectHandle) (traits, error) {
	var told [4]token.Default
	for i, a := range []uint{p11.CKA_LOCAL, p11.CKA_ALWAYS_AUTHENTICATE, p11.CKA_EXTRACTABLE, p11.CKA_NEVER_EXTRACTABLE} {
		var err error
		if told[i], err = s.says(private, a); err != nil {
			return traits{}, err
		}
	}
	t := traits{local: told[0], always: told[1], extractable: token.Unknown}
	switch now, never := told[2], told[3]; {
	case now == token.Yes || never == token.No:
		t.extractable = token.Yes
	case never == token.Yes:
		t.extractable = token.No
	}
	return t, nil
}

// origin is a key's as in [token.Info].
func (t traits) origin() string {
	return map[token.Default]string{token.Yes: "generated", token.No: "imported"}[t.local]
}
