package pcsc_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func newYubicoBench(t *testing.T) *bench {
	t.Helper()
	return newBench(t, map[string]string{"yubico-piv-tool": "yubico-piv-tool", "openssl": "openssl"})
}

// yubico are the arguments of yubico-piv-tool, whose default is a real YubiKey.
func (b *bench) yubico(args ...string) []string {
	return append([]string{"--reader=" + b.reader}, args...)
}

func TestYubicoSecrets(t *testing.T) {
	b := newYubicoBench(t)
	const tool = "yubico-piv-tool"
	status := b.run("PIN tries left:\t3", tool, b.yubico("-astatus")...)
	for _, want := range []string{"Version:\t5.4.3", "Serial Number:\t4711"} {
		if !bytes.Contains([]byte(status), []byte(want)) {
			t.Errorf("status without %q:\n%s", want, status)
		}
	}
	b.run("Successfully verified", tool, b.yubico("-averify-pin", "-P123456")...)
	b.refuse("2 tries left", tool, b.yubico("-averify-pin", "-P000000")...)
	b.wantTries(3, 2, 3, 3)
	b.run("Successfully changed", tool, b.yubico("-achange-pin", "-P123456", "-N654321")...)
	b.wantPIN("654321")
	b.run("Successfully changed", tool, b.yubico("-achange-puk", "-P12345678", "-N87654321")...)
	b.run("Successfully unblocked", tool, b.yubico("-aunblock-pin", "-P87654321", "-N765432")...)
	b.wantPIN("765432")

	b.ours(func(tx *pivcard.Tx) error { return tx.ChangePIN(t.Context(), []byte("765432"), []byte("234567")) })
	b.run("Successfully verified", tool, b.yubico("-averify-pin", "-P234567")...)

	b.run("Successfully changed", tool, b.yubico("-averify-pin", "-P234567", "-apin-retries", "--pin-retries=5", "--puk-retries=4")...)
	b.wantTries(5, 5, 4, 4)
	b.wantPIN("123456")
	const key = "010203040506070801020304050607080102030405060701"
	b.run("Successfully set", tool, b.yubico("-aset-mgm-key", "-n"+key)...)
	b.wantManagement(key)
}

// wantTries checks the tries of PIN and PUK, in all and left.
func (b *bench) wantTries(pin, pinLeft, puk, pukLeft int) {
	b.t.Helper()
	b.ours(func(tx *pivcard.Tx) error {
		p, err := tx.PINMetadata(b.t.Context())
		if err != nil {
			return err
		}
		u, err := tx.PUKMetadata(b.t.Context())
		if p.Total != pin || p.Left != pinLeft || u.Total != puk || u.Left != pukLeft {
			b.t.Errorf("pin %+v, puk %+v", p, u)
		}
		return err
	})
}

func (b *bench) wantPIN(pin string) {
	b.t.Helper()
	b.ours(func(tx *pivcard.Tx) error { return tx.VerifyPIN(b.t.Context(), []byte(pin)) })
}

func (b *bench) wantManagement(key string) {
	b.t.Helper()
	value, err := hex.DecodeString(key)
	if err != nil {
		b.t.Fatal(err)
	}
	b.ours(func(tx *pivcard.Tx) error {
		return tx.AuthenticateManagement(b.t.Context(), pivcard.ManagementKey{Algorithm: pivcard.TripleDES, Value: value}, rand.Reader)
	})
}

// A key that yubico-piv-tool generated, attested and certified.
func TestYubicoKey(t *testing.T) {
	b := newYubicoBench(t)
	const tool = "yubico-piv-tool"
	b.run("Successfully generated", tool, b.yubico("-agenerate", "-s9c", "-AECCP256", "--pin-policy=always", "--touch-policy=cached", "-opub.pem")...)
	b.run("", tool, b.yubico("-aattest", "-s9c", "-oattestation.pem")...)
	b.run("Successfully imported", tool, b.yubico("-aimport-certificate", "-s9c", "-iattestation.pem")...)
	b.run("", tool, b.yubico("-aread-certificate", "-s9c", "-oback.pem")...)
	stored := b.der("attestation.pem")
	if !bytes.Equal(b.der("back.pem"), stored) {
		t.Error("the certificate came back another")
	}
	pub := b.publicKey("pub.pem")
	if !pub.Equal(b.certificate("attestation.pem").PublicKey) {
		t.Error("another key is attested")
	}
	b.ours(func(tx *pivcard.Tx) error {
		m, err := tx.KeyMetadata(t.Context(), pivcard.SlotSignature)
		if err != nil {
			return err
		}
		if !pub.Equal(m.Public) || m.PIN != pivcard.PINAlways || m.Touch != pivcard.TouchCached || m.Origin != pivcard.OriginGenerated {
			t.Errorf("metadata %+v", m)
		}
		attested, err := tx.Attest(t.Context(), pivcard.SlotSignature)
		if err != nil {
			return err
		}
		if c, err := x509.ParseCertificate(attested); err != nil || !pub.Equal(c.PublicKey) {
			t.Errorf("to us another key is attested: %v", err)
		}
		got, err := tx.Certificate(t.Context(), pivcard.SlotSignature)
		if !bytes.Equal(got, stored) {
			t.Errorf("certificate of %d bytes, not the one that was stored", len(got))
		}
		return err
	})
	b.write("data", "what is signed")
	b.run("Signature successful", tool, b.yubico("-averify-pin", "-P123456", "--sign", "-s9c", "-AECCP256", "-HSHA256", "-idata", "-osignature")...)
	b.run("Verified OK", "openssl", "dgst", "-sha256", "-verify", "pub.pem", "-signature", "signature", "data")
}

// A key that we generated and certified.
func TestYubicoReadsOurs(t *testing.T) {
	b := newYubicoBench(t)
	const tool = "yubico-piv-tool"
	var pub *ecdsa.PublicKey
	var stored []byte
	b.ours(func(tx *pivcard.Tx) (err error) {
		pub = generate(t, tx, pivcard.TouchNever)
		if stored, err = tx.Attest(t.Context(), pivcard.SlotSignature); err != nil {
			return err
		}
		return tx.PutCertificate(t.Context(), pivcard.SlotSignature, stored)
	})
	b.run("", tool, b.yubico("-aread-certificate", "-s9c", "-ocertificate.pem")...)
	if !bytes.Equal(b.der("certificate.pem"), stored) {
		t.Error("another certificate than ours")
	}
	b.run("", tool, b.yubico("-aattest", "-s9c", "-oattestation.pem")...)
	if !pub.Equal(b.certificate("attestation.pem").PublicKey) {
		t.Error("another key is attested")
	}
	b.write("certificate.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: stored})))
	b.run("Successful ECDSA verification", tool, b.yubico("-averify-pin", "-P123456", "-atest-signature", "-s9c", "-icertificate.pem")...)
}

func TestYubicoReset(t *testing.T) {
	b := newYubicoBench(t)
	const tool = "yubico-piv-tool"
	b.ours(func(tx *pivcard.Tx) error { generate(t, tx, pivcard.TouchNever); return nil })
	b.refuse("", tool, b.yubico("-areset")...)
	for _, says := range []string{"2 tries left", "1 tries left", "blocked"} {
		b.refuse(says, tool, b.yubico("-averify-pin", "-P000000")...)
	}
	b.ours(func(tx *pivcard.Tx) error {
		if err := tx.VerifyPIN(t.Context(), []byte("123456")); !errors.Is(err, pivcard.ErrBlocked) {
			t.Errorf("blocked: %v", err)
		}
		return nil
	})
	for _, says := range []string{"2 tries left", "1 tries left", "blocked"} {
		b.refuse(says, tool, b.yubico("-aunblock-pin", "-P00000000", "-N123456")...)
	}
	b.wantTries(3, 0, 3, 0)
	b.run("Successfully reset", tool, b.yubico("-areset")...)
	b.wantTries(3, 3, 3, 3)
	b.ours(func(tx *pivcard.Tx) error {
		if _, err := tx.KeyMetadata(t.Context(), pivcard.SlotSignature); !errors.Is(err, pivcard.ErrNotFound) {
			t.Errorf("a key after the reset: %v", err)
		}
		return nil
	})
}

// publicKey is that of a file, P-256 or P-384.
func (b *bench) publicKey(name string) *ecdsa.PublicKey {
	b.t.Helper()
	key, err := x509.ParsePKIXPublicKey(b.der(name))
	if err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
	pub, ok := key.(*ecdsa.PublicKey)
	if !ok {
		b.t.Fatalf("%s: a %T", name, key)
	}
	return pub
}
