//go:build cgo

package piv_test

import (
	"bytes"
	"testing"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A management key that the card keeps behind the PIN is read by piv-go where
// we set it, and used by us where piv-go set it, by both of our clients. (That
// Yubico's tools do likewise is told by the note in 5FFF00, which piv-go does
// not write.)
func TestKeptManagementKey(t *testing.T) {
	stack := pcsctest.Get(t)
	s := insert(t, stack, recipe{blank: true}.make(t))
	ctx, p := t.Context(), s.Provisioner("11409403")
	kept := token.Access{PIN: secret(token.FactoryPIN)}
	key := bytes.Repeat([]byte{0x5A, 0xC3, 0x17}, 8)
	if err := p.SetManagement(ctx, kept, token.NewSecret(bytes.Clone(key)), true); err != nil {
		t.Fatal(err)
	}
	withPivgo(t, s, func(yk *pivgo.YubiKey) error {
		m, err := yk.Metadata(token.FactoryPIN)
		if err != nil {
			return err
		}
		if m.ManagementKey == nil || !bytes.Equal(*m.ManagementKey, key) {
			t.Error("piv-go reads another key than the one that was set")
		}
		return nil
	})

	next := bytes.Repeat([]byte{0x11, 0x2E, 0x93}, 8)
	withPivgo(t, s, func(yk *pivgo.YubiKey) error {
		if err := yk.SetManagementKey(key, next); err != nil {
			return err
		}
		return yk.SetMetadata(next, &pivgo.Metadata{ManagementKey: &next})
	})
	spec := token.KeySpec{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always"}
	if _, err := p.Generate(ctx, kept, spec); err != nil {
		t.Errorf("with piv-go: %v", err)
	}
	if err := p.StoreCertificate(ctx, kept, []byte("any certificate")); err != nil {
		t.Errorf("with piv-go: %v", err)
	}
	if err := p.Retire(ctx, kept); err != nil {
		t.Errorf("with our client: %v", err)
	}
	if info := isWell(t, s); !info.ManagementProtected || len(info.SPKI) != 0 || len(info.Certificate) != 0 {
		t.Errorf("afterwards: %+v", info)
	}
}
