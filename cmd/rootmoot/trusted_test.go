package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root/chain"
)

// sigstoreFirst is the digest of sigstore's first root.
const sigstoreFirst = "eca99c3f26949ca734fc4c03ef2a128736158b2f76868773b0334974cc1f3470"

// A plan that names another chain is not opened; where the folder cannot tell,
// that is said.
func TestChainOfAPlan(t *testing.T) {
	stage(t)
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	sigstore := filepath.Join("testdata", "sigstore")
	runOK(t, func() time.Time { return now }, "plan", "new", "--name", "Sigstore", "--trust", filepath.Join(sigstore, "15.root.json"),
		"--deadline", "2026-11-15", "--expires", "2027-06-01", "--out", "next.yaml")
	good := string(readFile(t, "next.yaml"))
	copyRoots(t, "tail", sigstore, "14.root.json", "15.root.json")
	for n := int64(2); n <= 15; n++ {
		copyRoots(t, "mixed", sigstore, chain.Name(n))
	}
	copyRoots(t, "mixed", filepath.Join("testdata", "anaconda"), "1.root.json")
	for _, c := range []struct {
		name, chain, trust string
		old, new           string // what is changed in the plan
		code               int
		said, err          string // parts of them
	}{
		{name: "its own chain", chain: sigstore, trust: "15.root.json"},
		{name: "its own chain, from an old pin", chain: sigstore, trust: "1.root.json"},
		{name: "another chain", chain: sigstore, trust: "15.root.json", old: sigstoreFirst, new: strings.Repeat("ab", 32), code: 2, err: "continues.chain is abab"},
		{name: "another digest", chain: sigstore, trust: "15.root.json", old: "digest: \"", new: "digest: \"" + strings.Repeat("ab", 32) + "\" # ", code: 2, err: "the plan continues version 15 with digest abab"},
		{name: "no first root", chain: "tail", trust: "15.root.json", said: "not checked: the chain has no 1.root.json"},
		{name: "no first root, from an old pin", chain: "tail", trust: "14.root.json", said: sigstoreFirst},
		{name: "first root of another", chain: "mixed", trust: "15.root.json", code: 2, err: "2.root.json: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("the plan has no %q", c.old)
			}
			p, err := plan.Load([]byte(strings.Replace(good, c.old, c.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			o := opening{trust: filepath.Join(sigstore, c.trust), chain: c.chain}
			_, err = o.trusted(t.Context(), p, now, &said)
			if got := verbs.ExitCode(err); got != c.code || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("code %d, want %d: %v", got, c.code, err)
			}
			if !strings.Contains(said.String(), c.said) || c.said == "" && said.Len() > 0 {
				t.Errorf("said %q, want %q", said.String(), c.said)
			}
		})
	}
}

func copyRoots(t *testing.T, to, from string, names ...string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(to, name), readFile(t, filepath.Join(from, name)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A sitting that another rootmoot has open is a file in use, not wrong usage.
func TestSittingInUse(t *testing.T) {
	stage(t)
	if err := rehearsalDraft(t, "r"); err != nil {
		t.Fatal(err)
	}
	o := opening{dir: "s", place: "here", drivers: drivers{rehearsal: filepath.Join("r", "tokens")}}
	path := filepath.Join("r", "1-genesis.yaml")
	p, err := loadPlan(path)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := o.config(openVerb(time.Now), path, p, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sitting.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = openSitting(cfg)
	var coded *verbs.Error
	if !errors.Is(err, journal.ErrLocked) || verbs.ExitCode(err) != verbs.Unread || !errors.As(err, &coded) || !strings.Contains(coded.Hint, "close the other") {
		t.Errorf("code %d: %v", verbs.ExitCode(err), err)
	}
}
