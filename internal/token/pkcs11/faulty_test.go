//go:build cgo

package pkcs11

import (
	"errors"
	"fmt"
	"strings"
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

func TestTries(t *testing.T) {
	h, f := newFaulty(t)
	k, _ := h.one(t)
	for _, c := range []struct {
		name   string
		flags  uint
		left   int
		pin    string
		logins int32
		want   string
	}{
		{"locked", p11.CKF_USER_PIN_LOCKED, 0, userPIN, 0, "pin is blocked"},
		{"one try left", p11.CKF_USER_PIN_FINAL_TRY, 1, "000000", 1, "one try left"},
		{"some wrong already", p11.CKF_USER_PIN_COUNT_LOW, -1, "000000", 1, "does not tell how many"},
		{"too short", 0, -1, "1", 1, "wrong pin"},
		{"empty", 0, -1, "", 0, "pin is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.info = flags(c.flags, p11.CKF_USER_PIN_COUNT_LOW)
			f.logins.Store(0)
			info := must(k.Inspect(t.Context()))(t)
			if info.PINLeft != c.left {
				t.Errorf("%d tries left, want %d", info.PINLeft, c.left)
			}
			err := signs(t, k, info, c.pin)
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, token.ErrBlocked) != (c.left == 0) {
				t.Errorf("%v, want an error with %q", err, c.want)
			}
			if n := f.logins.Load(); n != c.logins {
				t.Errorf("the PIN was presented %d times, want %d", n, c.logins)
			}
		})
	}
	f.info = flags(p11.CKF_USER_PIN_LOCKED, 0)
	k.module.lib = lockedByThis{f}
	info := must(k.Inspect(t.Context()))(t)
	if err := signs(t, k, info, "000000"); !errors.Is(err, token.ErrBlocked) {
		t.Errorf("the wrong PIN that locks: %v, want ErrBlocked", err)
	}
}

// lockedByThis says that the PIN is locked from the first login on.
type lockedByThis struct{ *faulty }

func (l lockedByThis) GetTokenInfo(slot uint) (p11.TokenInfo, error) {
	if l.logins.Load() == 0 {
		return l.cryptoki.GetTokenInfo(slot)
	}
	return l.faulty.GetTokenInfo(slot)
}

// SoftHSM itself takes wrong PINs for ever.
func TestSoftHSMNeverLocks(t *testing.T) {
	h, f := newFaulty(t)
	k, info := h.one(t)
	for range 20 {
		var wrong *token.WrongPINError
		if err := signs(t, k, info, "000000"); !errors.As(err, &wrong) || wrong.Left != -1 {
			t.Fatalf("%v, want WrongPINError that does not tell", err)
		}
	}
	check(t, signs(t, k, info, userPIN))
	if n := f.logins.Load(); n != 21 {
		t.Errorf("%d logins, want 21", n)
	}
}

// That somebody in this process is logged in does not make a wrong PIN right.
func TestLoggedInAlready(t *testing.T) {
	h, _ := newFaulty(t)
	k, info := h.one(t)
	slot := must(h.find(info.Serial))(t).slot
	s := must(h.lib.OpenSession(slot, p11.CKF_SERIAL_SESSION))(t)
	check(t, h.lib.Login(s, p11.CKU_USER, userPIN))
	var wrong *token.WrongPINError
	if err := signs(t, k, info, "000000"); !errors.As(err, &wrong) {
		t.Errorf("%v, want WrongPINError", err)
	}
	check(t, h.lib.Login(s, p11.CKU_USER, userPIN))
	check(t, signs(t, k, info, userPIN))
	h.loggedOut(t, slot)
	check(t, h.lib.CloseSession(s))
}

func TestTokenThatWantsNoPIN(t *testing.T) {
	h, f := newFaulty(t, visible)
	f.info = flags(0, p11.CKF_LOGIN_REQUIRED)
	k, info := h.one(t)
	if info.PINPolicy != "never" {
		t.Errorf("PIN policy %q", info.PINPolicy)
	}
	check(t, signs(t, k, info, "000000"))
	if n := f.logins.Load(); n != 0 {
		t.Errorf("the PIN was presented %d times", n)
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
			h.loggedOut(t, must(h.find(info.Serial))(t).slot)
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

// Another token comes into the slot between finding it and the session.
func TestSwapped(t *testing.T) {
	h, f := newFaulty(t)
	k, info := h.one(t)
	var opened atomic.Bool
	f.open = func() { opened.Store(true) }
	f.info = func(_ uint, real p11.TokenInfo) (p11.TokenInfo, error) {
		if opened.Load() {
			real.SerialNumber = "other"
		}
		return real, nil
	}
	var m *token.MismatchError
	if err := signs(t, k, info, userPIN); !errors.As(err, &m) || m.Got != "other" {
		t.Errorf("%v, want a MismatchError", err)
	}
	if n := f.logins.Load(); n != 0 {
		t.Errorf("the PIN was presented %d times to another token", n)
	}
}

func TestSerialNumbers(t *testing.T) {
	h, f := newFaulty(t)
	other, _ := h.init(t, "ceremony")
	h.generate(t, other, p256, 1)
	lie := func(serial string, err error) {
		f.info = func(slot uint, real p11.TokenInfo) (p11.TokenInfo, error) {
			if slot == other && real.Flags&p11.CKF_TOKEN_INITIALIZED != 0 {
				real.SerialNumber = serial
				return real, err
			}
			return real, nil
		}
	}
	lie("ab1\x00\x00junk", nil)
	if _, infos := h.found(t); len(infos) != 2 || infos[1].Serial != "ab1" {
		t.Errorf("ended like a C string: %+v", infos)
	}
	for _, c := range []struct {
		name, serial string
		err          error
		want         error
	}{
		{"none", "", nil, token.ErrBadAnswer},
		{"does not answer", "", p11.Error(p11.CKR_DEVICE_ERROR), token.ErrBadAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			lie(c.serial, c.err)
			tokens := must(h.Tokens(t.Context()))(t)
			if len(tokens) != 2 {
				t.Fatalf("%d tokens, want both", len(tokens))
			}
			info := must(tokens[0].Inspect(t.Context()))(t)
			check(t, signs(t, tokens[0], info, userPIN))
			if _, err := tokens[1].Inspect(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
	lie("", p11.Error(p11.CKR_TOKEN_NOT_PRESENT))
	k, info := h.one(t)
	lie(info.Serial, nil)
	if err := signs(t, k, info, userPIN); !errors.Is(err, token.ErrOtherToken) || !strings.Contains(err.Error(), "2 tokens say") {
		t.Errorf("%v, want that two have the number", err)
	}
	if tokens := must(h.Tokens(t.Context()))(t); len(tokens) != 1 {
		t.Errorf("%d tokens, want one that says what is wrong", len(tokens))
	} else if _, err := tokens[0].Inspect(t.Context()); !errors.Is(err, token.ErrOtherToken) {
		t.Errorf("%v, want ErrOtherToken", err)
	}
}
