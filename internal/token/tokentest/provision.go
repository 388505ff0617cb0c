package tokentest

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/token"
)

// The steps from a blank token to a keyholder's.
const (
	stepTries       = "tries"
	stepPIN         = "pin"
	stepPUK         = "puk"
	stepManagement  = "management"
	stepKey         = "key"
	stepCertificate = "certificate"
)

// provision does what Inspect says is still to be done, as the program does.
// What cannot be told or taken over is reset first. It notes which steps it
// began, and which it ended.
func (d *desk) provision(ctx context.Context, reset bool) error {
	d.began, d.ended = map[string]bool{}, map[string]bool{}
	info, err := d.Token.Inspect(ctx)
	if err != nil {
		return err
	}
	if reset || cannotGoOn(info) {
		if err := d.Reset(ctx); err != nil {
			return err
		}
		if info, err = d.Token.Inspect(ctx); err != nil {
			return err
		}
		// What the firmware does not tell is known just after a reset.
		info.DefaultPIN, info.DefaultPUK, info.DefaultManagement = token.Yes, token.Yes, token.Yes
	}
	if info.PINTotal != newTries || info.PUKTotal != newTries {
		if err := d.step(stepTries, func() error { return d.tries(ctx, &info) }); err != nil {
			return err
		}
	}
	admin := token.Access{PIN: secret(newPIN)}
	for _, s := range []struct {
		name string
		todo bool
		do   func() error
	}{
		{stepPIN, info.DefaultPIN == token.Yes, func() error { return d.ChangePIN(ctx, secret(token.FactoryPIN), secret(newPIN)) }},
		{stepPUK, info.DefaultPUK == token.Yes, func() error { return d.ChangePUK(ctx, secret(token.FactoryPUK), secret(newPUK)) }},
		{stepManagement, info.DefaultManagement == token.Yes, func() error { return d.keep(ctx, admin) }},
		{stepKey, info.SPKI == nil, func() error { _, err := d.Generate(ctx, admin, d.spec()); return err }},
		{stepCertificate, info.Certificate == nil, func() error { return d.certify(ctx, admin) }},
	} {
		if !s.todo {
			continue
		}
		if err := d.step(s.name, s.do); err != nil {
			return err
		}
	}
	return nil
}

// cannotGoOn says that a token was left in a state from which a reset is the
// only way: tries used up, or secrets that nobody here knows.
func cannotGoOn(info token.Info) bool {
	return info.PINLeft < info.PINTotal || info.PUKLeft < info.PUKTotal ||
		info.DefaultPIN == token.Unknown || info.DefaultPUK == token.Unknown || info.DefaultManagement == token.Unknown ||
		info.DefaultManagement == token.No && !info.ManagementProtected
}

func (d *desk) step(name string, do func() error) error {
	d.began[name] = true
	if err := do(); err != nil {
		return fmt.Errorf("step %s: %w", name, err)
	}
	d.ended[name] = true
	return nil
}

// tries puts PIN and PUK back to the factory's, too.
func (d *desk) tries(ctx context.Context, info *token.Info) error {
	old := token.Access{PIN: secret(newPIN)}
	if info.DefaultPIN == token.Yes {
		old.PIN = secret(token.FactoryPIN)
	}
	info.DefaultPIN, info.DefaultPUK = token.Yes, token.Yes
	return d.SetTries(ctx, old, newTries, newTries)
}

// keep sets a management key that the token keeps.
func (d *desk) keep(ctx context.Context, admin token.Access) error {
	n, err := d.ManagementKeySize(ctx)
	if err != nil {
		return err
	}
	return d.SetManagement(ctx, admin, managementKey('k', n), true)
}

func (d *desk) certify(ctx context.Context, admin token.Access) error {
	a, err := d.Token.Attest(ctx)
	if err != nil {
		return err
	}
	return d.StoreCertificate(ctx, admin, a.Leaf)
}

// provisioned wants the token to say that it is.
func (d *desk) provisioned() token.Info {
	d.t.Helper()
	info := d.inspect()
	for what, bad := range map[string]bool{
		"pin":            info.DefaultPIN == token.Yes,
		"puk":            info.DefaultPUK == token.Yes,
		"management key": info.DefaultManagement == token.Yes || !info.ManagementProtected,
		"tries":          info.PINTotal >= 0 && (info.PINTotal != newTries || info.PUKTotal != newTries),
		"tries left":     info.PINLeft != newTries && info.PINLeft >= 0,
		"key":            info.Algorithm != d.Algorithm || info.PINPolicy != "always" || info.TouchPolicy != "always" || info.Origin != "generated",
		"certificate":    info.Certificate == nil,
	} {
		if bad {
			d.t.Errorf("provisioned, but not its %s: %+v", what, info)
		}
	}
	return info
}

// agrees wants what the token says to agree with the steps that were taken. Of a
// step that began and did not end, either may be true.
func (d *desk) agrees() {
	d.t.Helper()
	info := d.inspect()
	for _, c := range []struct {
		step     string
		yes, not bool // the token says that it is done; that it is not
	}{
		{stepPIN, info.DefaultPIN == token.No, info.DefaultPIN == token.Yes},
		{stepPUK, info.DefaultPUK == token.No, info.DefaultPUK == token.Yes},
		{stepManagement, info.DefaultManagement == token.No, info.DefaultManagement == token.Yes},
		{stepKey, info.SPKI != nil, info.SPKI == nil},
		{stepCertificate, info.Certificate != nil, info.Certificate == nil},
	} {
		if d.ended[c.step] && c.not || !d.began[c.step] && c.yes {
			d.t.Errorf("step %s: began %v, ended %v, but the token says %+v", c.step, d.began[c.step], d.ended[c.step], info)
		}
	}
}
