package tokentest

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"strings"

	"github.com/rootmoot/rootmoot/internal/token"
)

func testBlank(d *desk) {
	i := d.info
	if i.SPKI != nil || i.Certificate != nil || len(i.Others) > 0 || i.ManagementProtected ||
		i.DefaultPIN == token.No || i.DefaultPUK == token.No || i.DefaultManagement == token.No {
		d.t.Errorf("not as it leaves the factory: %+v", i)
	}
	if _, err := d.Token.Attest(d.t.Context()); !errors.Is(err, token.ErrNoKey) {
		d.t.Errorf("attest: %v, want ErrNoKey", err)
	}
}

func testProvision(d *desk) {
	ctx := d.t.Context()
	d.must(d.provision(ctx, true))
	info := d.provisioned()
	cert, err := x509.ParseCertificate(info.Certificate)
	d.must(err)
	if !bytes.Equal(cert.RawSubjectPublicKeyInfo, info.SPKI) {
		d.t.Error("the certificate is about another key")
	}
	w := token.Want{Serial: info.Serial, SPKI: info.SPKI}
	sig, err := d.open(w, newPIN).SignMessage(strings.NewReader("m"))
	d.must(err)
	if !good(d.t, info.SPKI, []byte("m"), sig) {
		d.t.Error("the signature does not verify with the standard library")
	}
	if !cannotGoOn(info) {
		d.must(d.provision(ctx, false)) // there is nothing to do
		d.unchanged("provisioned again", info)
	}
}

func (d *desk) open(w token.Want, pin string) token.Session {
	d.t.Helper()
	return Fixture{Token: d.Token, Touch: d.Touch}.open(d.t, w, pin)
}

// testWeak: what a token will not have is refused, whatever it is meant for,
// and costs no try.
func testWeak(d *desk) {
	ctx := d.t.Context()
	bad := []string{"84512", "845127845"}
	if d.Weak != "" {
		bad = append(bad, d.Weak)
	}
	for _, b := range bad {
		d.refuses("pin", d.ChangePIN(ctx, secret(token.FactoryPIN), secret(b)), token.ErrWeak)
		d.refuses("puk", d.ChangePUK(ctx, secret(token.FactoryPUK), secret(b)), token.ErrWeak)
		d.refuses("unblock", d.Unblock(ctx, secret(token.FactoryPUK), secret(b)), token.ErrWeak)
	}
	d.unchanged("weak", d.info)
}

func testPINBlocked(d *desk) {
	ctx := d.t.Context()
	for left := d.info.PINLeft - 1; left > 0; left-- {
		d.wrong("wrong old pin", d.ChangePIN(ctx, secret(wrongPIN), secret(newPIN)), false, left)
	}
	d.refuses("last try", d.ChangePIN(ctx, secret(wrongPIN), secret(newPIN)), token.ErrBlocked)
	d.refuses("right, but blocked", d.ChangePIN(ctx, secret(token.FactoryPIN), secret(newPIN)), token.ErrBlocked)
	d.refuses("set tries", d.SetTries(ctx, token.Access{PIN: secret(token.FactoryPIN)}, newTries, newTries), token.ErrBlocked)
	if now := d.inspect(); now.PINLeft != 0 {
		d.t.Errorf("%d tries left of a blocked PIN", now.PINLeft)
	}
	d.wrong("unblock with a wrong PUK", d.Unblock(ctx, secret(wrongPUK), secret(newPIN)), true, factoryTries-1)
	d.must(d.Unblock(ctx, secret(token.FactoryPUK), secret(newPIN)))
	now := d.inspect()
	if now.PINLeft != d.info.PINLeft || now.PUKLeft != d.info.PUKLeft || now.DefaultPIN == token.Yes {
		d.t.Errorf("unblocked, but %+v", now)
	}
	d.must(d.ChangePIN(ctx, secret(newPIN), secret(otherPIN)))
}

func testPUKBlocked(d *desk) {
	ctx := d.t.Context()
	for left := factoryTries - 1; left > 0; left-- {
		d.wrong("wrong old PUK", d.ChangePUK(ctx, secret(wrongPUK), secret(newPUK)), true, left)
	}
	d.refuses("last try", d.ChangePUK(ctx, secret(wrongPUK), secret(newPUK)), token.ErrPUKBlocked)
	d.refuses("right, but blocked", d.ChangePUK(ctx, secret(token.FactoryPUK), secret(newPUK)), token.ErrPUKBlocked)
	d.refuses("unblock", d.Unblock(ctx, secret(token.FactoryPUK), secret(newPIN)), token.ErrPUKBlocked)
	d.must(d.Reset(ctx))
	d.unchanged("reset", d.info)
}

func testReset(d *desk) {
	ctx := d.t.Context()
	d.must(d.provision(ctx, true))
	d.must(d.ChangePUK(ctx, secret(newPUK), secret(otherPUK)))
	d.must(d.Reset(ctx))
	d.unchanged("reset", d.info)
}

func testGenerate(d *desk) {
	ctx := d.t.Context()
	admin := token.Access{PIN: secret(newPIN)}
	d.must(d.provision(ctx, true))
	before := d.provisioned()
	for _, bad := range []token.KeySpec{
		{},
		{Algorithm: "rsa-1024", PINPolicy: "always", TouchPolicy: "always"},
		{Algorithm: d.Algorithm, PINPolicy: "never", TouchPolicy: "always"},
		{Algorithm: d.Algorithm, PINPolicy: "always"},
	} {
		if _, err := d.Generate(ctx, admin, bad); err == nil {
			d.t.Errorf("generates %+v", bad)
		}
	}
	d.unchanged("keys that are not made", before)
	spki, err := d.Generate(ctx, admin, token.KeySpec{Algorithm: d.Algorithm, PINPolicy: "once", TouchPolicy: "cached"})
	d.must(err)
	after := d.inspect()
	if bytes.Equal(spki, before.SPKI) || !bytes.Equal(spki, after.SPKI) || after.Certificate != nil {
		d.t.Errorf("not a new key, not the one shown, or the old certificate beside it: %+v", after)
	}
	if after.PINPolicy != "once" || after.TouchPolicy != "cached" {
		d.t.Errorf("policies %s and %s, want once and cached", after.PINPolicy, after.TouchPolicy)
	}
}

func testRetire(d *desk) {
	ctx := d.t.Context()
	admin := token.Access{PIN: secret(newPIN)}
	d.must(d.provision(ctx, true))
	before := d.provisioned()
	for range 2 { // retiring what is retired is no error
		d.must(d.Retire(ctx, admin))
		d.retired(before)
	}
}

func (d *desk) retired(before token.Info) {
	d.t.Helper()
	after := d.inspect()
	if bytes.Equal(after.SPKI, before.SPKI) || after.Certificate != nil {
		d.t.Errorf("the key or its certificate is still there: %+v", after)
	}
	_, err := d.Token.Open(d.t.Context(), token.Want{Serial: before.Serial, SPKI: before.SPKI}, secret(newPIN), nil)
	if !errors.Is(err, token.ErrNoKey) && !errors.Is(err, token.ErrOtherKey) {
		d.t.Errorf("open: %v, want ErrNoKey or ErrOtherKey", err)
	}
}

// writes are all methods that write, on a token with the factory's secrets.
func (d *desk) writes(p token.Provisioner, a token.Access) []write {
	key := managementKey('k', d.size)
	return []write{
		{"reset", false, p.Reset},
		{"change pin", false, func(ctx context.Context) error { return p.ChangePIN(ctx, secret(token.FactoryPIN), secret(newPIN)) }},
		{"change puk", false, func(ctx context.Context) error { return p.ChangePUK(ctx, secret(token.FactoryPUK), secret(newPUK)) }},
		{"unblock", false, func(ctx context.Context) error { return p.Unblock(ctx, secret(token.FactoryPUK), secret(newPIN)) }},
		{"set tries", true, func(ctx context.Context) error { return p.SetTries(ctx, a, newTries, newTries) }},
		{"set management key", true, func(ctx context.Context) error { return p.SetManagement(ctx, a, key, false) }},
		{"keep management key", true, func(ctx context.Context) error { return p.SetManagement(ctx, a, key, true) }},
		{"generate", true, func(ctx context.Context) error { _, err := p.Generate(ctx, a, d.spec()); return err }},
		{"store certificate", true, func(ctx context.Context) error { return p.StoreCertificate(ctx, a, []byte("\x30\x00")) }},
		{"retire", true, func(ctx context.Context) error { return p.Retire(ctx, a) }},
	}
}

// A write is one of them. It wants the management key, or does not.
type write struct {
	name    string
	managed bool
	do      func(context.Context) error
}
