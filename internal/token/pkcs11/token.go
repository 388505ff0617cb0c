//go:build cgo

package pkcs11

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A Token is one key on a PKCS#11 token, or a token without a key. It
// implements [token.Token].
type Token struct {
	module *Module
	serial string
	id     []byte // nil if there is no key
	lane   *lane.Lane
	fault  error // why it cannot be used at all
}

// String names the token and the key.
func (t *Token) String() string {
	if t.id == nil {
		return "pkcs#11 token " + t.serial
	}
	return fmt.Sprintf("pkcs#11 token %s, key %x", t.serial, t.id)
}

// Inspect reads what the token says without a PIN.
func (t *Token) Inspect(ctx context.Context) (token.Info, error) {
	info, err := visit(ctx, t, t.inspect)
	if err != nil {
		return token.Info{}, fmt.Errorf("inspect %v: %w", t, err)
	}
	return info, nil
}

func (t *Token) inspect(s *session) (token.Info, error) {
	info := token.Info{
		Kind: token.PKCS11, Serial: s.serial, Reader: t.module.where(s.slot),
		Firmware:   fmt.Sprintf("%d.%d", s.info.FirmwareVersion.Major, s.info.FirmwareVersion.Minor),
		FormFactor: strings.TrimSpace(s.info.ManufacturerID + " " + s.info.Model),
		PINLeft:    pinLeft(s.info.Flags), PINTotal: -1, PUKLeft: -1, PUKTotal: -1,
		DefaultPIN: token.Unknown, DefaultPUK: token.Unknown, DefaultManagement: token.Unknown,
		Extractable: token.Unknown,
	}
	keys, err := s.keys()
	if err != nil {
		return info, err
	}
	for _, k := range keys {
		if t.id == nil || !bytes.Equal(k.id, t.id) {
			info.Others = append(info.Others, token.Key{Slot: k.slot(), Algorithm: k.algorithm, PINPolicy: s.pinPolicy(k.traits), Origin: k.traits.origin(), SPKI: k.spki})
			continue
		}
		if k.fault != nil {
			return info, k.fault
		}
		info.Slot, info.Algorithm, info.SPKI, info.Certificate = k.slot(), k.algorithm, k.spki, k.certificate
		info.PINPolicy, info.Origin = s.pinPolicy(k.traits), k.traits.origin()
		if k.traits.extractable != "" {
			info.Extractable = k.traits.extractable
		}
	}
	return info, nil
}

// pinPolicy is when the key wants the PIN, as in [token.Info]; empty when the
// token does not tell without one.
func (s *session) pinPolicy(t traits) string {
	if !s.wantsPIN() {
		return "never"
	}
	return map[token.Default]string{token.Yes: "always", token.No: "once"}[t.always]
}

func (s *session) wantsPIN() bool { return s.info.Flags&p11.CKF_LOGIN_REQUIRED != 0 }

// pinLeft is what flags tell of the tries: none, one, or nothing.
func pinLeft(flags uint) int {
	switch {
	case flags&p11.CKF_USER_PIN_LOCKED != 0:
		return 0
	case flags&p11.CKF_USER_PIN_FINAL_TRY != 0:
		return 1
	}
	return -1
}

// Attest is always [token.ErrNoKey]: PKCS#11 has no attestation that could be
// checked.
func (t *Token) Attest(context.Context) (token.Attestation, error) {
	return token.Attestation{}, fmt.Errorf("attest %v: %w: PKCS#11 attests none", t, token.ErrNoKey)
}

// Open checks serial number and key, and returns a session. onTouch is never
// called: PKCS#11 does not tell when a touch is needed.
func (t *Token) Open(ctx context.Context, w token.Want, pin token.Secret, _ func(token.TouchRequest)) (token.Session, error) {
	_, err := visit(ctx, t, func(s *session) (key, error) { return s.wanted(t.id, w) })
	if err != nil {
		return nil, fmt.Errorf("open %v: %w", t, err)
	}
	return token.NewSession(ctx, w, pin, t.sign)
}

// wanted is the key with this id, if it and its token are the wanted ones.
func (s *session) wanted(id []byte, w token.Want) (key, error) {
	if id == nil {
		return key{}, token.ErrNoKey
	}
	k, err := s.key(id)
	switch {
	case err != nil:
		return k, err
	case k.fault != nil:
		return k, k.fault
	case k.spki == nil:
		return k, token.ErrNoKey
	}
	return k, w.Check(s.serial, k.spki)
}

// Close does nothing: the module is its owner's to close.
func (t *Token) Close() error { return nil }
