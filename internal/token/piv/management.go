//go:build cgo || windows

package piv

import (
	"context"
	"errors"
	"fmt"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// managed runs f over piv-go with the management key that a names, or on a card
// that is too old for it old over the APDU client.
func managed[T any](ctx context.Context, p *provisioner, what string, a token.Access,
	f func(yk *pivgo.YubiKey, management []byte) (T, error), old func(token.Access) (T, error),
) (T, error) {
	return operate(ctx, p.t, what, func(c *lane.Caller) (out T, err error) {
		access := a
		wipe, err := own(c, of(&access)...)
		if err != nil {
			return out, err
		}
		defer wipe()
		kept, err := p.t.keepsKey(ctx)
		if err != nil {
			return out, err
		}
		err = p.do(ctx, func(yk *pivgo.YubiKey) error {
			return withKey(yk, access, kept, func(key []byte) error {
				out, err = f(yk, key)
				return err
			})
		}, func() error {
			out, err = old(access)
			return err
		})
		return out, err
	})
}

// keepsKey says whether the card says that it keeps its management key itself.
// One that was taken out between the note and the key says that and still has
// the factory's; from firmware 5.3 on it tells.
func (t *Token) keepsKey(ctx context.Context) (kept bool, err error) {
	err = t.card.Client.Transaction(ctx, func(tx *pivcard.Tx) error {
		if kept, err = tx.KeepsManagementKey(ctx); err != nil {
			return err
		}
		m, err := tx.ManagementMetadata(ctx)
		if errors.Is(err, pivcard.ErrUnsupported) {
			return nil
		}
		kept = kept && !m.Default
		return err
	})
	return kept, err
}

// withKey runs f with the key that is given, or with the one that the card
// keeps behind the PIN, or with the factory's.
func withKey(yk *pivgo.YubiKey, a token.Access, kept bool, f func(key []byte) error) error {
	if given := a.Management.Bytes(); len(given) > 0 {
		return f(given)
	}
	if !kept {
		return f(pivgo.DefaultManagementKey)
	}
	if len(a.PIN.Bytes()) == 0 {
		return fmt.Errorf("%w: the token keeps its own behind the pin, and no pin is given", token.ErrManagement)
	}
	m, err := yk.Metadata(string(a.PIN.Bytes()))
	switch {
	case err != nil:
		return refused(heard(err), false)
	case m.ManagementKey == nil:
		return fmt.Errorf("%w: the token says that it keeps its own, and does not", token.ErrManagement)
	}
	defer clear(*m.ManagementKey)
	return f(*m.ManagementKey)
}
