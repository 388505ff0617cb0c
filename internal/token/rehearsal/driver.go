package rehearsal

import (
	"context"

	"github.com/rootmoot/rootmoot/internal/token"
)

// Inspect reads what the card says about itself.
func (t *Token) Inspect(ctx context.Context) (token.Info, error) { return t.card.Inspect(ctx) }

// Attest has the card attest the slot's key.
func (t *Token) Attest(ctx context.Context) (token.Attestation, error) { return t.card.Attest(ctx) }

// Open checks serial number and key, and returns a session.
func (t *Token) Open(ctx context.Context, w token.Want, pin token.Secret, onTouch func(token.TouchRequest)) (token.Session, error) {
	return t.card.Open(ctx, w, pin, onTouch)
}

// Provisioner writes to the card. The PIN and the PUK that it sets stand in the
// token's file afterwards.
func (t *Token) Provisioner(serial string) token.Provisioner { return t.card.Provisioner(serial) }
