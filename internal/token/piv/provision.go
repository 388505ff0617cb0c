//go:build cgo || windows

package piv

import (
	"context"
	"errors"
	"fmt"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Provisioner writes to the card with this serial number.
func (t *Token) Provisioner(serial string) token.Provisioner {
	return &provisioner{t: t, serial: serial, applet: t.card.Provisioner(serial)}
}

// A provisioner has piv-go do what it can, and the APDU client the rest.
type provisioner struct {
	t      *Token
	serial string
	applet token.Provisioner
}

// alone runs what only the APDU client can do.
func (p *provisioner) alone(ctx context.Context, what string, secrets []*token.Secret, job func(token.Provisioner) error) error {
	return p.t.run(ctx, what, func(c *lane.Caller) error {
		wipe, err := own(c, secrets...)
		if err != nil {
			return err
		}
		defer wipe()
		return job(p.applet)
	})
}

// do runs f over piv-go on the right card, or on a card that is too old for it
// old over the APDU client.
func (p *provisioner) do(ctx context.Context, f func(*pivgo.YubiKey) error, old func() error) error {
	err := p.t.withYubiKey(ctx, func(yk *pivgo.YubiKey) error {
		if err := checkCard(yk, p.serial); err != nil {
			return err
		}
		return f(yk)
	})
	if errors.Is(err, errOld) {
		return old()
	}
	return err
}

// Reset empties the card.
func (p *provisioner) Reset(ctx context.Context) error {
	return p.alone(ctx, "reset", nil, func(c token.Provisioner) error { return c.Reset(ctx) })
}

// SetTries sets how many tries PIN and PUK have.
func (p *provisioner) SetTries(ctx context.Context, a token.Access, pin, puk int) error {
	return p.alone(ctx, "set tries", of(&a), func(c token.Provisioner) error { return c.SetTries(ctx, a, pin, puk) })
}

// SetManagement replaces the management key.
func (p *provisioner) SetManagement(ctx context.Context, a token.Access, fresh token.Secret, protect bool) error {
	return p.alone(ctx, "set management key", append(of(&a), &fresh), func(c token.Provisioner) error {
		return c.SetManagement(ctx, a, fresh, protect)
	})
}

// ManagementKeySize is how many bytes a new management key has.
func (p *provisioner) ManagementKeySize(ctx context.Context) (int, error) {
	return operate(ctx, p.t, "management key", func(*lane.Caller) (int, error) { return p.applet.ManagementKeySize(ctx) })
}

// Retire destroys key and certificate.
func (p *provisioner) Retire(ctx context.Context, a token.Access) error {
	return p.alone(ctx, "retire", of(&a), func(c token.Provisioner) error { return c.Retire(ctx, a) })
}

func of(a *token.Access) []*token.Secret { return []*token.Secret{&a.Management, &a.PIN} }

// ChangePIN replaces the PIN.
func (p *provisioner) ChangePIN(ctx context.Context, old, fresh token.Secret) error {
	return p.secret(ctx, "change pin", false, old, fresh, (*pivgo.YubiKey).SetPIN, p.applet.ChangePIN)
}

// ChangePUK replaces the PUK.
func (p *provisioner) ChangePUK(ctx context.Context, old, fresh token.Secret) error {
	return p.secret(ctx, "change puk", true, old, fresh, (*pivgo.YubiKey).SetPUK, p.applet.ChangePUK)
}

// Unblock sets a new PIN on the strength of the PUK.
func (p *provisioner) Unblock(ctx context.Context, puk, fresh token.Secret) error {
	return p.secret(ctx, "unblock pin", true, puk, fresh, (*pivgo.YubiKey).Unblock, p.applet.Unblock)
}

// secret has a card replace a PIN or PUK on the strength of another secret.
func (p *provisioner) secret(ctx context.Context, what string, puk bool, proof, fresh token.Secret,
	set func(yk *pivgo.YubiKey, proof, fresh string) error,
	old func(ctx context.Context, proof, fresh token.Secret) error,
) error {
	return p.t.run(ctx, what, func(c *lane.Caller) error {
		wipe, err := own(c, &proof, &fresh)
		if err != nil {
			return err
		}
		defer wipe()
		return p.do(ctx, func(yk *pivgo.YubiKey) error {
			if err := fresh.CheckLength(); err != nil {
				return fmt.Errorf("%w (%w)", token.ErrWeak, err)
			}
			if err := proof.CheckLength(); err != nil {
				return err
			}
			return refused(heard(set(yk, string(proof.Bytes()), string(fresh.Bytes()))), puk)
		}, func() error { return old(ctx, proof, fresh) })
	})
}
