package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// Touch is how a rehearsal token's touch behaves.
type Touch string

// A press of a key ([Token.Touch]) within the card's timeout, a finger that is
// always there, or one that never comes.
const (
	TouchPress   Touch = "press"
	TouchInstant Touch = "instant"
	TouchNever   Touch = "never"
)

func (t Touch) check() error {
	switch t {
	case TouchPress, TouchInstant, TouchNever:
		return nil
	}
	return fmt.Errorf("rehearsal token: touch %q is not one of press, instant, never", string(t))
}

// Spec is a rehearsal token to be made.
type Spec struct {
	Name      string // also the file's: a-z, 0-9, hyphens
	Serial    uint32
	Algorithm pivcard.Algorithm // P256, P384 or Ed25519
	PIN, PUK  string            // 6 to 8 characters, not the factory's
	Touch     Touch             // TouchPress if empty

	// Blank makes a token as it leaves the factory, to be provisioned: it has
	// no algorithm, and PIN and PUK are the factory's.
	Blank bool
	// Firmware is the version that it claims, 5.7.4 if zero: one with Ed25519,
	// on which no advisory rests.
	Firmware pivcard.Version

	// Issuer certifies the token's attestation key, if it is not to be the
	// rehearsal root: only tests of production set it, and give the verifier
	// the CA that belongs to it.
	Issuer *pivcard.Issuer
}

func (s Spec) withDefaults() Spec {
	if s.Touch == "" {
		s.Touch = TouchPress
	}
	if s.Firmware == (pivcard.Version{}) {
		s.Firmware = pivcard.Version{Major: 5, Minor: 7, Patch: 4}
	}
	return s
}

// check says what cannot be made.
func (s Spec) check() error {
	if err := errors.Join(checkName(s.Name), s.Touch.check()); err != nil {
		return err
	}
	switch given := s.PIN != "" || s.PUK != "" || s.Algorithm != 0; {
	case s.Blank && given:
		return fmt.Errorf("rehearsal token %s: a blank one has no pin, puk or algorithm to choose", s.Name)
	case !s.Blank && (s.PIN == token.FactoryPIN || s.PUK == token.FactoryPUK):
		return fmt.Errorf("rehearsal token %s: pin or puk is the factory's: choose others", s.Name)
	}
	return nil
}

const usbAKeychain = 0x01

// Create makes a token in dir: a blank one, or as a provisioned one would be,
// with PIN, PUK and management key changed, a key generated on the card in
// slot 9c with PIN always and touch always, its attestation in the slot as
// certificate. It refuses a name that is taken. The management key is random
// and forgotten: to write to such a token again is to reset it.
func Create(ctx context.Context, dir string, s Spec, rand io.Reader) error {
	s = s.withDefaults()
	if err := s.check(); err != nil {
		return err
	}
	state, err := s.make(ctx, rand)
	if err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	b, err := newFile(s, state).encode()
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	defer root.Close()
	if err := safefile.Create(safefile.In(root), s.Name+suffix, b, filePerm); err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	return nil
}

// make is the card's state.
func (s Spec) make(ctx context.Context, rand io.Reader) ([]byte, error) {
	model := pivcard.Model{Serial: s.Serial, Firmware: s.Firmware, FormFactor: usbAKeychain, Issuer: s.Issuer, PINComplexity: s.Firmware.DeletesKeys()}
	card, err := pivcard.New(model, pivcard.Config{Rand: rand})
	if err != nil {
		return nil, err
	}
	if !s.Blank {
		if err := s.provision(ctx, &applet.Card{Client: pivcard.NewClient(card), Kind: token.Rehearsal, Reader: s.Name, Rand: rand}); err != nil {
			return nil, err
		}
	}
	return card.State()
}

// provision takes a card from the factory's state to a keyholder's, in the
// order of practice: PIN, PUK, management key, key, attestation.
func (s Spec) provision(ctx context.Context, card *applet.Card) error {
	management := make([]byte, 24)
	if _, err := io.ReadFull(card.Rand, management); err != nil {
		return fmt.Errorf("management key: %w", err)
	}
	admin := token.Access{Management: token.NewSecret(management)}
	defer admin.Management.Wipe()

	p := card.Provisioner(strconv.FormatUint(uint64(s.Serial), 10))
	if err := p.ChangePIN(ctx, secret(token.FactoryPIN), secret(s.PIN)); err != nil {
		return err
	}
	if err := p.ChangePUK(ctx, secret(token.FactoryPUK), secret(s.PUK)); err != nil {
		return err
	}
	if err := p.SetManagement(ctx, token.Access{}, admin.Management, false); err != nil {
		return err
	}
	if _, err := p.Generate(ctx, admin, token.KeySpec{Algorithm: s.Algorithm.String(), PINPolicy: "always", TouchPolicy: "always"}); err != nil {
		return err
	}
	a, err := card.Attest(ctx)
	if err != nil {
		return err
	}
	return p.StoreCertificate(ctx, admin, a.Leaf)
}

func secret(s string) token.Secret { return token.NewSecret([]byte(s)) }
