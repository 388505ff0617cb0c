package token_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

func TestPINNeverPrints(t *testing.T) {
	const secret = "845127"
	pin := token.NewSecret([]byte(secret))
	holder := struct {
		PIN    token.Secret
		Ptr    *token.Secret
		hidden token.Secret
	}{pin, &pin, pin}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		fmt.Fprintf(&out, verb+"\n", pin)
		fmt.Fprintf(&out, verb+"\n", &pin)
		fmt.Fprintf(&out, verb+"\n", holder)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("pin", "pin", pin, "holder", holder)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("pin", "pin", pin, "holder", holder)
	for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprint([]byte(secret)), "56 52 53"} {
		if strings.Contains(strings.ToLower(out.String()), form) {
			t.Errorf("printed as %q:\n%s", form, &out)
		}
	}
	if got := fmt.Sprint(pin); got != "[secret]" {
		t.Errorf("prints %q", got)
	}
	if _, err := json.Marshal(holder); err == nil {
		t.Error("encodes as JSON")
	}
	if _, err := pin.MarshalText(); err == nil {
		t.Error("encodes as text")
	}
	if _, err := pin.MarshalBinary(); err == nil {
		t.Error("encodes as binary")
	}
}

func TestPINWipe(t *testing.T) {
	memory := []byte("845127xx")
	pin := token.NewSecret(memory[:6])
	shared := pin
	shared.Wipe()
	if !bytes.Equal(memory, make([]byte, 8)) {
		t.Errorf("memory still holds %q", memory)
	}
	if pin.Bytes() != nil {
		t.Error("the other copy still has bytes")
	}
	token.Secret{}.Wipe() // the zero PIN is harmless
	if (token.Secret{}).Bytes() != nil {
		t.Error("the zero secret has bytes")
	}
}

func TestNewSessionRefuses(t *testing.T) {
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey := func(bits int) []byte { // only its size is looked at
		return spki(t, &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), bits-1, 1), E: 65537})
	}
	x25519, err := ecdh.X25519().NewPublicKey(bytes.Repeat([]byte{9}, 32))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, serial string
		spki         []byte
		want         string
	}{
		{"no serial", "", spki(t, ed25519.NewKeyFromSeed(make([]byte, 32)).Public()), "serial number is missing"},
		{"no key", "1", nil, "the wanted key"},
		{"garbage key", "1", []byte("garbage"), "the wanted key"},
		{"p-521", "1", spki(t, p521.Public()), "curve P-521"},
		{"short rsa", "1", rsaKey(2047), "2047 bits"},
		{"rsa-1024", "1", rsaKey(1024), "1024 bits"},
		{"long rsa", "1", rsaKey(4097), "4097 bits"},
		{"x25519", "1", spki(t, x25519), "ECDSA, Ed25519 or RSA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := token.NewSession(t.Context(), token.Want{Serial: c.serial, SPKI: c.spki}, token.Secret{}, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error with %q", err, c.want)
			}
		})
	}
}

func spki(t *testing.T, pub any) []byte {
	t.Helper()
	b, err := token.SPKI(pub)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Whatever a driver returns, only a signature over the message under the
// wanted key comes out, and the driver cannot reach the message itself.
func TestSessionVerifiesTheDriver(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
	driverErr := errors.New("driver failed")
	for _, c := range []struct {
		name string
		sign func(input []byte) ([]byte, error)
		want error
	}{
		{"good", func(in []byte) ([]byte, error) { return ed25519.Sign(key, in), nil }, nil},
		{"other key", func(in []byte) ([]byte, error) { return ed25519.Sign(other, in), nil }, token.ErrBadSignature},
		{"nothing", func([]byte) ([]byte, error) { return nil, nil }, token.ErrBadSignature},
		{"overlong", func(in []byte) ([]byte, error) { return make([]byte, 513), nil }, token.ErrBadAnswer},
		{"failure", func([]byte) ([]byte, error) { return nil, driverErr }, driverErr},
		{"changes the message", func(in []byte) ([]byte, error) { in[0] ^= 1; return ed25519.Sign(key, in), nil }, token.ErrBadSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := token.Want{Serial: "1", SPKI: spki(t, key.Public())}
			s, err := token.NewSession(t.Context(), w, token.NewSecret([]byte("845127")), func(_ context.Context, _ token.Want, _ token.Secret, in []byte) ([]byte, error) {
				return c.sign(in)
			})
			if err != nil {
				t.Fatal(err)
			}
			sig, err := s.SignMessage(strings.NewReader("message"))
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if (sig == nil) != (c.want != nil) {
				t.Errorf("signature %x with error %v", sig, err)
			}
		})
	}
}

// RSA is PSS with SHA-256 and a salt of 32 bytes, and nothing else.
func TestRSASession(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pss := func(hash crypto.Hash, salt int) func([]byte) ([]byte, error) {
		return func(digest []byte) ([]byte, error) {
			return rsa.SignPSS(rand.Reader, key, hash, digest, &rsa.PSSOptions{SaltLength: salt})
		}
	}
	for _, c := range []struct {
		name string
		sign func(digest []byte) ([]byte, error)
		want error
	}{
		{"salt of 32", pss(crypto.SHA256, 32), nil},
		{"no salt", pss(crypto.SHA256, 0), token.ErrBadSignature},
		{"salt of 20", pss(crypto.SHA256, 20), token.ErrBadSignature},
		{"longest salt", pss(crypto.SHA256, rsa.PSSSaltLengthAuto), token.ErrBadSignature},
		{"other hash for the mask", pss(crypto.SHA512_256, 32), token.ErrBadSignature},
		{"PKCS #1 v1.5", func(digest []byte) ([]byte, error) { return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest) }, token.ErrBadSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := token.Want{Serial: "1", SPKI: spki(t, key.Public())}
			s, err := token.NewSession(t.Context(), w, token.Secret{}, func(_ context.Context, _ token.Want, _ token.Secret, in []byte) ([]byte, error) {
				return c.sign(in)
			})
			if err != nil {
				t.Fatal(err)
			}
			sig, err := s.SignMessage(strings.NewReader("message"))
			if !errors.Is(err, c.want) || (sig == nil) != (c.want != nil) {
				t.Errorf("%d bytes, %v, want %v", len(sig), err, c.want)
			}
		})
	}
}

func TestErrorTexts(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&token.WrongPINError{Left: 2}, "wrong pin: 2 tries left"},
		{&token.WrongPINError{Left: -1}, "wrong pin: the token does not tell how many tries are left"},
		{&token.WrongPINError{Left: 1}, "wrong pin: one try left; a wrong one blocks the token"},
		{&token.MismatchError{What: token.WhatSerial, Want: "1", Got: "2"}, "serial 2, want 1: another token than the wanted one: insert the right one"},
		{&token.MismatchError{What: token.WhatKey, Want: "aa", Got: "bb"}, "key bb, want aa: another key than the enrolled one: stop and find out why"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
