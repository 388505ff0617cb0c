//go:build cgo

package piv_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Rows 6 and 7: two cards in two readers that look alike, one of them as it
// left the factory; then they change places, and the Tokens tell.
func TestTwoCards(t *testing.T) {
	stack := pcsctest.Get(t)
	mine, blank := recipe{}.make(t), recipe{serial: 2, blank: true}.make(t)
	w := wanted(t, mine)
	_, takeMine := stack.Insert(t, 0, mine)
	_, takeBlank := stack.Insert(t, 1, blank)
	all := list(t)
	if len(all) != 2 {
		t.Fatalf("%d tokens, want 2", len(all))
	}
	serials := func() (out string) {
		for _, tok := range all {
			info, err := tok.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out += info.Serial + " in " + info.Reader[len(info.Reader)-2:] + ", pin from the factory: " + string(info.DefaultPIN) + "\n"
		}
		return out
	}
	if got, want := serials(), "11409403 in 00, pin from the factory: no\n2 in 01, pin from the factory: yes\n"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	session, err := all[0].Open(t.Context(), w, secret(testPIN), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if _, err := session.SignMessage(strings.NewReader("m")); err != nil {
		t.Fatal(err)
	}

	takeMine()
	takeBlank()
	stack.Insert(t, 0, blank)
	stack.Insert(t, 1, mine)
	if _, err := session.SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrOtherToken) {
		t.Errorf("sign after the exchange: %v, want ErrOtherToken", err)
	}
	if _, err := all[0].(token.Provisionable).Provisioner(w.Serial).Generate(t.Context(), token.Access{},
		token.KeySpec{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always"}); !errors.Is(err, token.ErrOtherToken) {
		t.Errorf("write after the exchange: %v, want ErrOtherToken", err)
	}
	if got, want := serials(), "2 in 00, pin from the factory: yes\n11409403 in 01, pin from the factory: no\n"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Row 8: an imported key says so, and is not attested.
func TestImportedKey(t *testing.T) {
	stack := pcsctest.Get(t)
	s := insert(t, stack, recipe{blank: true}.make(t))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	withPivgo(t, s, func(yk *pivgo.YubiKey) error {
		return yk.SetPrivateKeyInsecure(pivgo.DefaultManagementKey, pivgo.SlotSignature, key,
			pivgo.Key{Algorithm: pivgo.AlgorithmEC256, PINPolicy: pivgo.PINPolicyAlways, TouchPolicy: pivgo.TouchPolicyNever})
	})
	if info := isWell(t, s); info.Origin != "imported" || info.DefaultPIN != token.Yes || info.DefaultPUK != token.Yes || info.DefaultManagement != token.Yes {
		t.Errorf("%+v", info)
	}
	if _, err := s.Attest(t.Context()); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("attest: %v, want ErrNoKey", err)
	}
	isWell(t, s)
}

func TestEmptySlot(t *testing.T) {
	stack := pcsctest.Get(t)
	s := insert(t, stack, recipe{blank: true}.make(t))
	if _, err := s.Attest(t.Context()); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("attest: %v, want ErrNoKey", err)
	}
	w := wanted(t, recipe{}.make(t))
	if _, err := s.sign(t.Context(), w, testPIN); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("sign: %v, want ErrNoKey", err)
	}
	isWell(t, s)
}

// withPivgo is another program that uses piv-go.
func withPivgo(t *testing.T, s *seat, f func(*pivgo.YubiKey) error) {
	t.Helper()
	yk, err := pivgo.Open(s.reader)
	if err != nil {
		t.Fatal(err)
	}
	defer yk.Close()
	if err := f(yk); err != nil {
		t.Fatal(err)
	}
}
