//go:build cgo || windows

package piv

import (
	"context"
	"fmt"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// A Token is the PIV card in one reader, whichever it is at the time. It holds
// nothing between two operations. When a context ends, the operation returns
// at once and goes on by itself, until the card answers or is taken out;
// meanwhile everything else is [token.ErrStuck].
type Token struct {
	reader string
	card   applet.Card
	lane   *lane.Lane
	held   bool // keepsReader; for the lane's jobs only
}

var _ token.Provisionable = (*Token)(nil)

// Reader is the name of the reader.
func (t *Token) Reader() string { return t.reader }

// Inspect reads what the card says about itself.
func (t *Token) Inspect(ctx context.Context) (token.Info, error) {
	return operate(ctx, t, "inspect", func(*lane.Caller) (token.Info, error) { return t.card.Inspect(ctx) })
}

// Attest has the card attest the slot's key, and adds the certificate of the
// key that attests.
func (t *Token) Attest(ctx context.Context) (token.Attestation, error) {
	return operate(ctx, t, "attest", func(*lane.Caller) (a token.Attestation, err error) {
		err = t.withYubiKey(ctx, func(yk *pivgo.YubiKey) error {
			leaf, err := yk.Attest(pivgo.SlotSignature)
			if err != nil {
				return heard(err)
			}
			device, err := yk.AttestationCertificate()
			if err != nil {
				return heard(err)
			}
			a = token.Attestation{Leaf: leaf.Raw, Chain: [][]byte{device.Raw}}
			return nil
		})
		return a, err
	})
}

// Open checks serial number and key, and returns a session.
func (t *Token) Open(ctx context.Context, w token.Want, pin token.Secret, onTouch func(token.TouchRequest)) (token.Session, error) {
	err := t.run(ctx, "open", func(*lane.Caller) error { return t.card.Check(ctx, w) })
	if err != nil {
		return nil, err
	}
	return token.NewSession(ctx, w, pin, func(ctx context.Context, w token.Want, pin token.Secret, input []byte) ([]byte, error) {
		return t.sign(ctx, w, pin, input, onTouch)
	})
}

// Close does nothing: nothing is held between operations.
func (t *Token) Close() error { return nil }

// operate runs one operation alone and names its error.
func operate[T any](ctx context.Context, t *Token, what string, job func(*lane.Caller) (T, error)) (T, error) {
	out, err := run(ctx, t.lane, func(c *lane.Caller) (T, error) {
		out, err := job(c)
		return out, t.translate(err)
	})
	if err != nil {
		var none T
		return none, fmt.Errorf("%s token in %q: %w", what, t.reader, err)
	}
	return out, nil
}

// run is operate for what returns nothing.
func (t *Token) run(ctx context.Context, what string, job func(*lane.Caller) error) error {
	_, err := operate(ctx, t, what, func(c *lane.Caller) (struct{}, error) { return struct{}{}, job(c) })
	return err
}
