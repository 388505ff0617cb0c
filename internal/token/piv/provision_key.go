//go:build cgo || windows

package piv

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Generate makes a key in the signing slot. The certificate there goes first,
// so that none ever lies beside a key that it is not about.
func (p *provisioner) Generate(ctx context.Context, a token.Access, k token.KeySpec) ([]byte, error) {
	key, err := parseKey(k)
	if err != nil {
		return nil, fmt.Errorf("generate key: token %s: %w", p.serial, err)
	}
	if err := p.StoreCertificate(ctx, a, nil); err != nil {
		return nil, err
	}
	return managed(ctx, p, "generate key", a, func(yk *pivgo.YubiKey, management []byte) ([]byte, error) {
		if v := yk.Version(); key.Algorithm == pivgo.AlgorithmEd25519 && v.Major == 5 && v.Minor < 7 {
			return nil, fmt.Errorf("%w: firmware %d.%d has no ed25519, 5.7 has", token.ErrOld, v.Major, v.Minor)
		}
		public, err := yk.GenerateKey(management, pivgo.SlotSignature, key)
		if err != nil {
			return nil, unmanaged(err)
		}
		return token.SPKI(public)
	}, func(a token.Access) ([]byte, error) { return p.applet.Generate(ctx, a, k) })
}

// parseKey reads what is to be generated. Defaults are not taken: what a key
// wants is chosen.
func parseKey(k token.KeySpec) (pivgo.Key, error) {
	algorithm, okA := map[string]pivgo.Algorithm{
		pivcard.P256.String(): pivgo.AlgorithmEC256, pivcard.P384.String(): pivgo.AlgorithmEC384, pivcard.Ed25519.String(): pivgo.AlgorithmEd25519,
	}[k.Algorithm]
	pin, okP := map[string]pivgo.PINPolicy{
		pivcard.PINOnce.String(): pivgo.PINPolicyOnce, pivcard.PINAlways.String(): pivgo.PINPolicyAlways,
	}[k.PINPolicy]
	touch, okT := map[string]pivgo.TouchPolicy{
		pivcard.TouchNever.String(): pivgo.TouchPolicyNever, pivcard.TouchCached.String(): pivgo.TouchPolicyCached, pivcard.TouchAlways.String(): pivgo.TouchPolicyAlways,
	}[k.TouchPolicy]
	if !okA || !okP || !okT {
		return pivgo.Key{}, fmt.Errorf("key %q with pin %q and touch %q: not one that this token signs with", k.Algorithm, k.PINPolicy, k.TouchPolicy)
	}
	return pivgo.Key{Algorithm: algorithm, PINPolicy: pin, TouchPolicy: touch}, nil
}

// StoreCertificate stores a certificate, and reads it back; none deletes what
// is there, which piv-go cannot.
func (p *provisioner) StoreCertificate(ctx context.Context, a token.Access, der []byte) error {
	if len(der) == 0 {
		return p.alone(ctx, "delete certificate", of(&a), func(c token.Provisioner) error { return c.StoreCertificate(ctx, a, nil) })
	}
	_, err := managed(ctx, p, "store certificate", a, func(yk *pivgo.YubiKey, management []byte) (struct{}, error) {
		// Raw is all that piv-go wants of it.
		return struct{}{}, unmanaged(yk.SetCertificate(management, pivgo.SlotSignature, &x509.Certificate{Raw: der}))
	}, func(a token.Access) (struct{}, error) { return struct{}{}, p.applet.StoreCertificate(ctx, a, der) })
	if err != nil {
		return err
	}
	return p.t.run(ctx, "read certificate back", func(*lane.Caller) error { return p.stored(ctx, der) })
}

// stored says whether the slot's certificate is this one.
func (p *provisioner) stored(ctx context.Context, der []byte) error {
	return p.t.card.Client.Transaction(ctx, func(tx *pivcard.Tx) error {
		got, err := tx.Certificate(ctx, pivcard.SlotSignature)
		if err == nil && !bytes.Equal(got, der) {
			err = fmt.Errorf("%w: another certificate lies there than the one it was given", token.ErrBadAnswer)
		}
		return err
	})
}
