package applet

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// managementKeySize is that of 3DES and of AES-192 alike.
const managementKeySize = 24

// Provisioner writes to the card with this serial number.
func (c *Card) Provisioner(serial string) token.Provisioner {
	return &provisioner{card: c, serial: serial}
}

type provisioner struct {
	card   *Card
	serial string
}

// work is one transaction on the right card.
type work struct {
	*pivcard.Tx
	card    *Card
	serial  string
	version pivcard.Version
}

// do runs f in one transaction, in which the serial number was read again and
// after which no PIN stays verified.
func (p *provisioner) do(ctx context.Context, what string, f func(work) error) error {
	err := p.card.Client.Transaction(ctx, func(tx *pivcard.Tx) error {
		if _, err := recheckSerial(ctx, tx, p.serial); err != nil {
			return err
		}
		version, err := tx.Version(ctx)
		if err != nil {
			return err
		}
		defer tx.ClearPIN(context.WithoutCancel(ctx)) // best effort: the transaction ends anyway
		return f(work{Tx: tx, card: p.card, serial: p.serial, version: version})
	})
	if err != nil {
		return fmt.Errorf("%s: token %s: %w", what, p.serial, Translate(err))
	}
	return nil
}

// SetTries sets how many tries PIN and PUK have.
func (p *provisioner) SetTries(ctx context.Context, a token.Access, pin, puk int) error {
	if pin < 1 || pin > 255 || puk < 1 || puk > 255 {
		return fmt.Errorf("set tries: token %s: %d and %d: a token has 1 to 255", p.serial, pin, puk)
	}
	return p.do(ctx, "set tries", func(w work) error {
		if err := w.admit(ctx, a); err != nil {
			return err
		}
		if err := verifyPIN(ctx, w.Tx, a.PIN); err != nil {
			return err
		}
		return w.SetRetries(ctx, byte(pin), byte(puk))
	})
}

// ChangePIN replaces the PIN.
func (p *provisioner) ChangePIN(ctx context.Context, old, fresh token.Secret) error {
	return p.secret(ctx, "change pin", false, fresh, func(w work) error { return w.ChangePIN(ctx, old.Bytes(), fresh.Bytes()) })
}

// ChangePUK replaces the PUK.
func (p *provisioner) ChangePUK(ctx context.Context, old, fresh token.Secret) error {
	return p.secret(ctx, "change puk", true, fresh, func(w work) error { return w.ChangePUK(ctx, old.Bytes(), fresh.Bytes()) })
}

// Unblock sets a new PIN on the strength of the PUK.
func (p *provisioner) Unblock(ctx context.Context, puk, fresh token.Secret) error {
	return p.secret(ctx, "unblock pin", true, fresh, func(w work) error { return w.UnblockPIN(ctx, puk.Bytes(), fresh.Bytes()) })
}

func (p *provisioner) secret(ctx context.Context, what string, puk bool, fresh token.Secret, set func(work) error) error {
	return p.do(ctx, what, func(w work) error {
		if err := fresh.CheckLength(); err != nil {
			return fmt.Errorf("%w (%w)", token.ErrWeak, err)
		}
		return refused(set(w), puk)
	})
}

// Generate makes a key in the signing slot. The certificate there goes first,
// so that none ever lies beside a key that it is not about.
func (p *provisioner) Generate(ctx context.Context, a token.Access, k token.KeySpec) (spki []byte, err error) {
	spec, err := parseSpec(k)
	if err != nil {
		return nil, fmt.Errorf("generate key: token %s: %w", p.serial, err)
	}
	err = p.do(ctx, "generate key", func(w work) error {
		if spec.Algorithm == pivcard.Ed25519 && !w.version.DeletesKeys() {
			return fmt.Errorf("%w: firmware %s has no ed25519, 5.7 has", token.ErrOld, w.version)
		}
		if err := w.admit(ctx, a); err != nil {
			return err
		}
		if err := w.PutCertificate(ctx, Slot, nil); err != nil {
			return err
		}
		pub, err := w.Generate(ctx, Slot, spec)
		if err != nil {
			return err
		}
		spki, err = token.SPKI(pub)
		return err
	})
	if err != nil {
		return nil, err
	}
	return spki, nil
}

// parseSpec reads what is to be generated. Defaults are not taken: what a key
// wants is chosen.
func parseSpec(k token.KeySpec) (pivcard.KeySpec, error) {
	algorithm, okA := named(k.Algorithm, pivcard.P256, pivcard.P384, pivcard.Ed25519)
	pin, okP := named(k.PINPolicy, pivcard.PINOnce, pivcard.PINAlways)
	touch, okT := named(k.TouchPolicy, pivcard.TouchNever, pivcard.TouchCached, pivcard.TouchAlways)
	if !okA || !okP || !okT {
		return pivcard.KeySpec{}, fmt.Errorf("key %q with pin %q and touch %q: not one that this token signs with", k.Algorithm, k.PINPolicy, k.TouchPolicy)
	}
	return pivcard.KeySpec{Algorithm: algorithm, PIN: pin, Touch: touch}, nil
}

func named[T fmt.Stringer](name string, all ...T) (found T, ok bool) {
	for _, v := range all {
		if v.String() == name {
			return v, true
		}
	}
	return found, false
}

// StoreCertificate stores a certificate, and reads it back.
func (p *provisioner) StoreCertificate(ctx context.Context, a token.Access, der []byte) error {
	return p.do(ctx, "store certificate", func(w work) error {
		if err := w.admit(ctx, a); err != nil {
			return err
		}
		return w.storeCertificate(ctx, der)
	})
}
