package pivcard

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"testing"
	"time"
)

// inTx runs f in a transaction and fails the test if f fails.
func inTx(t *testing.T, tr Transport, f func(context.Context, *Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := NewClient(tr).Transaction(ctx, func(tx *Tx) error { return f(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func admin(ctx context.Context, tx *Tx, v Version) error {
	return tx.AuthenticateManagement(ctx, FactoryManagementKey(v), seeded(9))
}

// stopClock stands still until it is moved; every wait is over at once.
type stopClock struct{ now time.Time }

func (c *stopClock) Now() time.Time { return c.now }

func (c *stopClock) After(time.Duration) <-chan time.Time {
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch
}

func TestGenerateAttestSign(t *testing.T) {
	msg := []byte("message")
	d256, d384 := sha256.Sum256(msg), sha512.Sum384(msg)
	for _, c := range []struct {
		algorithm Algorithm
		input     []byte
		verify    func(crypto.PublicKey, []byte) bool
	}{
		{P256, d256[:], func(k crypto.PublicKey, sig []byte) bool { return ecdsa.VerifyASN1(k.(*ecdsa.PublicKey), d256[:], sig) }},
		{P384, d384[:], func(k crypto.PublicKey, sig []byte) bool { return ecdsa.VerifyASN1(k.(*ecdsa.PublicKey), d384[:], sig) }},
		{Ed25519, msg, func(k crypto.PublicKey, sig []byte) bool { return ed25519.Verify(k.(ed25519.PublicKey), msg, sig) }},
	} {
		t.Run(c.algorithm.String(), func(t *testing.T) {
			inTx(t, newCard(t, v574, Config{}), func(ctx context.Context, tx *Tx) error {
				if err := admin(ctx, tx, v574); err != nil {
					return err
				}
				pub, err := tx.Generate(ctx, SlotSignature, KeySpec{Algorithm: c.algorithm, PIN: PINAlways, Touch: TouchAlways})
				if err != nil {
					return err
				}
				if err := tx.VerifyPIN(ctx, []byte(factoryPIN)); err != nil {
					return err
				}
				sig, err := tx.Sign(ctx, SlotSignature, c.algorithm, c.input)
				if err != nil {
					return err
				}
				if !c.verify(pub, sig) {
					t.Error("signature does not verify")
				}
				if _, err := tx.Sign(ctx, SlotSignature, c.algorithm, c.input); !errors.Is(err, ErrNotSatisfied) {
					t.Errorf("second signature with one PIN: %v, want ErrNotSatisfied", err)
				}
				m, err := tx.KeyMetadata(ctx, SlotSignature)
				if err != nil {
					return err
				}
				if m.Algorithm != c.algorithm || m.PIN != PINAlways || m.Touch != TouchAlways || m.Origin != OriginGenerated {
					t.Errorf("metadata %+v", m)
				}
				return checkAttestation(ctx, t, tx, pub)
			})
		})
	}
}

// checkAttestation compares with the bytes of a real attestation, as in the
// manual: .3 three raw bytes, .7 an INTEGER, .8 two, .9 one.
func checkAttestation(ctx context.Context, t *testing.T, tx *Tx, pub crypto.PublicKey) error {
	leafDER, err := tx.Attest(ctx, SlotSignature)
	if err != nil {
		return err
	}
	deviceDER, err := tx.Certificate(ctx, SlotAttestation)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(leafDER)
	if err != nil {
		return err
	}
	device, err := x509.ParseCertificate(deviceDER)
	if err != nil {
		return err
	}
	root, err := x509.ParseCertificate(RehearsalRoot())
	if err != nil {
		return err
	}
	if err := errors.Join(leaf.CheckSignatureFrom(device), device.CheckSignatureFrom(root), root.CheckSignatureFrom(root)); err != nil {
		t.Error(err)
	}
	if leaf.Subject.CommonName != "REHEARSAL PIV Attestation 9c" || device.Subject.SerialNumber != "11409403" {
		t.Errorf("subjects %s and %s", leaf.Subject, device.Subject)
	}
	if !pub.(interface{ Equal(crypto.PublicKey) bool }).Equal(leaf.PublicKey) {
		t.Error("another key attested")
	}
	want := map[string]string{"3": "050704", "7": "020400AE17FB", "8": "0302", "9": "01"}
	for _, e := range leaf.Extensions {
		id := e.Id.String()
		last, ok := bytes.CutPrefix([]byte(id), []byte("1.3.6.1.4.1.41482.3."))
		if !ok {
			continue
		}
		if !bytes.Equal(e.Value, unhex(t, want[string(last)])) {
			t.Errorf("extension .%s is %x, want %s", last, e.Value, want[string(last)])
		}
		delete(want, string(last))
	}
	if len(want) > 0 {
		t.Errorf("extensions missing: %v", want)
	}
	return nil
}

func TestPINPolicies(t *testing.T) {
	digest := make([]byte, 32)
	for _, c := range []struct {
		slot           Slot
		policy         PINPolicy
		want           PINPolicy
		without, twice bool // can sign without a PIN, twice with one
	}{
		{SlotSignature, PINDefault, PINAlways, false, false},
		{SlotAuthentication, PINDefault, PINOnce, false, true},
		{SlotCardAuth, PINDefault, PINNever, true, true},
		{SlotSignature, PINOnce, PINOnce, false, true},
		{SlotCardAuth, PINAlways, PINAlways, false, false},
	} {
		t.Run(c.slot.String()+" "+c.policy.String(), func(t *testing.T) {
			inTx(t, newCard(t, v574, Config{}), func(ctx context.Context, tx *Tx) error {
				if err := admin(ctx, tx, v574); err != nil {
					return err
				}
				if _, err := tx.Generate(ctx, c.slot, KeySpec{Algorithm: P256, PIN: c.policy}); err != nil {
					return err
				}
				m, err := tx.KeyMetadata(ctx, c.slot)
				if err != nil || m.PIN != c.want {
					t.Errorf("policy %s, %v", m.PIN, err)
				}
				if _, err := tx.Sign(ctx, c.slot, P256, digest); (err == nil) != c.without {
					t.Errorf("without PIN: %v", err)
				}
				if err := tx.VerifyPIN(ctx, []byte(factoryPIN)); err != nil {
					return err
				}
				if _, err := tx.Sign(ctx, c.slot, P256, digest); err != nil {
					t.Errorf("with PIN: %v", err)
				}
				if _, err := tx.Sign(ctx, c.slot, P256, digest); (err == nil) != c.twice {
					t.Errorf("second: %v", err)
				}
				return nil
			})
		})
	}
}

// A cached touch holds for 15 seconds; an always one for nothing.
func TestTouchPolicies(t *testing.T) {
	for _, c := range []struct {
		policy        TouchPolicy
		after         time.Duration
		needs, second bool // a touch; a second one
	}{
		{TouchNever, 0, false, false},
		{TouchAlways, 0, true, true},
		{TouchCached, 14 * time.Second, true, false},
		{TouchCached, 15 * time.Second, true, true},
	} {
		t.Run(c.policy.String(), func(t *testing.T) {
			clock := &stopClock{now: time.Unix(1_800_000_000, 0)}
			finger := NewFinger()
			card := newCard(t, v574, Config{Clock: clock, Touch: finger})
			inTx(t, card, func(ctx context.Context, tx *Tx) error {
				if err := admin(ctx, tx, v574); err != nil {
					return err
				}
				if _, err := tx.Generate(ctx, SlotSignature, KeySpec{Algorithm: P256, PIN: PINNever, Touch: c.policy}); err != nil {
					return err
				}
				if c.needs {
					card.cfg.Touch = NoTouch{}
					if _, err := tx.Sign(ctx, SlotSignature, P256, make([]byte, 32)); !errors.Is(err, ErrNotSatisfied) {
						t.Errorf("no touch: %v", err)
					}
				}
				card.cfg.Touch = InstantTouch{}
				if _, err := tx.Sign(ctx, SlotSignature, P256, make([]byte, 32)); err != nil {
					t.Errorf("touch: %v", err)
				}
				clock.now = clock.now.Add(c.after)
				card.cfg.Touch = NoTouch{}
				if _, err := tx.Sign(ctx, SlotSignature, P256, make([]byte, 32)); (err != nil) != c.second {
					t.Errorf("second signature: %v", err)
				}
				return nil
			})
		})
	}
}

func TestManagementKey(t *testing.T) {
	old := Version{5, 2, 7}
	for _, c := range []struct {
		name    string
		version Version
		key     ManagementKey
		ok      bool
	}{
		{"3des", v574, ManagementKey{TripleDES, bytes.Repeat([]byte{1, 2, 3}, 8)}, true},
		{"aes-128", v574, ManagementKey{AES128, make([]byte, 16)}, true},
		{"aes-192", v574, ManagementKey{AES192, make([]byte, 24)}, true},
		{"aes-256", v574, ManagementKey{AES256, make([]byte, 32)}, true},
		{"aes on old firmware", old, ManagementKey{AES192, make([]byte, 24)}, false},
		{"wrong length", v574, ManagementKey{AES256, make([]byte, 24)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := newCard(t, c.version, Config{})
			inTx(t, card, func(ctx context.Context, tx *Tx) error {
				wrong := FactoryManagementKey(c.version)
				wrong.Value = append([]byte{0x7F}, wrong.Value[1:]...)
				if err := tx.AuthenticateManagement(ctx, wrong, seeded(3)); !errors.Is(err, ErrNotSatisfied) {
					t.Errorf("wrong key: %v", err)
				}
				if err := admin(ctx, tx, c.version); err != nil {
					return err
				}
				if err := tx.SetManagementKey(ctx, c.key, TouchNever); (err == nil) != c.ok {
					t.Fatalf("set: %v", err)
				}
				return nil
			})
			if !c.ok {
				return
			}
			card.Power()
			inTx(t, card, func(ctx context.Context, tx *Tx) error {
				m, err := tx.ManagementMetadata(ctx)
				if err != nil || m.Default || m.Algorithm != c.key.Algorithm {
					t.Errorf("metadata %+v, %v", m, err)
				}
				return tx.AuthenticateManagement(ctx, c.key, seeded(3))
			})
		})
	}
}

// Retries, secrets, objects, moving, deleting, reset: the writing half of a
// card's life, through the client.
func TestAdministration(t *testing.T) {
	card := newCard(t, v574, Config{})
	inTx(t, card, func(ctx context.Context, tx *Tx) error {
		if err := errors.Join(admin(ctx, tx, v574), tx.VerifyPIN(ctx, []byte(factoryPIN)), tx.SetRetries(ctx, 5, 7)); err != nil {
			return err
		}
		if left, ok, err := tx.PINTries(ctx); left != 5 || !ok || err != nil {
			t.Errorf("pin tries %d, %v, %v", left, ok, err)
		}
		if m, err := tx.PUKMetadata(ctx); m != (SecretMetadata{Default: true, Total: 7, Left: 7}) || err != nil {
			t.Errorf("puk %+v, %v", m, err)
		}
		if err := errors.Join(tx.ChangePIN(ctx, []byte(factoryPIN), []byte("845127")), tx.ChangePUK(ctx, []byte(factoryPUK), []byte("73519428"))); err != nil {
			return err
		}
		if m, err := tx.PINMetadata(ctx); m != (SecretMetadata{Total: 5, Left: 5}) || err != nil {
			t.Errorf("pin %+v, %v", m, err)
		}
		if err := tx.UnblockPIN(ctx, []byte("73519428"), []byte("112233")); err != nil {
			return err
		}
		if err := tx.ChangePIN(ctx, []byte("112233"), []byte("short")); err == nil {
			t.Error("takes a short PIN")
		}
		if _, err := tx.Generate(ctx, SlotSignature, KeySpec{Algorithm: P256}); err != nil {
			return err
		}
		if _, err := tx.Certificate(ctx, SlotSignature); !errors.Is(err, ErrNotFound) {
			t.Errorf("no certificate: %v", err)
		}
		der := bytes.Repeat([]byte{0x30}, 2000) // chained both ways
		if err := tx.PutCertificate(ctx, SlotSignature, der); err != nil {
			return err
		}
		if got, err := tx.Certificate(ctx, SlotSignature); err != nil || !bytes.Equal(got, der) {
			t.Errorf("certificate %d bytes, %v", len(got), err)
		}
		if err := tx.PutCertificate(ctx, SlotSignature, make([]byte, maxData)); !errors.Is(err, ErrTooLong) {
			t.Errorf("oversized certificate: %v", err)
		}
		if err := errors.Join(tx.PutCertificate(ctx, SlotSignature, nil), tx.MoveKey(ctx, SlotSignature, 0x82), tx.DeleteKey(ctx, 0x82)); err != nil {
			return err
		}
		if _, err := tx.KeyMetadata(ctx, 0x82); !errors.Is(err, ErrNotFound) {
			t.Errorf("deleted key: %v", err)
		}
		if _, err := tx.Attest(ctx, 0x82); !errors.Is(err, ErrNotFound) {
			t.Errorf("attest deleted key: %v", err)
		}
		if err := tx.Reset(ctx); !errors.Is(err, ErrPolicy) {
			t.Errorf("reset while not blocked: %v", err)
		}
		return nil
	})
}

func TestTriesInErrors(t *testing.T) {
	inTx(t, newCard(t, v574, Config{}), func(ctx context.Context, tx *Tx) error {
		for want := 2; want >= 0; want-- {
			err := tx.VerifyPIN(ctx, []byte("000000"))
			var s *StatusError
			if !errors.As(err, &s) {
				t.Fatalf("%v", err)
			}
			if n, ok := s.TriesLeft(); !ok || n != want {
				t.Errorf("%v: %d, want %d", err, n, want)
			}
			if errors.Is(err, ErrBlocked) != (want == 0) {
				t.Errorf("%v: blocked?", err)
			}
		}
		return nil
	})
	if !errors.Is(&StatusError{Status: 0x63C0}, ErrBlocked) { // what some firmware says on the last miss
		t.Error("63C0 is not ErrBlocked")
	}
}
