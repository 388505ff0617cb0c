//go:build cgo

package pkcs11

import (
	"errors"
	"strings"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

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
	slot := must(h.find(t.Context(), info.Serial))(t).slot
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
