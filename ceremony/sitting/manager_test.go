package sitting_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// managing is the sitting of a first key manager document, under a first root.
func managing(t *testing.T) (*stage, verify.Trusted) {
	t.Helper()
	st := stageIn(t, t.TempDir(), plan.Conda)
	trusted := st.genesis()
	keepRoot(t, st, trusted)
	st.stand(rehearse.KeyManager, trusted)
	st.cast.Mishaps = nil
	return st, trusted
}

// keepRoot publishes a first root where the rehearsal's next plan looks for it.
func keepRoot(t *testing.T, st *stage, trusted verify.Trusted) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(st.r.Chain(), chain.Name(1)), trusted.Raw(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestKeyManager: one quorum, that of the root's role, raw signatures, and
// evidence that an auditor accepts from the root alone.
func TestKeyManager(t *testing.T) {
	st, trusted := managing(t)
	st.open()
	st.walk("signatures")
	if m := st.view().Meters; len(m) != 1 || m[0].Quorum != root.QuorumDelegation || m[0].Need != 1 {
		t.Errorf("meters: %+v", m)
	}
	st.walk("")
	name, done := st.s.Output()
	if name != verify.KeyManagerFile || !done {
		t.Fatalf("%s, over %v", name, done)
	}
	o := verify.Options{At: st.cfg.Now(), Rehearsal: true}
	m, report := verify.KeyManager(trusted, st.file(name), o)
	if m == nil || m.Version != 1 {
		t.Fatalf("a client: %+v", report.Failures())
	}
	for _, file := range []string{sitting.EvidenceFile, sitting.PublicEvidenceFile} {
		report, _ := evidence.Check(st.file(file), evidence.Options{Verify: o, Trusted: trusted, CAs: st.cfg.Bundle})
		if report.Verdict() != verify.Accepted {
			t.Errorf("%s: %+v", file, report.Failures())
		}
	}
}

// follower is the plan of the document after m: another key may sign packages.
func follower(t *testing.T, st *stage, m *root.KeyManager) []byte {
	t.Helper()
	text := strings.Replace(string(st.cfg.Plan), "key_mgr: {version: 1,", fmt.Sprintf("key_mgr: {version: 2, follows: {version: 1, digest: %v},", m.Digest), 1)
	text = strings.Replace(text, "keys: [packages]", "keys: [mirror]", 1)
	text = strings.Replace(text, "keys:\n", "leaving: [packages]\nkeys:\n  mirror: {type: ed25519, hex: \"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\"}\n", 1)
	if _, err := plan.Load([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}

// TestKeyManagerFollows: the next document, signed at a desk of its own, shows
// there what changes from the one before, and comes out the same.
func TestKeyManagerFollows(t *testing.T) {
	st, trusted := managing(t)
	st.open()
	st.walk("")
	first := st.file(verify.KeyManagerFile)
	m, err := root.ParseKeyManager(first)
	if err != nil {
		t.Fatal(err)
	}
	next := st.at(t, "the office", "internal-audit")
	next.cfg.Plan, next.cfg.Before = follower(t, st, m), first
	next.open()
	next.cast.Absent = nil // who only comes to say so
	next.walk("signatures")
	desk := next.asks(t, "online")
	desk.cfg.Before = nil // it comes with the request
	desk.open()
	desk.walk("candidate")
	if v := desk.view(); !shows(v, "What changes from key manager version 1") || !shows(v, "leaves") || !shows(v, "mirror") {
		t.Errorf("the desk is shown %+v", v.Body)
	}
	next.takes(t, desk.answers(t))
	next.open() // from what is on the medium
	next.walk("")
	signed := next.file(verify.KeyManagerFile)
	got, report := verify.KeyManager(trusted, signed, verify.Options{At: st.cfg.Now(), Rehearsal: true})
	if got == nil || got.Version != 2 {
		t.Fatalf("%+v", report.Failures())
	}
	check, _ := evidence.Check(next.file(sitting.EvidenceFile), evidence.Options{
		Verify: verify.Options{At: st.cfg.Now(), Rehearsal: true}, Trusted: trusted, CAs: st.cfg.Bundle,
	})
	if check.Verdict() != verify.Accepted {
		t.Errorf("evidence: %+v", check.Failures())
	}
}

// TestKeyManagerGrounds: what a plan for a key manager document cannot stand on.
func TestKeyManagerGrounds(t *testing.T) {
	st, trusted := managing(t)
	c, err := root.DraftKeyManager(trusted.Root(), nil, root.ManagerSpec{
		Rehearsal: true, Version: 1, Expires: trusted.Root().Expires.Time, SigningTime: trusted.Root().Timestamp.Time, Threshold: 1,
		Keys: []root.PublicKey{mustKey(t)},
	})
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	first := st.cfg.Plan
	for _, tt := range []struct {
		name   string
		plan   []byte
		before []byte
		want   string
	}{
		{"there is one, and the plan follows none", first, other, "follows no key manager document, but there is version 1"},
		{"it is not there", follower(t, st, c.KeyManager), nil, "give that document (--before)"},
		{"it is another", bytes.Replace(follower(t, st, c.KeyManager), []byte(c.Digest().String()), []byte(strings.Repeat("a", 64)), 1), other, "but the document that is there is version 1"},
		{"it is a root", follower(t, st, c.KeyManager), trusted.Raw(), "key manager before: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := st.cfg
			cfg.Dir, cfg.Plan, cfg.Before = t.TempDir(), tt.plan, tt.before
			s, err := sitting.Open(cfg)
			if err == nil {
				s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestKeyManagerComplete: with a quorum of one, the first signature completes a
// candidate, and no other sitting takes its place.
func TestKeyManagerComplete(t *testing.T) {
	st, _ := managing(t)
	old := st.at(t, "the office", "internal-audit", "online")
	old.open()
	old.walk("signatures")
	if _, signed, err := sitting.Leftover(old.cfg); err != nil || signed {
		t.Errorf("nobody has signed: %v, %v", signed, err)
	}
	old.must(sitting.ActToken, "online")
	old.must(sitting.ActSign, "online")
	if _, _, err := sitting.Leftover(old.cfg); err == nil || !strings.Contains(err.Error(), ceremony.ErrComplete.Error()) {
		t.Errorf("a quorum of one is complete: %v", err)
	}
}

func mustKey(t *testing.T) root.PublicKey {
	t.Helper()
	k, err := root.NewEd25519([]byte("\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}
