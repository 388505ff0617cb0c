//go:build cgo

package pkcs11

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

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
