//go:build cgo

package pkcs11

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A faulty module stands before a real one and lies where it has something to
// say.
type faulty struct {
	cryptoki
	info      func(slot uint, real p11.TokenInfo) (p11.TokenInfo, error)
	open      func()
	login     func(user uint) error
	attribute func(what uint) ([]byte, error) // nil, nil for the real one
	sign      func(real []byte) ([]byte, error)

	logins, finalized atomic.Int32
}

func (f *faulty) Finalize() error {
	f.finalized.Add(1)
	return f.cryptoki.Finalize()
}

func (f *faulty) GetTokenInfo(slot uint) (p11.TokenInfo, error) {
	info, err := f.cryptoki.GetTokenInfo(slot)
	if err != nil || f.info == nil {
		return info, err
	}
	return f.info(slot, info)
}

func (f *faulty) OpenSession(slot, flags uint) (p11.SessionHandle, error) {
	if f.open != nil {
		f.open()
	}
	return f.cryptoki.OpenSession(slot, flags)
}

func (f *faulty) Login(h p11.SessionHandle, user uint, pin string) error {
	f.logins.Add(1)
	if f.login != nil {
		return f.login(user)
	}
	return f.cryptoki.Login(h, user, pin)
}

func (f *faulty) GetAttributeValue(h p11.SessionHandle, o p11.ObjectHandle, a []*p11.Attribute) ([]*p11.Attribute, error) {
	if f.attribute != nil {
		if v, err := f.attribute(a[0].Type); v != nil || err != nil {
			return []*p11.Attribute{{Type: a[0].Type, Value: v}}, err
		}
	}
	return f.cryptoki.GetAttributeValue(h, o, a)
}

func (f *faulty) Sign(h p11.SessionHandle, input []byte) ([]byte, error) {
	real, err := f.cryptoki.Sign(h, input)
	if err != nil || f.sign == nil {
		return real, err
	}
	return f.sign(real)
}

// newFaulty is a SoftHSM with a P-256 key, and the fault that is to come.
func newFaulty(t *testing.T, more ...*p11.Attribute) (*softHSM, *faulty) {
	t.Helper()
	h := newSoftHSM(t)
	slot, _ := h.init(t, "ceremony")
	h.generate(t, slot, p256, 1, more...)
	f := &faulty{cryptoki: h.lib}
	h.Module.lib = f
	return h, f
}

func flags(set, clear uint) func(uint, p11.TokenInfo) (p11.TokenInfo, error) {
	return func(_ uint, info p11.TokenInfo) (p11.TokenInfo, error) {
		info.Flags = info.Flags&^clear | set
		return info, nil
	}
}

// What a token does not tell is unknown and no reason to refuse; what it tells
// in a wrong form is.
func TestAttributesNotTold(t *testing.T) {
	h, f := newFaulty(t, visible)
	k, _ := h.one(t)
	f.attribute = func(what uint) ([]byte, error) {
		switch what {
		case p11.CKA_LOCAL, p11.CKA_ALWAYS_AUTHENTICATE, p11.CKA_EXTRACTABLE:
			return nil, p11.Error(p11.CKR_ATTRIBUTE_TYPE_INVALID)
		case p11.CKA_NEVER_EXTRACTABLE:
			return nil, p11.Error(p11.CKR_ATTRIBUTE_SENSITIVE)
		}
		return nil, nil
	}
	info := must(k.Inspect(t.Context()))(t)
	if info.Extractable != token.Unknown || info.Origin != "" || info.PINPolicy != "" {
		t.Errorf("%+v", info)
	}
	check(t, signs(t, k, info, userPIN))
	f.attribute = func(what uint) ([]byte, error) {
		if what == p11.CKA_NEVER_EXTRACTABLE {
			return []byte{1, 0}, nil
		}
		return nil, nil
	}
	if err := signs(t, k, info, userPIN); !errors.Is(err, token.ErrBadAnswer) {
		t.Errorf("%v, want ErrBadAnswer", err)
	}
}

func TestSignatureThatIsNone(t *testing.T) {
	h, f := newFaulty(t)
	k, info := h.one(t)
	for _, c := range []struct {
		name string
		sign func([]byte) ([]byte, error)
		want error
	}{
		{"another", func(b []byte) ([]byte, error) { b[10] ^= 1; return b, nil }, token.ErrBadSignature},
		{"cut short", func(b []byte) ([]byte, error) { return b[:63], nil }, token.ErrBadAnswer},
		{"none", func([]byte) ([]byte, error) { return nil, nil }, token.ErrBadAnswer},
		{"zeros", func([]byte) ([]byte, error) { return make([]byte, 64), nil }, token.ErrBadAnswer},
		{"DER", func(b []byte) ([]byte, error) { return derSignature(b, 32) }, token.ErrBadAnswer},
		{"taken out", func([]byte) ([]byte, error) { return nil, p11.Error(p11.CKR_DEVICE_REMOVED) }, token.ErrRemoved},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.sign = c.sign
			if err := signs(t, k, info, userPIN); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			h.loggedOut(t, must(h.find(t.Context(), info.Serial))(t).slot)
		})
	}
}

// The names of PKCS#11's errors; the one below stays visible.
func TestTranslate(t *testing.T) {
	for code, want := range map[p11.Error]error{
		p11.CKR_DEVICE_REMOVED: token.ErrRemoved, p11.CKR_TOKEN_NOT_PRESENT: token.ErrRemoved, p11.CKR_SESSION_HANDLE_INVALID: token.ErrRemoved,
		p11.CKR_DEVICE_ERROR: token.ErrBadAnswer, p11.CKR_MECHANISM_INVALID: token.ErrNoKey, p11.CKR_FUNCTION_NOT_SUPPORTED: token.ErrNoKey,
		p11.CKR_DATA_LEN_RANGE: token.ErrTooLong, p11.CKR_CRYPTOKI_NOT_INITIALIZED: token.ErrClosed, p11.CKR_PIN_LOCKED: token.ErrBlocked,
		p11.CKR_PIN_EXPIRED: errExpired, p11.CKR_USER_PIN_NOT_INITIALIZED: errNoPIN, p11.CKR_FUNCTION_CANCELED: errCancelled, p11.CKR_SESSION_COUNT: errSessions,
		p11.CKR_GENERAL_ERROR: p11.Error(p11.CKR_GENERAL_ERROR), p11.CKR_USER_NOT_LOGGED_IN: p11.Error(p11.CKR_USER_NOT_LOGGED_IN),
	} {
		got := translate(fmt.Errorf("above: %w", code))
		if !errors.Is(got, want) || !errors.Is(got, code) {
			t.Errorf("%v becomes %v, want %v", code, got, want)
		}
		if again := translate(got); again.Error() != got.Error() {
			t.Errorf("translated twice it becomes %v", again)
		}
	}
	if translate(nil) != nil {
		t.Error("no error becomes one")
	}
	h, f := newFaulty(t)
	k, info := h.one(t)
	f.login = func(uint) error { return p11.Error(p11.CKR_PIN_LOCKED) }
	if err := signs(t, k, info, userPIN); !errors.Is(err, token.ErrBlocked) {
		t.Errorf("%v, want ErrBlocked", err)
	}
}
