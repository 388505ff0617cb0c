package attest_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// rehearsalToken is a card of the given issuer with a key, and its certificates.
func rehearsalToken(t *testing.T, issuer *pivcard.Issuer) (leaf []byte, chain [][]byte, key []byte) {
	t.Helper()
	v := pivcard.Version{Major: 5, Minor: 7, Patch: 4}
	card, err := pivcard.New(pivcard.Model{Serial: 90000001, Firmware: v, FormFactor: 1, Issuer: issuer}, pivcard.Config{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	err = pivcard.NewClient(card).Transaction(t.Context(), func(tx *pivcard.Tx) error {
		if err := tx.AuthenticateManagement(t.Context(), pivcard.FactoryManagementKey(v), rand.Reader); err != nil {
			return err
		}
		pub, err := tx.Generate(t.Context(), pivcard.SlotSignature, pivcard.KeySpec{Algorithm: pivcard.Ed25519, PIN: pivcard.PINAlways, Touch: pivcard.TouchAlways})
		if err != nil {
			return err
		}
		if key, err = x509.MarshalPKIXPublicKey(pub); err != nil {
			return err
		}
		if leaf, err = tx.Attest(t.Context(), pivcard.SlotSignature); err != nil {
			return err
		}
		device, err := tx.Certificate(t.Context(), pivcard.SlotAttestation)
		chain = [][]byte{device}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return leaf, chain, key
}

func TestRehearsal(t *testing.T) {
	rehearsal, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	h := newHierarchy(t, "Yubico Attestation Root 1")
	leaf, chain, key := rehearsalToken(t, nil)
	expect := attest.Expect{SPKI: key, Slot: "9c", Serial: "90000001", MinFirmware: attest.Version{5, 7, 0}, PIN: "always", Touch: "always", Rehearsal: true}

	facts, checks := attest.Check(leaf, chain, rehearsal, expect, at)
	if bad := failures(t, checks); bad != nil || !facts.Proven {
		t.Errorf("a rehearsal token in a rehearsal fails %v: %+v", bad, checks)
	}
	want := attest.Facts{
		Proven: true, Serial: "90000001", Firmware: attest.Version{5, 7, 4}, PINPolicy: "always", TouchPolicy: "always",
		FormFactor: "usb-a keychain", Slot: "9c", Algorithm: "ed25519", SPKI: key, Rehearsal: true,
		Bundle: "rootmoot rehearsal", BundleDigest: rehearsal.Digest,
		Path: []string{
			"CN=REHEARSAL PIV Attestation 9c",
			"SERIALNUMBER=90000001,CN=REHEARSAL PIV Attestation",
			"CN=Rootmoot REHEARSAL attestation root - NOT A REAL DEVICE",
		},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	if d := cmp.Diff(want, facts); d != "" {
		t.Errorf("facts (-want +got):\n%s", d)
	}

	expect.Rehearsal = false
	if _, checks = attest.Check(leaf, chain, rehearsal, expect, at); !cmp.Equal(failures(t, checks), []string{attest.RuleRehearsal}) {
		t.Errorf("a rehearsal token in production, with the rehearsal bundle: %+v", checks)
	}
	_, checks = attest.Check(leaf, chain, h.bundle, expect, at)
	if !cmp.Equal(failures(t, checks), []string{attest.RuleChain, attest.RuleSlot, attest.RuleRehearsal}) {
		t.Errorf("a rehearsal token in production: %+v", checks)
	}

	// A card of another make of CA is production's, as tests of production need.
	leaf, chain, expect.SPKI = rehearsalToken(t, &pivcard.Issuer{
		Key: h.piv.key, Cert: h.piv.cert, DeviceName: "Yubico PIV Attestation", KeyPrefix: "YubiKey PIV Attestation",
	})
	if facts, checks = attest.Check(leaf, chain, h.bundle, expect, at); !facts.Proven || facts.Rehearsal {
		t.Errorf("a card of the test CA in production: %+v", checks)
	}
	expect.Rehearsal = true
	_, checks = attest.Check(leaf, chain, rehearsal, expect, at)
	if !cmp.Equal(failures(t, checks), []string{attest.RuleChain, attest.RuleSlot, attest.RuleRehearsal}) {
		t.Errorf("a card of the test CA in a rehearsal: %+v", checks)
	}
}

// The root that this package carries is the one that pivcard signs with.
func TestRehearsalRootFits(t *testing.T) {
	raw, err := os.ReadFile("rehearsal-root.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(raw)
	if block == nil || len(rest) > 0 || !bytes.Equal(block.Bytes, pivcard.RehearsalRoot()) {
		t.Error("rehearsal-root.pem is not the certificate that pivcard.RehearsalRoot makes")
	}
}
