package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
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
