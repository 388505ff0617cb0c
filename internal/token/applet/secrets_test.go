package applet_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// After each use of the PIN the card has forgotten it: the next program has to
// present it again, also for a key that wants it only once.
func TestPINIsForgotten(t *testing.T) {
	r := blank(t, v574)
	ctx, p := t.Context(), r.Provisioner(serial)
	pin := token.Access{PIN: secret(token.FactoryPIN)}
	spki, err := p.Generate(ctx, token.Access{}, token.KeySpec{Algorithm: "ecdsa-p256", PINPolicy: "once", TouchPolicy: "never"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Open(ctx, token.Want{Serial: serial, SPKI: spki}, secret(token.FactoryPIN), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		name string
		use  func() error
	}{
		{"sign", func() error { _, err := s.SignMessage(strings.NewReader("m")); return err }},
		{"keep a management key", func() error { return p.SetManagement(ctx, pin, secret("kkkkkkkkkkkkkkkkkkkkkkkk"), true) }},
		{"write with it", func() error { return p.StoreCertificate(ctx, pin, []byte("certificate")) }},
		{"set tries", func() error { return p.SetTries(ctx, pin, 5, 5) }},
		{"reset", func() error { return p.Reset(ctx) }},
	} {
		if err := c.use(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		err := r.client.Transaction(ctx, func(tx *pivcard.Tx) error {
			_, known, err := tx.PINTries(ctx)
			if !known {
				t.Errorf("%s: the PIN is still verified", c.name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The management key is the strongest that the firmware has: 3DES before 5.4.
func TestManagementAlgorithm(t *testing.T) {
	fresh := secret("kkkkkkkkkkkkkkkkkkkkkkkk")
	for _, v := range firmware {
		r := blank(t, v)
		if err := r.Provisioner(serial).SetManagement(t.Context(), token.Access{}, fresh, false); err != nil {
			t.Fatalf("%s: %v", v, err)
		}
		want := pivcard.AES192
		if !v.HasAESKey() {
			want = pivcard.TripleDES
		}
		err := r.client.Transaction(t.Context(), func(tx *pivcard.Tx) error {
			return tx.AuthenticateManagement(t.Context(), pivcard.ManagementKey{Algorithm: want, Value: fresh.Bytes()}, r.Rand)
		})
		if err != nil {
			t.Errorf("%s: not %s: %v", v, want, err)
		}
	}
}

// Neither the commands nor the answers that carried a management key hold it
// when it is set, nor when it was used.
func TestManagementKeyIsCleared(t *testing.T) {
	r := blank(t, v574)
	key := []byte("kkkkkkkkkkkkkkkkkkkkkkkk")
	var passed [][]byte
	carried := 0
	r.lie = func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		b, err := card.Transmit(ctx, apdu)
		if bytes.Contains(apdu, key) || bytes.Contains(b, key) {
			carried++
		}
		passed = append(passed, apdu, b)
		return b, err
	}
	ctx, p, pin := t.Context(), r.Provisioner(serial), token.Access{PIN: secret(token.FactoryPIN)}
	if err := p.SetManagement(ctx, pin, secret(string(key)), true); err != nil {
		t.Fatal(err)
	}
	if err := p.StoreCertificate(ctx, pin, []byte("certificate")); err != nil {
		t.Fatal(err)
	}
	if carried != 4 { // noted, read back, set; and read to be used
		t.Errorf("%d commands and answers carried the key", carried)
	}
	for i, b := range passed {
		if bytes.Contains(b, key) {
			t.Errorf("number %d still holds the key", i)
		}
	}
}
