package main

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// TestTokenScripts runs the scripts of the verbs about a token. Each has the
// draft of a rehearsal, plan.yaml, its tokens under tokens, with a blank one
// among them, and under one an old one alone.
func TestTokenScripts(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/token.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/token",
		Setup: func(e *testscript.Env) error {
			work := e.Getenv("WORK")
			if err := rehearsalDraft(t, filepath.Join(work, "r")); err != nil {
				return err
			}
			for from, to := range map[string]string{"r/tokens": "tokens", "r/1-genesis.yaml": "plan.yaml"} {
				if err := os.Rename(filepath.Join(work, from), filepath.Join(work, to)); err != nil {
					return err
				}
			}
			if err := os.Mkdir(filepath.Join(work, "one"), 0o755); err != nil {
				return err
			}
			blank := rehearsal.Spec{Name: "blank", Serial: 90000011, Blank: true}
			if err := rehearsal.Create(t.Context(), filepath.Join(work, "tokens"), blank, rand.Reader); err != nil {
				return err
			}
			old := rehearsal.Spec{
				Name: "old", Serial: 90000021, Algorithm: pivcard.P256, PIN: "730519", PUK: "82718011",
				Firmware: pivcard.Version{Major: 5, Minor: 2, Patch: 7},
			}
			return rehearsal.Create(t.Context(), filepath.Join(work, "one"), old, rand.Reader)
		},
		Condition: func(string) (bool, error) { return hasDrivers(t), nil },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": wantCode, "edit": edit,
			"schema": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) != 1 {
					ts.Fatalf("usage: schema FILE")
				}
				f, err := os.Open(ts.MkAbs(args[0]))
				ts.Check(err)
				defer f.Close()
				v, err := jsonschema.UnmarshalJSON(f)
				ts.Check(err)
				ts.Check(schema.Validate(v))
			},
		},
	})
}

// TestUnknownKey: a slot with a key of an unknown kind is not shown as empty.
func TestUnknownKey(t *testing.T) {
	d := describeToken(token.Info{Slot: "9c", Algorithm: "unknown (0xd1)", Origin: "generated"})
	if d.Key == nil || !strings.Contains(d.text(), "slot 9c    unknown (0xd1), generated\n") {
		t.Errorf("shown as\n%s", d.text())
	}
	if !slices.Contains(d.Wrong, "key of an unknown kind") || slices.Contains(d.Wrong, "no key") {
		t.Errorf("wrong: %q", d.Wrong)
	}
}

// TestHalfDone: a key without its attestation as certificate is not yet ready,
// but for an HSM, which keeps none.
func TestHalfDone(t *testing.T) {
	i := token.Info{Kind: token.PIV, Serial: "21334982", Slot: "9c", Algorithm: "ecdsa-p256", SPKI: []byte{1}, DefaultPUK: token.Yes, PINLeft: 3, PUKLeft: 3}
	if list := listText([]sitting.Seen{{Info: i}}); !strings.Contains(list, "wrong: no certificate, default PUK\n") {
		t.Errorf("listed as\n%s", list)
	}
	i.Certificate = []byte{2}
	if wrong := describeToken(i).Wrong; !slices.Equal(wrong, []string{"certificate of another key", "default PUK"}) {
		t.Errorf("wrong: %q", wrong)
	}
	i.Kind, i.Certificate = token.PKCS11, nil
	if wrong := describeToken(i).Wrong; !slices.Equal(wrong, []string{"default PUK"}) {
		t.Errorf("wrong with an HSM: %q", wrong)
	}
}

// TestSilence: a service that does not answer is not shown as a token.
func TestSilence(t *testing.T) {
	gone := token.ErrNoService
	list := listText([]sitting.Seen{{Token: mute{gone}, Err: gone}})
	if want := "?          " + gone.Error() + "\n"; list != want {
		t.Errorf("listed as %q, want %q", list, want)
	}
}

// TestRefusedAttestation: where the chain does not hold, other CAs are the way
// out, and else they are not.
func TestRefusedAttestation(t *testing.T) {
	f := &foundKey{from: "token 21334982", bundle: "the maker"}
	for rule, want := range map[string]bool{attest.RuleChain: true, attest.RuleFirmware: false} {
		err := f.refused("plan.yaml", "boston", []verify.Check{{Rule: rule, Detail: "why"}})
		var coded *verbs.Error
		if !errors.As(err, &coded) || coded.Code != verbs.No || !strings.Contains(err.Error(), "from token 21334982, is refused: "+rule+": why") {
			t.Fatalf("%s: %v", rule, err)
		}
		if strings.Contains(coded.Hint, "by the CAs of the maker") != want || strings.Contains(coded.Hint, "--attestation-ca") != want {
			t.Errorf("%s: hint %q", rule, coded.Hint)
		}
	}
}

// TestCost: what a role is left with says whether it can still speak.
func TestCost(t *testing.T) {
	for _, c := range []struct {
		cost
		want string
	}{
		{cost{"root", 1, 2, 2}, "1 of 2 keys would be left for a threshold of 2: NOBODY COULD SIGN THE NEXT ROOT"},
		{cost{"targets", 0, 1, 1}, "0 of 1 keys would be left for a threshold of 1: NOBODY COULD SIGN FOR IT"},
		{cost{"root", 2, 3, 2}, "2 of 3 keys would be left for a threshold of 2: none of them may be lost"},
		{cost{"root", 4, 5, 3}, "4 of 5 keys would be left for a threshold of 3: 1 more may be lost"},
	} {
		if got := c.text(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.cost, got, c.want)
		}
	}
}
