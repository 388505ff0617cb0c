//go:build cgo || windows

package piv

import (
	"context"
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// sign is the one transaction of a signature: serial number and key re-read,
// PIN, touch, signature.
func (t *Token) sign(ctx context.Context, w token.Want, pin token.Secret, input []byte, onTouch func(token.TouchRequest)) ([]byte, error) {
	return run(ctx, t.lane, func(c *lane.Caller) (sig []byte, err error) {
		secret := pin
		wipe, err := own(c, &secret)
		if err != nil {
			return nil, err
		}
		defer wipe()
		touch := func(r token.TouchRequest) {
			if onTouch != nil {
				_ = c.Call(func() { onTouch(r) }) // whose error is ctx's, asked for next
			}
		}
		err = t.withYubiKey(ctx, func(yk *pivgo.YubiKey) error {
			sig, err = signWith(ctx, yk, w, secret, input, touch)
			return err
		})
		if errors.Is(err, errOld) {
			sig, err = t.card.Sign(ctx, w, secret, input, touch)
		}
		return sig, t.translate(err)
	})
}

// signWith signs on the connected card, if it is the wanted one.
func signWith(ctx context.Context, yk *pivgo.YubiKey, w token.Want, pin token.Secret, input []byte, touch func(token.TouchRequest)) ([]byte, error) {
	if err := checkCard(yk, w.Serial); err != nil {
		return nil, err
	}
	key, err := yk.KeyInfo(pivgo.SlotSignature)
	if err != nil {
		return nil, heard(err)
	}
	spki, err := token.SPKI(key.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", token.ErrBadAnswer, err)
	}
	if err := w.Check(w.Serial, spki); err != nil {
		return nil, err
	}
	if err := applet.CheckLength(pivcard.AlgorithmOf(key.PublicKey), input); err != nil { // before a PIN or a touch is spent
		return nil, err
	}
	if err := pin.CheckLength(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := refused(heard(yk.VerifyPIN(string(pin.Bytes()))), false); err != nil {
		return nil, err
	}
	wantsTouch := key.TouchPolicy != pivgo.TouchPolicyNever
	if wantsTouch {
		touch(token.TouchRequest{Serial: w.Serial, Timeout: pivcard.TouchTimeout})
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sig, err := signInput(yk, key.PublicKey, input)
	if wantsTouch && status(err) == swNotSatisfied {
		return nil, fmt.Errorf("%w (%w)", token.ErrNoTouch, err) // the PIN was right a moment ago
	}
	return sig, err
}

// signInput has the slot's key sign, after the PIN was verified: the policy
// says never, so that piv-go does not present it once more.
func signInput(yk *pivgo.YubiKey, public crypto.PublicKey, input []byte) ([]byte, error) {
	key, err := yk.PrivateKey(pivgo.SlotSignature, public, pivgo.KeyAuth{PINPolicy: pivgo.PINPolicyNever})
	if err != nil {
		return nil, heard(err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: its key does not sign", token.ErrNoKey)
	}
	hash := crypto.Hash(0)
	switch pivcard.AlgorithmOf(public) {
	case pivcard.P256:
		hash = crypto.SHA256
	case pivcard.P384:
		hash = crypto.SHA384
	}
	sig, err := signer.Sign(rand.Reader, input, hash)
	return sig, heard(err)
}
