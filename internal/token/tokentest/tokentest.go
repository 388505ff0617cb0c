// Package tokentest is the suite that every kind of token passes: the same
// operations, the same errors.
package tokentest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"github.com/sigstore/sigstore/pkg/signature/options"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A Fixture is one token, fresh for one subtest: with a key, all its tries and
// the PIN changed from the factory's.
type Fixture struct {
	Token token.Token
	PIN   string

	// Touch makes a touch while one is being waited for; nil where a token
	// needs none, or gets one by itself.
	Touch func()
	// Withhold makes the touch of this token never come; nil where that cannot
	// be done.
	Withhold func()
	// Remove takes the device away for good; nil where that cannot be done.
	Remove func()
	// NeverBlocks is set for tokens that neither tell how many tries are left
	// nor block.
	NeverBlocks bool
	// NoAttestation is set for tokens that cannot attest.
	NoAttestation bool
	// MaxMessage is the longest message that is signed; 0 for any.
	MaxMessage int
}

// Run runs the suite. fresh is called once a subtest.
func Run(t *testing.T, fresh func(t *testing.T) Fixture) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Fixture)
	}{
		{"inspect", testInspect},
		{"attest", testAttest},
		{"sign", testSign},
		{"message too long", testTooLong},
		{"no blind signing", testBlind},
		{"other token or key", testOther},
		{"wrong pin to the last", testWrongPIN},
		{"right pin gives the tries back", testTriesBack},
		{"no touch", testNoTouch},
		{"removed", testRemoved},
		{"closed session", testClosed},
		{"cancelled", testCancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, fresh(t)) })
	}
}

func (f Fixture) inspect(t *testing.T) (token.Info, token.Want) {
	t.Helper()
	info, err := f.Token.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info, token.Want{Serial: info.Serial, SPKI: info.SPKI}
}

func (f Fixture) open(t *testing.T, w token.Want, pin string) token.Session {
	t.Helper()
	s, err := f.Token.Open(t.Context(), w, token.NewSecret([]byte(pin)), func(r token.TouchRequest) {
		if r.Serial != w.Serial || r.Timeout <= 0 {
			t.Errorf("touch request %+v: want serial number %s and a timeout", r, w.Serial)
		}
		if f.Touch != nil {
			f.Touch()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func testSign(t *testing.T, f Fixture) {
	_, w := f.inspect(t)
	s := f.open(t, w, f.PIN)
	for _, n := range []int{0, 1, 32, 300, 3000} {
		msg := bytes.Repeat([]byte("m"), n)
		sig, err := s.SignMessage(bytes.NewReader(msg))
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if !good(t, w.SPKI, msg, sig) {
			t.Errorf("%d bytes: the signature does not verify with the standard library", n)
		}
		if err := s.VerifySignature(bytes.NewReader(sig), bytes.NewReader(msg)); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		if err := s.VerifySignature(bytes.NewReader(sig), strings.NewReader("another")); err == nil {
			t.Errorf("%d bytes: verifies another message", n)
		}
	}
}

// good verifies independently of package token.
func good(t *testing.T, spki, msg, sig []byte) bool {
	t.Helper()
	pub, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		t.Fatal(err)
	}
	switch k := pub.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(k, msg, sig)
	case *ecdsa.PublicKey:
		if k.Curve.Params().BitSize == 384 {
			d := sha512.Sum384(msg)
			return ecdsa.VerifyASN1(k, d[:], sig)
		}
		d := sha256.Sum256(msg)
		return ecdsa.VerifyASN1(k, d[:], sig)
	case *rsa.PublicKey:
		d := sha256.Sum256(msg)
		return rsa.VerifyPSS(k, crypto.SHA256, d[:], sig, &rsa.PSSOptions{SaltLength: 32}) == nil
	}
	t.Fatalf("key of type %T", pub)
	return false
}

func testTooLong(t *testing.T, f Fixture) {
	before, w := f.inspect(t)
	if before.MaxMessage != f.MaxMessage {
		t.Errorf("says that it signs up to %d bytes, want %d", before.MaxMessage, f.MaxMessage)
	}
	s := f.open(t, w, f.PIN)
	if _, err := s.SignMessage(bytes.NewReader(make([]byte, token.MaxMessage+1))); err == nil {
		t.Error("signs more than any root has")
	}
	if f.MaxMessage > 0 {
		if _, err := s.SignMessage(bytes.NewReader(make([]byte, f.MaxMessage))); err != nil {
			t.Errorf("%d bytes: %v", f.MaxMessage, err)
		}
		if _, err := s.SignMessage(bytes.NewReader(make([]byte, f.MaxMessage+1))); !errors.Is(err, token.ErrTooLong) {
			t.Errorf("%d bytes: %v, want ErrTooLong", f.MaxMessage+1, err)
		}
	}
	if after, _ := f.inspect(t); after.PINLeft != before.PINLeft {
		t.Errorf("tries went from %d to %d", before.PINLeft, after.PINLeft)
	}
}

func testBlind(t *testing.T, f Fixture) {
	_, w := f.inspect(t)
	s := f.open(t, w, f.PIN)
	digest := sha256.Sum256([]byte("unseen"))
	if _, err := s.SignMessage(strings.NewReader(""), options.WithDigest(digest[:])); !errors.Is(err, token.ErrBlind) {
		t.Errorf("digest: %v, want ErrBlind", err)
	}
	if _, err := s.SignMessage(strings.NewReader("m"), options.WithCryptoSignerOpts(crypto.SHA512)); !errors.Is(err, token.ErrBlind) {
		t.Errorf("other hash: %v, want ErrBlind", err)
	}
	if err := s.VerifySignature(strings.NewReader(""), strings.NewReader(""), options.WithDigest(digest[:])); !errors.Is(err, token.ErrBlind) {
		t.Errorf("verify a digest: %v, want ErrBlind", err)
	}
}

func testOther(t *testing.T, f Fixture) {
	_, w := f.inspect(t)
	for _, c := range []struct {
		name string
		want token.Want
		err  error
	}{
		{"serial", token.Want{Serial: w.Serial + "0", SPKI: w.SPKI}, token.ErrOtherToken},
		{"key", token.Want{Serial: w.Serial, SPKI: append(bytes.Clone(w.SPKI[:len(w.SPKI)-1]), w.SPKI[len(w.SPKI)-1]^1)}, token.ErrOtherKey},
		{"no key", token.Want{Serial: w.Serial}, token.ErrOtherKey},
	} {
		_, err := f.Token.Open(t.Context(), c.want, token.NewSecret([]byte(f.PIN)), nil)
		var m *token.MismatchError
		if !errors.Is(err, c.err) || !errors.As(err, &m) || m.Want == m.Got {
			t.Errorf("%s: %v, want a MismatchError that is %v", c.name, err, c.err)
		}
	}
}

func testNoTouch(t *testing.T, f Fixture) {
	if f.Withhold == nil {
		t.Log("not for this kind of token")
		return
	}
	info, w := f.inspect(t)
	f.Withhold()
	f.Touch = nil
	if _, err := f.open(t, w, f.PIN).SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrNoTouch) {
		t.Errorf("%v, want ErrNoTouch", err)
	}
	if now, _ := f.inspect(t); now.PINLeft != info.PINLeft {
		t.Errorf("a missing touch cost a try: %d left, want %d", now.PINLeft, info.PINLeft)
	}
}

func testRemoved(t *testing.T, f Fixture) {
	if f.Remove == nil {
		t.Log("not for this kind of token")
		return
	}
	_, w := f.inspect(t)
	s := f.open(t, w, f.PIN)
	f.Remove()
	if _, err := s.SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("sign: %v, want ErrRemoved", err)
	}
	if _, err := f.Token.Inspect(t.Context()); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("inspect: %v, want ErrRemoved", err)
	}
}

func testClosed(t *testing.T, f Fixture) {
	_, w := f.inspect(t)
	secret := []byte(f.PIN)
	s, err := f.Token.Open(t.Context(), w, token.NewSecret(secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(secret, make([]byte, len(secret))) {
		t.Error("the PIN is still in memory")
	}
	if _, err := s.SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
}

func testCancelled(t *testing.T, f Fixture) {
	info, w := f.inspect(t)
	s := f.open(t, w, f.PIN)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.SignMessage(strings.NewReader("m"), options.WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if now, _ := f.inspect(t); now.PINLeft != info.PINLeft {
		t.Errorf("cost a try: %d left, want %d", now.PINLeft, info.PINLeft)
	}
}
