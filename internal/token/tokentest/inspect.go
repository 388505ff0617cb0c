package tokentest

import (
	"bytes"
	"crypto/x509"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/token"
)

func testInspect(t *testing.T, f Fixture) {
	info, _ := f.inspect(t)
	if info.Kind == "" || info.Serial == "" || info.Slot == "" || len(info.SPKI) == 0 {
		t.Errorf("kind, serial number, slot or key missing: %+v", info)
	}
	if info.DefaultPIN == token.Yes {
		t.Error("says that its PIN is the factory's")
	}
	checkWords(t, info)
	if again, _ := f.inspect(t); !cmp.Equal(again, info) {
		t.Errorf("inspecting changed something (-before +after):\n%s", cmp.Diff(info, again))
	}
}

// checkWords holds Info to the words that its fields may have.
func checkWords(t *testing.T, info token.Info) {
	t.Helper()
	for name, bad := range map[string]bool{
		"algorithm":                 !slices.Contains([]string{"", "ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"}, info.Algorithm),
		"algorithm without key":     (info.Algorithm == "") != (info.SPKI == nil),
		"pin policy":                !slices.Contains([]string{"", "never", "once", "always"}, info.PINPolicy),
		"touch policy":              !slices.Contains([]string{"", "never", "always", "cached"}, info.TouchPolicy),
		"origin":                    !slices.Contains([]string{"", "generated", "imported"}, info.Origin),
		"default pin":               !answered(info.DefaultPIN),
		"default puk":               !answered(info.DefaultPUK),
		"default management":        !answered(info.DefaultManagement),
		"pin tries":                 info.PINTotal >= 0 && info.PINLeft > info.PINTotal,
		"puk tries":                 info.PUKTotal >= 0 && info.PUKLeft > info.PUKTotal,
		"default but kept":          info.ManagementProtected && info.DefaultManagement == token.Yes,
		"facts of an empty slot":    info.SPKI == nil && info.PINPolicy+info.TouchPolicy+info.Origin != "",
		"signing slot among others": slices.ContainsFunc(info.Others, func(k token.Key) bool { return k.Slot == info.Slot }),
	} {
		if bad {
			t.Errorf("info: %s: %+v", name, info)
		}
	}
	if info.SPKI != nil {
		if _, err := x509.ParsePKIXPublicKey(info.SPKI); err != nil {
			t.Errorf("info: key: %v", err)
		}
	}
}

func answered(d token.Default) bool {
	return d == token.Yes || d == token.No || d == token.Unknown
}

func testAttest(t *testing.T, f Fixture) {
	info, _ := f.inspect(t)
	a, err := f.Token.Attest(t.Context())
	if f.NoAttestation {
		if err == nil {
			t.Fatal("attests, though it cannot")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(a.Leaf)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(leaf.RawSubjectPublicKeyInfo, info.SPKI) {
		t.Error("attests another key than it shows")
	}
	if len(a.Chain) == 0 {
		t.Error("no issuer with the attestation")
	}
}
