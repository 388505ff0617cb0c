//go:build cgo

package pkcs11

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

// sign is the one visit of a signature: a [token.Signer].
//
// The library takes a PIN as a string and copies it once more, and wipes
// neither: the copies stay in memory until it is used for something else.
func (t *Token) sign(ctx context.Context, w token.Want, pin token.Secret, input []byte) ([]byte, error) {
	pub, err := x509.ParsePKIXPublicKey(w.SPKI)
	if err != nil {
		return nil, err
	}
	secret := string(pin.Bytes()) // now: a visit that was given up outlives the PIN
	return visit(ctx, t, func(s *session) ([]byte, error) {
		if _, err := s.wanted(t.id, w); err != nil {
			return nil, err
		}
		if err := s.login(ctx, secret); err != nil {
			return nil, err
		}
		defer s.lib.Logout(s.handle) //nolint:errcheck // closing the last session logs out too
		private, traits, err := s.private(t.id)
		if err != nil {
			return nil, err
		}
		if err := s.begin(private, traits, mechanism(pub), secret); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil { // given up in the meantime
			return nil, err
		}
		raw, err := s.lib.Sign(s.handle, input)
		if err != nil {
			return nil, err
		}
		return finish(pub, raw)
	})
}

// login presents the PIN. The login is the token's, not the session's, so that
// somebody else in this process could be logged in; that would prove nothing of
// this PIN.
func (s *session) login(ctx context.Context, pin string) error {
	switch {
	case !s.wantsPIN():
		return nil
	case ctx.Err() != nil: // before a try is spent
		return ctx.Err()
	case pinLeft(s.info.Flags) == 0:
		return errBlocked
	case pin == "" && s.info.Flags&p11.CKF_PROTECTED_AUTHENTICATION_PATH == 0:
		return errors.New("pin is empty: nothing was signed")
	}
	err := s.lib.Login(s.handle, p11.CKU_USER, pin)
	if isAny(err, p11.CKR_USER_ALREADY_LOGGED_IN) {
		if err := s.lib.Logout(s.handle); err != nil {
			return err
		}
		err = s.lib.Login(s.handle, p11.CKU_USER, pin)
	}
	return s.refused(err)
}

// refused says of a wrong PIN what the token tells afterwards.
func (s *session) refused(err error) error {
	if !isAny(err, p11.CKR_PIN_INCORRECT, p11.CKR_PIN_INVALID, p11.CKR_PIN_LEN_RANGE) {
		return err
	}
	left := pinLeft(look(s.lib, s.slot).info.Flags)
	if left == 0 {
		return fmt.Errorf("%w (%w)", errBlocked, err)
	}
	return fmt.Errorf("%w (%w)", &token.WrongPINError{Left: left}, err)
}

// private finds the one private key with this id and reads, now that the token
// tells them, its traits. Principle 3 and the policy of this package: a key
// that could be elsewhere too does not sign.
func (s *session) private(id []byte) (p11.ObjectHandle, traits, error) {
	found, err := s.objects(p11.CKO_PRIVATE_KEY, id)
	switch {
	case err != nil:
		return 0, traits{}, err
	case len(found) == 0:
		return 0, traits{}, fmt.Errorf("%w: no private key has the id %x", token.ErrNoKey, id)
	case len(found) > 1:
		return 0, traits{}, sameID(len(found), id)
	}
	t, err := s.traits(found[0])
	if err != nil {
		return 0, traits{}, err
	}
	if t.extractable == token.Yes || t.local == token.No {
		return 0, traits{}, token.ErrExtractable
	}
	return found[0], t, nil
}

// begin starts a signature; a key that always wants the PIN wants it here.
func (s *session) begin(private p11.ObjectHandle, t traits, m *p11.Mechanism, pin string) error {
	if err := s.lib.SignInit(s.handle, []*p11.Mechanism{m}, private); err != nil {
		return err
	}
	if t.always != token.Yes {
		return nil
	}
	return s.refused(s.lib.Login(s.handle, p11.CKU_CONTEXT_SPECIFIC, pin))
}

// mechanism is how a key signs: ECDSA and RSA a digest, Ed25519 the message.
func mechanism(pub crypto.PublicKey) *p11.Mechanism {
	switch pub.(type) {
	case *ecdsa.PublicKey:
		return p11.NewMechanism(p11.CKM_ECDSA, nil)
	case *rsa.PublicKey: // TUF's rsassa-pss-sha256
		return p11.NewMechanism(p11.CKM_RSA_PKCS_PSS, p11.NewPSSParams(p11.CKM_SHA256, p11.CKG_MGF1_SHA256, 32))
	}
	return p11.NewMechanism(ckmEdDSA, nil)
}

// finish makes what a token returns into the form of [token.Session].
func finish(pub crypto.PublicKey, raw []byte) ([]byte, error) {
	if k, ok := pub.(*ecdsa.PublicKey); ok {
		return derSignature(raw, size(k.Curve))
	}
	return raw, nil
}
