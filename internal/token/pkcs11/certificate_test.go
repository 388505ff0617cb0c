//go:build cgo

package pkcs11

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"strings"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

func errOf[T any](_ T, err error) error { return err }

// Without a public key object the certificate with the same id shows the key;
// beside one, a certificate for another key is passed over.
func TestCertificates(t *testing.T) {
	h := newSoftHSM(t)
	slot, _ := h.init(t, "ceremony")
	h.generate(t, slot, p384, 1)
	k, before := h.one(t)
	foreign := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))(t)
	h.certificate(t, slot, 1, foreign.Public())
	if _, info := h.one(t); info.Certificate != nil || !bytes.Equal(info.SPKI, before.SPKI) {
		t.Errorf("took a certificate for another key: %+v", info)
	}
	h.certificate(t, slot, 1, must(x509.ParsePKIXPublicKey(before.SPKI))(t))
	if _, info := h.one(t); info.Certificate == nil {
		t.Error("the certificate for the key is not shown")
	}
	destroy := func(class uint) {
		h.as(t, slot, p11.CKU_USER, userPIN, func(s p11.SessionHandle) {
			check(t, h.lib.DestroyObject(s, h.lookup(t, s, class)[0]))
		})
	}
	destroy(p11.CKO_PUBLIC_KEY)
	if err := errOf(k.Inspect(t.Context())); !errors.Is(err, token.ErrNoKey) || !strings.Contains(err.Error(), "certificates for different keys") {
		t.Errorf("%v, want the two certificates", err)
	}
	for {
		destroy(p11.CKO_CERTIFICATE)
		info, err := k.Inspect(t.Context())
		check(t, err)
		if info.Certificate == nil { // both gone: nothing shows the key
			if info.SPKI != nil {
				t.Errorf("shows %+v", info)
			}
			break
		}
		if bytes.Equal(info.SPKI, before.SPKI) {
			check(t, signs(t, k, info, userPIN))
		} else if err := signs(t, k, info, userPIN); !errors.Is(err, token.ErrBadSignature) {
			t.Errorf("%v, want ErrBadSignature: the certificate is for another key", err)
		}
	}
	if err := signs(t, k, before, userPIN); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("%v, want ErrNoKey", err)
	}
}

func (h *softHSM) certificate(t testing.TB, slot uint, id byte, pub crypto.PublicKey) {
	t.Helper()
	issuer := must(ecdsa.GenerateKey(p256Curve, rand.Reader))(t)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ceremony"}}
	der := must(x509.CreateCertificate(rand.Reader, c, c, pub, issuer))(t)
	h.create(t, slot, with(common(id), p11.NewAttribute(p11.CKA_CLASS, p11.CKO_CERTIFICATE), p11.NewAttribute(p11.CKA_CERTIFICATE_TYPE, p11.CKC_X_509),
		p11.NewAttribute(p11.CKA_SUBJECT, []byte{0x30, 0}), p11.NewAttribute(p11.CKA_VALUE, der)))
}
