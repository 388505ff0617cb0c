package tokentest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

func testManagement(d *desk) {
	ctx := d.t.Context()
	for what, wrong := range map[string]token.Secret{
		"wrong key": managementKey('w', d.size), "wrong length": managementKey('w', d.size-1),
	} {
		for _, w := range d.writes(d.Provisioner, token.Access{Management: wrong, PIN: secret(token.FactoryPIN)}) {
			if w.managed {
				d.refuses(w.name+", "+what, w.do(ctx), token.ErrManagement)
			}
		}
	}
	if err := d.SetManagement(ctx, token.Access{}, managementKey('k', d.size+1), false); err == nil {
		d.t.Error("takes a new management key of another length")
	}
	d.unchanged("wrong management keys", d.info)

	admin := token.Access{Management: managementKey('k', d.size)}
	d.must(d.SetManagement(ctx, token.Access{}, admin.Management, false))
	if now := d.inspect(); now.DefaultManagement == token.Yes || now.ManagementProtected {
		d.t.Errorf("management key set, but %+v", now)
	}
	_, err := d.Generate(ctx, token.Access{}, d.spec())
	d.refuses("the factory's key", err, token.ErrManagement)
	_, err = d.Generate(ctx, admin, d.spec())
	d.must(err)
}

func testKept(d *desk) {
	ctx := d.t.Context()
	key, other := managementKey('k', d.size), managementKey('o', d.size)
	behind := token.Access{PIN: secret(token.FactoryPIN)}
	generate := func(a token.Access) error { _, err := d.Generate(ctx, a, d.spec()); return err }

	d.wrong("keep with a wrong PIN", d.SetManagement(ctx, token.Access{PIN: secret(wrongPIN)}, key, true), false, factoryTries-1)
	if now := d.inspect(); now.DefaultManagement == token.No || now.ManagementProtected {
		d.t.Errorf("wrong PIN, but %+v", now)
	}
	d.must(d.SetManagement(ctx, behind, key, true))
	if now := d.inspect(); now.DefaultManagement == token.Yes || !now.ManagementProtected {
		d.t.Errorf("kept, but %+v", now)
	}
	d.refuses("no pin", generate(token.Access{}), token.ErrManagement)
	d.wrong("wrong pin", generate(token.Access{PIN: secret(wrongPIN)}), false, factoryTries-1)
	d.must(generate(behind))
	d.must(generate(token.Access{Management: key}))

	d.must(d.SetManagement(ctx, behind, other, true))
	d.refuses("the key before", generate(token.Access{Management: key}), token.ErrManagement)
	d.must(generate(behind))

	d.must(d.SetManagement(ctx, behind, key, false))
	if d.inspect().ManagementProtected {
		d.t.Error("still says that it keeps its management key")
	}
	d.refuses("kept no longer", generate(behind), token.ErrManagement)
	d.must(generate(token.Access{Management: key}))
}

func testOtherSerial(d *desk) {
	p := d.Token.Provisioner(d.info.Serial + "1")
	for _, w := range d.writes(p, token.Access{PIN: secret(token.FactoryPIN)}) {
		err := w.do(d.t.Context())
		var m *token.MismatchError
		if !errors.As(err, &m) || !errors.Is(err, token.ErrOtherToken) || m.Got != d.info.Serial {
			d.t.Errorf("%s: %v, want a MismatchError that names %s", w.name, err, d.info.Serial)
		}
		quiet(d.t, err)
	}
	d.unchanged("meant for another token", d.info)
}

func testCancelledWrite(d *desk) {
	ctx, cancel := context.WithCancel(d.t.Context())
	cancel()
	for _, w := range d.writes(d.Provisioner, token.Access{PIN: secret(token.FactoryPIN)}) {
		d.refuses(w.name, w.do(ctx), context.Canceled)
	}
	d.unchanged("cancelled", d.info)
}

func testRemovedWrite(d *desk) {
	if d.Pull == nil {
		d.t.Log("not for this kind of token")
		return
	}
	d.Pull(1, false)
	for _, w := range d.writes(d.Provisioner, token.Access{PIN: secret(token.FactoryPIN)}) {
		d.refuses(w.name, w.do(d.t.Context()), token.ErrRemoved)
	}
	d.Insert()
	d.unchanged("removed", d.info)
}

// testPulled provisions a token, and another, and pulls each at another
// command. What it says afterwards is true, and from there it can be
// provisioned.
func testPulled(t *testing.T, fresh func(*testing.T) Blank) {
	sweep(t, fresh, func(d *desk) func() error {
		return func() error { return d.provision(d.t.Context(), true) }
	}, func(d *desk) {
		d.agrees()
		d.must(d.provision(d.t.Context(), false))
		d.provisioned()
	})
}

// testPulledRetiring likewise: a key that was to be destroyed is there whole or
// gone, and can be destroyed.
func testPulledRetiring(t *testing.T, fresh func(*testing.T) Blank) {
	admin := token.Access{PIN: secret(newPIN)}
	var before token.Info
	sweep(t, fresh, func(d *desk) func() error {
		d.must(d.provision(d.t.Context(), true))
		before = d.provisioned()
		return func() error { return d.Retire(d.t.Context(), admin) }
	}, func(d *desk) {
		if now := d.inspect(); now.Certificate == nil && bytes.Equal(now.SPKI, before.SPKI) {
			d.t.Errorf("the certificate went before the key: %+v", now)
		}
		d.must(d.Retire(d.t.Context(), admin))
		d.retired(before)
	})
}

// sweep prepares a fresh token and runs what it is given, once for each command
// at which the token can be pulled, and then looks.
func sweep(t *testing.T, fresh func(*testing.T) Blank, prepare func(*desk) (run func() error), look func(*desk)) {
	over := false
	for n := 1; !over; {
		var d *desk
		for _, done := range []bool{false, true} {
			d = newDesk(t, fresh(t))
			if d.Pull == nil {
				t.Log("not for this kind of token")
				return
			}
			run := prepare(d)
			d.Pull(n, done)
			err := run()
			d.Insert()
			if over = err == nil; !over {
				d.refuses("pulled", err, token.ErrRemoved)
			}
			look(d)
			if t.Failed() {
				t.Fatalf("pulled at command %d, carried out: %v", n, done)
			}
		}
		n += max(d.Step, 1)
	}
}
