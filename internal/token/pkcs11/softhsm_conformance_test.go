//go:build cgo

package pkcs11

import (
	"os"
	"path/filepath"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token/tokentest"
)

func TestConformance(t *testing.T) {
	always := p11.NewAttribute(p11.CKA_ALWAYS_AUTHENTICATE, true)
	for _, c := range []struct {
		name string
		kind kind
		more []*p11.Attribute
	}{
		{"ecdsa-p256", p256, nil},
		{"ecdsa-p256, PIN always", p256, []*p11.Attribute{always}},
		{"ecdsa-p384", p384, nil},
		{"ed25519", edwards, nil},
		{"rsa-2048", rsa2048, nil},
		{"rsa-3072", rsa3072, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := newSoftHSM(t)
			slot, _ := made.init(t, "ceremony")
			made.generate(t, slot, c.kind, 1, c.more...)
			check(t, made.Close())
			tokentest.Run(t, func(t *testing.T) tokentest.Fixture {
				store := filepath.Join(t.TempDir(), "tokens")
				check(t, os.CopyFS(store, os.DirFS(made.store)))
				h := openSoftHSM(t, store)
				k, info := h.one(t)
				if info.Algorithm != c.kind.name {
					t.Errorf("algorithm %q, want %s", info.Algorithm, c.kind.name)
				}
				return tokentest.Fixture{
					Token: k, PIN: userPIN, NoAttestation: true,
					NeverBlocks: true, // SoftHSM lets anybody try for ever
					Remove:      func() { check(t, os.RemoveAll(h.store)) },
				}
			})
		})
	}
}
