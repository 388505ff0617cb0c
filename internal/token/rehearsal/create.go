package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/safefile"
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

	// Issuer certifies the token's attestation key, if it is not to be the
	// rehearsal root: only tests of production set it, and give the verifier
	// the CA that belongs to it.
	Issuer *pivcard.Issuer
}

// firmware is the version that rehearsal tokens claim: one with Ed25519, on
// which no advisory rests.
var firmware = pivcard.Version{Major: 5, Minor: 7, Patch: 4}

const usbAKeychain = 0x01

// Create makes a token in dir as a provisioned one would be: PIN, PUK and
// management key changed, a key generated on the card in slot 9c with PIN
// always and touch always, its attestation in the slot as certificate. It
// refuses a name that is taken. The management key is random and forgotten:
// this token is never written to again.
func Create(ctx context.Context, dir string, s Spec, rand io.Reader) error {
	if s.Touch == "" {
		s.Touch = TouchPress
	}
	if err := errors.Join(checkName(s.Name), s.Touch.check()); err != nil {
		return err
	}
	card, err := pivcard.New(pivcard.Model{Serial: s.Serial, Firmware: firmware, FormFactor: usbAKeychain, Issuer: s.Issuer}, pivcard.Config{Rand: rand})
	if err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	err = pivcard.NewClient(card).Transaction(ctx, func(tx *pivcard.Tx) error { return provision(ctx, tx, s, rand) })
	if err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	state, err := card.State()
	if err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	b, err := file{Format: format, Warning: warning, Name: s.Name, PIN: s.PIN, PUK: s.PUK, Touch: s.Touch, Card: state}.encode()
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	defer root.Close()
	if err := safefile.Create(root, s.Name+suffix, b, filePerm); err != nil {
		return fmt.Errorf("rehearsal token %s: %w", s.Name, err)
	}
	return nil
}

// provision takes a card from the factory's state to a keyholder's, in the
// order of practice: PIN, PUK, management key, key, attestation.
func provision(ctx context.Context, tx *pivcard.Tx, s Spec, rand io.Reader) error {
	const factoryPIN, factoryPUK = "123456", "12345678"
	if s.PIN == factoryPIN || s.PUK == factoryPUK {
		return errors.New("pin or puk is the factory's: choose others")
	}
	version, err := tx.Version(ctx)
	if err != nil {
		return err
	}
	if err := tx.ChangePIN(ctx, []byte(factoryPIN), []byte(s.PIN)); err != nil {
		return err
	}
	if err := tx.ChangePUK(ctx, []byte(factoryPUK), []byte(s.PUK)); err != nil {
		return err
	}
	if err := tx.AuthenticateManagement(ctx, pivcard.FactoryManagementKey(version), rand); err != nil {
		return err
	}
	fresh := pivcard.ManagementKey{Algorithm: pivcard.AES192, Value: make([]byte, 24)}
	if _, err := io.ReadFull(rand, fresh.Value); err != nil {
		return fmt.Errorf("management key: %w", err)
	}
	if err := tx.SetManagementKey(ctx, fresh, pivcard.TouchNever); err != nil {
		return err
	}
	if _, err := tx.Generate(ctx, slot, pivcard.KeySpec{Algorithm: s.Algorithm, PIN: pivcard.PINAlways, Touch: pivcard.TouchAlways}); err != nil {
		return err
	}
	leaf, err := tx.Attest(ctx, slot)
	if err != nil {
		return err
	}
	return tx.PutCertificate(ctx, slot, leaf)
}
