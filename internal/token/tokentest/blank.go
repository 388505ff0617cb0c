package tokentest

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A Blank is one token as it leaves the factory, fresh for one subtest.
type Blank struct {
	Token token.Provisionable

	// Algorithm is the key to generate, "ecdsa-p256" if empty.
	Algorithm string
	// Weak is a PIN of a right length that this token refuses; empty if it
	// refuses none.
	Weak string
	// Touch makes a touch while one is being waited for; nil where a token
	// gets one by itself.
	Touch func()

	// Pull plans to take the device out at the nth command from now on, counted
	// from 1: before the device sees it or, with done, after it carried it out
	// and before its answer arrives. Insert puts it back and plans nothing; it
	// returns when the device can be used. Both nil where that cannot be done.
	Pull   func(n int, done bool)
	Insert func()
	// Step thins out the commands at which the device is pulled, where a run
	// takes long: every Step-th only. 0 is every one.
	Step int
}

// What the tests set. None of it may ever stand in an error.
const (
	newPIN, otherPIN = "845127", "602984"
	newPUK, otherPUK = "73519428", "91640375"
	wrongPUK         = "44556621"
	factoryTries     = 3
	newTries         = 5
)

// RunProvision runs the suite of tokens that can be written to. fresh is called
// once a subtest, and once for every command at which a device is pulled.
func RunProvision(t *testing.T, fresh func(t *testing.T) Blank) {
	for _, c := range []struct {
		name string
		test func(*desk)
	}{
		{"blank", testBlank},
		{"provision and sign", testProvision},
		{"weak or misshapen secrets", testWeak},
		{"wrong pin to the last, then unblock", testPINBlocked},
		{"wrong puk to the last, then reset", testPUKBlocked},
		{"wrong management key", testManagement},
		{"management key kept on the token", testKept},
		{"reset", testReset},
		{"generate takes the certificate away", testGenerate},
		{"retire", testRetire},
		{"another serial number", testOtherSerial},
		{"cancelled before it began", testCancelledWrite},
		{"removed", testRemovedWrite},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(newDesk(t, fresh(t))) })
	}
	t.Run("pulled at every command", func(t *testing.T) { testPulled(t, fresh) })
	t.Run("pulled while retiring", func(t *testing.T) { testPulledRetiring(t, fresh) })
}

// desk is a blank token and what is known about it.
type desk struct {
	t *testing.T
	Blank
	token.Provisioner
	info token.Info // when it was blank
	size int        // of a management key

	began, ended map[string]bool // steps of provisioning
}

func newDesk(t *testing.T, b Blank) *desk {
	t.Helper()
	if b.Algorithm == "" {
		b.Algorithm = "ecdsa-p256"
	}
	d := &desk{t: t, Blank: b}
	d.info = d.inspect()
	d.Provisioner = b.Token.Provisioner(d.info.Serial)
	var err error
	d.size, err = d.ManagementKeySize(t.Context())
	d.must(err)
	return d
}

func (d *desk) inspect() token.Info {
	d.t.Helper()
	info, err := d.Token.Inspect(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	checkWords(d.t, info)
	return info
}

// must wants success.
func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// refuses wants this error, without a secret in it.
func (d *desk) refuses(what string, err, want error) {
	d.t.Helper()
	if !errors.Is(err, want) {
		d.t.Errorf("%s: %v, want %v", what, err, want)
	}
	quiet(d.t, err)
}

// wrong wants a WrongPINError with these tries left.
func (d *desk) wrong(what string, err error, puk bool, left int) {
	d.t.Helper()
	var w *token.WrongPINError
	if !errors.As(err, &w) || w.PUK != puk || left >= 0 && w.Left != left {
		d.t.Fatalf("%s: %v, want WrongPINError with PUK %v and %d left", what, err, puk, left)
	}
	quiet(d.t, err)
}

// unchanged wants the token to say what it said.
func (d *desk) unchanged(what string, before token.Info) {
	d.t.Helper()
	if diff := cmp.Diff(before, d.inspect()); diff != "" {
		d.t.Errorf("%s: it changed the token (-before +after):\n%s", what, diff)
	}
}

// quiet wants no secret in an error.
func quiet(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, s := range []string{newPIN, otherPIN, wrongPIN, newPUK, otherPUK, wrongPUK, token.FactoryPIN, "kkkkkk", "oooooo", "wwwwww"} {
		if strings.Contains(err.Error(), s) {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
}

func secret(s string) token.Secret { return token.NewSecret([]byte(s)) }

// managementKey is n times c: never the factory's, and easy to find.
func managementKey(c byte, n int) token.Secret {
	return token.NewSecret(bytes.Repeat([]byte{c}, n))
}

func (d *desk) spec() token.KeySpec {
	return token.KeySpec{Algorithm: d.Algorithm, PINPolicy: "always", TouchPolicy: "always"}
}
