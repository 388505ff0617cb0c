package rehearsal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/internal/token/tokentest"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

const (
	testPIN = "845127"
	testPUK = "73519428"
)

var algorithms = []pivcard.Algorithm{pivcard.P256, pivcard.P384, pivcard.Ed25519}

func spec(name string, serial uint32, a pivcard.Algorithm) rehearsal.Spec {
	return rehearsal.Spec{Name: name, Serial: serial, Algorithm: a, PIN: testPIN, PUK: testPUK}
}

func create(t *testing.T, dir string, s rehearsal.Spec) {
	t.Helper()
	if err := rehearsal.Create(t.Context(), dir, s, rand.Reader); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir, name string, o rehearsal.Options) *rehearsal.Token {
	t.Helper()
	tok, err := rehearsal.Open(dir, name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tok.Close() })
	return tok
}

func TestConformance(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.String(), func(t *testing.T) {
			tokentest.Run(t, func(t *testing.T) tokentest.Fixture {
				dir := t.TempDir()
				create(t, dir, spec("dakar", 90000001, a))
				c := new(cards.Clock)
				tok := open(t, dir, "dakar", rehearsal.Options{Clock: c})
				f := tokentest.Fixture{
					Token:    tok,
					PIN:      testPIN,
					Touch:    tok.Touch,
					Withhold: func() { c.Over.Store(true) },
					Remove:   func() { os.Remove(filepath.Join(dir, "dakar.token.json")) },
				}
				if a == pivcard.Ed25519 {
					f.MaxMessage = pivcard.MaxMessage
				}
				return f
			})
		})
	}
}

// A hand that pulls the card is simpler than one that takes the file away, and
// leaves the same: nothing answers.
func TestProvision(t *testing.T) {
	tokentest.RunProvision(t, func(t *testing.T) tokentest.Blank {
		dir, hand := t.TempDir(), new(evil.Hand)
		create(t, dir, rehearsal.Spec{Name: "dakar", Serial: 90000001, Blank: true})
		tok := open(t, dir, "dakar", rehearsal.Options{Clock: new(cards.Clock), Wrap: func(honest pivcard.Transport) pivcard.Transport {
			return &evil.Transport{Honest: honest, Lie: hand.Lie}
		}})
		// The applet's own test pulls at every command.
		return tokentest.Blank{Token: tok, Touch: tok.Touch, Weak: "111111", Pull: hand.Pull, Insert: hand.Insert, Step: 17}
	})
}

// What was provisioned stands in the file, for whoever rehearses.
func TestFileFollowsTheCard(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, rehearsal.Spec{Name: "dakar", Serial: 1, Blank: true})
	if pin, err := rehearsal.PINOf(dir, "dakar"); err != nil || pin != "123456" {
		t.Errorf("blank: PIN %q, %v", pin, err)
	}
	p := open(t, dir, "dakar", rehearsal.Options{}).Provisioner("1")
	if err := p.ChangePIN(t.Context(), token.NewSecret([]byte("123456")), token.NewSecret([]byte(testPIN))); err != nil {
		t.Fatal(err)
	}
	if pin, err := rehearsal.PINOf(dir, "dakar"); err != nil || pin != testPIN {
		t.Errorf("changed: PIN %q, %v", pin, err)
	}
}

// An earlier, unrelated touch must not serve a signature asked for later.
func TestEarlierTouchDoesNotCount(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, spec("dakar", 1, pivcard.P256))
	c := new(cards.Clock)
	c.Over.Store(true)
	tok := open(t, dir, "dakar", rehearsal.Options{Clock: c})
	tok.Touch()
	_, err := session(t, tok, testPIN, nil).SignMessage(strings.NewReader("m"))
	if !errors.Is(err, token.ErrNoTouch) {
		t.Errorf("%v, want ErrNoTouch", err)
	}
}

func session(t *testing.T, tok token.Token, pin string, onTouch func(token.TouchRequest)) token.Session {
	t.Helper()
	info, err := tok.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := tok.Open(t.Context(), token.Want{Serial: info.Serial, SPKI: info.SPKI}, token.NewSecret([]byte(pin)), onTouch)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestInspect(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, spec("dakar", 90000001, pivcard.P384))
	info, err := open(t, dir, "dakar", rehearsal.Options{}).Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(info.SPKI) == 0 || len(info.Certificate) == 0 {
		t.Error("no key or no certificate")
	}
	info.SPKI, info.Certificate = nil, nil
	want := token.Info{
		Kind: token.Rehearsal, Serial: "90000001", Reader: "dakar", Firmware: "5.7.4", FormFactor: "usb-a keychain", Slot: "9c",
		Algorithm: "ecdsa-p384", PINPolicy: "always", TouchPolicy: "always", Origin: "generated",
		PINLeft: 3, PINTotal: 3, PUKLeft: 3, PUKTotal: 3,
		DefaultPIN: token.No, DefaultPUK: token.No, DefaultManagement: token.No,
	}
	if d := cmp.Diff(want, info); d != "" {
		t.Errorf("info (-want +got):\n%s", d)
	}
}

// A try is on the medium before the card answers: whoever opens the file
// afterwards, in another process or through a second listing, finds it used.
func TestTriesPersist(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, spec("dakar", 1, pivcard.P256))
	first, second := open(t, dir, "dakar", rehearsal.Options{}), open(t, dir, "dakar", rehearsal.Options{})
	for i, tok := range []*rehearsal.Token{first, second} {
		_, err := session(t, tok, "000000", nil).SignMessage(strings.NewReader("m"))
		var wrong *token.WrongPINError
		if !errors.As(err, &wrong) || wrong.Left != 2-i {
			t.Fatalf("try %d: %v, want %d left", i+1, err, 2-i)
		}
	}
	info, err := open(t, dir, "dakar", rehearsal.Options{}).Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.PINLeft != 1 {
		t.Errorf("%d tries left after reopening, want 1", info.PINLeft)
	}
}

func TestTouchKinds(t *testing.T) {
	dir := t.TempDir()
	instant, never := spec("instant", 1, pivcard.P256), spec("never", 2, pivcard.P256)
	instant.Touch, never.Touch = rehearsal.TouchInstant, rehearsal.TouchNever
	create(t, dir, instant)
	create(t, dir, never)
	c := new(cards.Clock)
	c.Over.Store(true)
	if _, err := session(t, open(t, dir, "instant", rehearsal.Options{Clock: c}), testPIN, nil).SignMessage(strings.NewReader("m")); err != nil {
		t.Errorf("instant: %v", err)
	}
	tok := open(t, dir, "never", rehearsal.Options{Clock: c})
	_, err := session(t, tok, testPIN, func(token.TouchRequest) { tok.Touch() }).SignMessage(strings.NewReader("m"))
	if !errors.Is(err, token.ErrNoTouch) {
		t.Errorf("never: %v, want ErrNoTouch", err)
	}
}

func TestListAndPIN(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"chennai", "amsterdam", "boston"} {
		create(t, dir, spec(name, uint32(i+1), pivcard.Ed25519))
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("no token"), 0o600); err != nil {
		t.Fatal(err)
	}
	toks, err := rehearsal.List(dir, rehearsal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tok := range toks {
		names = append(names, tok.Name())
		tok.Close()
	}
	if d := cmp.Diff([]string{"amsterdam", "boston", "chennai"}, names); d != "" {
		t.Errorf("names (-want +got):\n%s", d)
	}
	pin, err := rehearsal.PINOf(dir, "boston")
	if err != nil || pin != testPIN {
		t.Errorf("PINOf = %q, %v", pin, err)
	}
}

func TestCreateRefuses(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, spec("dakar", 1, pivcard.P256))
	for _, c := range []struct {
		name   string
		change func(*rehearsal.Spec)
		want   string
	}{
		{"name taken", func(s *rehearsal.Spec) { s.Name = "dakar" }, "dakar"},
		{"path in name", func(s *rehearsal.Spec) { s.Name = "../dakar" }, "a name has"},
		{"factory pin", func(s *rehearsal.Spec) { s.PIN = "123456" }, "choose others"},
		{"factory puk", func(s *rehearsal.Spec) { s.PUK = "12345678" }, "choose others"},
		{"short pin", func(s *rehearsal.Spec) { s.PIN = "84512" }, "6 to 8"},
		{"trivial pin", func(s *rehearsal.Spec) { s.PIN = "987654" }, "trivial"},
		{"blank with a pin", func(s *rehearsal.Spec) { s.Blank = true }, "a blank one has no pin"},
		{"touch", func(s *rehearsal.Spec) { s.Touch = "maybe" }, "not one of"},
		{"algorithm", func(s *rehearsal.Spec) { s.Algorithm = 0x07 }, "not one that this token signs with"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := spec("edinburgh", 2, pivcard.P256)
			c.change(&s)
			err := rehearsal.Create(t.Context(), dir, s, rand.Reader)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error with %q", err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), testPIN) || strings.Contains(err.Error(), testPUK)) {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

func TestOpenRefusesFile(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, spec("dakar", 1, pivcard.P256))
	path := filepath.Join(dir, "dakar.token.json")
	honest, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new string }{
		{"format", `"rehearsal_token": 1`, `"rehearsal_token": 2`},
		{"renamed", `"name": "dakar"`, `"name": "boston"`},
		{"unknown member", `"name": "dakar"`, `"name": "dakar", "x": 1`},
		{"duplicate member", `"name": "dakar"`, `"name": "dakar", "name": "dakar"`},
		{"touch", `"touch": "press"`, `"touch": "x"`},
		{"cut", "}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := bytes.Replace(honest, []byte(c.old), []byte(c.new), 1)
			if bytes.Equal(bad, honest) {
				t.Fatal("the file was not changed")
			}
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			tok, err := rehearsal.Open(dir, "dakar", rehearsal.Options{})
			if err == nil {
				tok.Close()
				t.Error("opened")
			}
		})
	}
}
