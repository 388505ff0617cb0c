package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// managerPlan is a frozen plan for the key manager document that follows
// [beforeManager], under [condaRoot].
func managerPlan(t testing.TB) string {
	t.Helper()
	r, m := condaRoot(t), beforeManager(t)
	hex := func(n int) string { return fmt.Sprintf("%x", numbered(n).Raw()) }
	return fmt.Sprintf(`rootmoot: 1
name: Example channel
format: conda
purpose: rotate
mode: production
document: key_mgr
continues: {version: 1, digest: %v}
signing_time: 2026-12-01T12:00:00Z
deadline: 2026-12-15T00:00:00Z
key_mgr:
  version: 5
  expires: 2027-06-01T00:00:00Z
  follows: {version: 4, digest: %v}
roles:
  pkg_mgr: {threshold: 1, keys: [mirror, signer]}
leaving: [former]
keys:
  desk: {type: ed25519, hex: "%s"}
  former: {type: ed25519, hex: "%s"}
  signer: {type: ed25519, hex: "%s"}
  mirror: {type: ed25519, hex: "%s"}
participants:
  desk: {organisation: Example, token: {kind: file, serial: 0123456789abcdef}, attestation: none}
policy: {witness: optional}
tool: {version: 1.0.0}
`, r.Digest, m.Digest, hex(11), hex(12), hex(13), hex(14))
}

// condaRoot delegates to key 11.
func condaRoot(t testing.TB) *root.Root {
	t.Helper()
	return draft(t, root.Spec{
		Format: root.Conda, Expires: time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC), SigningTime: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 1, Keys: []root.PublicKey{numbered(10)}},
			{Name: "key_mgr", Threshold: 1, Keys: []root.PublicKey{numbered(11)}},
		},
	}).Root
}

// beforeManager has keys 12 and 13 sign packages.
func beforeManager(t testing.TB) *root.KeyManager {
	t.Helper()
	return managerOf(t, numbered(12), numbered(13))
}

// managerOf is a key manager document of version 4.
func managerOf(t testing.TB, signers ...root.PublicKey) *root.KeyManager {
	t.Helper()
	c, err := root.DraftKeyManager(condaRoot(t), nil, root.ManagerSpec{
		Version: 4, Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), SigningTime: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		Threshold: 1, Keys: signers,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.KeyManager
}

func TestManagerPlan(t *testing.T) {
	p := load(t, managerPlan(t))
	if !p.Frozen() || p.KeyManager.Version != 5 || len(p.Joining(condaRoot(t))) != 0 || strings.Join(p.Leaving(condaRoot(t)), " ") != "former" {
		t.Errorf("loaded %+v", p.Fields)
	}
	if _, err := p.Spec(); err == nil || err.Error() != "document: key_mgr: the plan is for no root" {
		t.Errorf("spec: %v", err)
	}
	r := Lint(p, condaRoot(t), LintOptions{At: at, Before: beforeManager(t)})
	if r.Refused() || !r.Compared || r.Candidate == nil || r.Candidate.Body().Version != 5 {
		t.Fatalf("review: %+v", r)
	}
	text := Explain(r)
	for _, want := range []string{"Leaving: former", "pkg_mgr: 1 of 2, as before", "desk (ed25519)"} {
		if !strings.Contains(text, want) {
			t.Errorf("explained without %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "next root") {
		t.Errorf("explains a root:\n%s", text)
	}
}

// In a key manager's plan what belongs to roots is refused, and the other way
// round.
func TestManagerPlanRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change []string
		want   string
	}{
		{"of TUF", []string{"format: conda", "format: tuf"}, "key_mgr is a document of conda"},
		{"genesis", []string{"purpose: rotate", "purpose: genesis"}, "say rotate"},
		{"a root section", []string{"roles:\n", "root: {expires: 2027-06-01T00:00:00Z, threshold: 1, keyholders: [desk]}\nroles:\n"}, "belongs to a plan with document: root"},
		{"continues nothing", []string{"continues: {", "#"}, "continues is missing"},
		{"version 0", []string{"version: 5", "version: 0"}, "versions begin at 1"},
		{"not above what it follows", []string{"version: 5", "version: 4"}, "key_mgr.follows.version: 4: the version only rises"},
		{"no package signers", []string{"  pkg_mgr: {threshold: 1, keys: [mirror, signer]}", "  {}"}, "roles is missing"},
		{"re-encodes", []string{"leaving:", "reencode: [desk]\nleaving:"}, "conda writes a key in one way only"},
		{"consistent_snapshot", []string{"leaving:", "consistent_snapshot: true\nleaving:"}, "is a member of tuf roots"},
		{"slot of a key file", []string{"kind: file,", "kind: file, slot: 9c,"}, "a key file has one key"},
		{"serial of a key file", []string{"serial: 0123456789abcdef", `serial: ""`}, "want what rootmoot keymgr new-key printed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Load([]byte(changed(t, managerPlan(t), c.change))); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

var managerCases = []struct {
	name     string
	change   []string
	first    bool // there is no document before
	rootless bool // there is no trusted root at hand
	other    bool // the document before is another one
	rule     string
	severity Severity
	path     string
}{
	{name: "does not say what it follows", change: []string{"  follows:", "#"}, rule: "PLAN-FOLLOWS", severity: Refuse, path: "key_mgr"},
	{name: "follows nothing known", change: []string{"  follows:", "#", "leaving:", "#", "  former:", "#"}, first: true, rule: "PLAN-FOLLOWS", severity: Warn, path: "key_mgr.version"},
	{name: "nobody has signed what it follows", rule: "PLAN-FOLLOWS", severity: Warn, path: "key_mgr.follows"},
	{name: "what it follows is not at hand", first: true, rule: "PLAN-FOLLOWS", severity: Note, path: "key_mgr.follows"},
	{name: "follows another", other: true, rule: "PLAN-FOLLOWS", severity: Refuse, path: "key_mgr.follows.digest"},
	{name: "follows another version", change: []string{"version: 4,", "version: 3,"}, rule: "PLAN-FOLLOWS", severity: Refuse, path: "key_mgr.follows.version"},
	{name: "leaves versions out", change: []string{"version: 5", "version: 9"}, rule: "PLAN-FOLLOWS", severity: Note, path: "key_mgr.version"},
	{name: "a package signer vanishes", change: []string{"leaving: [former]", "#"}, rule: "PLAN-KEY-DROPPED", severity: Refuse, path: "leaving"},
	{name: "leaves, never there", change: []string{"leaving: [former]", "leaving: [former, desk]"}, rule: "PLAN-LEAVING", severity: Refuse, path: "leaving[1]"},
	{name: "renew changes keys", change: []string{"purpose: rotate", "purpose: renew"}, rule: "PLAN-PURPOSE", severity: Refuse, path: "purpose"},
	{name: "threshold above keys", change: []string{"{threshold: 1, keys: [mirror", "{threshold: 3, keys: [mirror"}, rule: "PLAN-THRESHOLD-REACH", severity: Refuse, path: "roles.pkg_mgr.threshold"},
	{name: "a key manager signs packages", change: []string{"keys: [mirror, signer]", "keys: [mirror, signer, desk]"}, rule: "PLAN-ROOT-ONLINE", severity: Refuse, path: "roles.pkg_mgr.keys"},
	{name: "a key for nothing", change: []string{"keys:\n", "keys:\n  stranger: {type: ed25519, hex: \"" + otherKey + "\"}\n"}, rule: "PLAN-KEY-UNUSED", severity: Warn, path: "keys.stranger"},
	{name: "outlives the root", change: []string{"expires: 2027-06-01", "expires: 2027-12-31"}, rule: "PLAN-EXPIRY-ROOT", severity: Note, path: "key_mgr.expires"},
	{name: "expires before the deadline", change: []string{"expires: 2027-06-01", "expires: 2026-12-02"}, rule: "PLAN-EXPIRY-DEADLINE", severity: Refuse, path: "key_mgr.expires"},
	{name: "expires never", change: []string{"expires: 2027-06-01", "expires: 2099-06-01"}, rule: "PLAN-EXPIRY-FAR", severity: Refuse, path: "key_mgr.expires"},
	{name: "nobody to sign", change: []string{"  desk: {organisation: Example, token: {kind: file, serial: 0123456789abcdef}, attestation: none}", "  desk: {organisation: Example}"}, rule: "PLAN-OLD-QUORUM", severity: Refuse, path: "participants"},
	{name: "nothing proves where a key is", rule: "PLAN-ATTESTATION", severity: Warn, path: "participants.desk.token.kind"},
	{name: "a key file that says nothing", change: []string{", attestation: none}", "}"}, rule: "PLAN-ATTESTATION", severity: Refuse, path: "participants.desk.token.kind"},
	{name: "the keyholder witnesses", change: []string{"policy: {witness: optional}", "policy: {witness: optional}\nlead: desk\nwitnesses: {signer: {organisation: Example}, watcher: {organisation: Example}}"}, rule: "PLAN-WITNESS-INDEPENDENT", severity: Warn, path: "witnesses.watcher"},
	{name: "another root", change: []string{"continues: {version: 1,", "continues: {version: 2, chain: " + strings.Repeat("a", 64) + ","}, rule: "PLAN-CONTINUES", severity: Refuse, path: "continues.version"},
	{name: "the root is not at hand", rootless: true, rule: "PLAN-CONTINUES", severity: Note, path: "continues"},
	{name: "cannot be drafted", change: []string{"leaving:", "remove: [x-other]\nleaving:"}, rule: "PLAN-DRAFT", severity: Refuse, path: ""},
}

func TestLintManager(t *testing.T) {
	for _, c := range managerCases {
		t.Run(c.name, func(t *testing.T) {
			trusted, o := condaRoot(t), LintOptions{At: at, Before: beforeManager(t)}
			if c.rootless {
				trusted = nil
			}
			if c.first {
				o.Before = nil
			}
			if c.other {
				o.Before = managerOf(t, numbered(12), numbered(15))
			}
			r := Lint(load(t, changed(t, managerPlan(t), c.change)), trusted, o)
			for _, f := range r.Findings {
				if f.Rule == c.rule && f.Severity == c.severity && strings.HasPrefix(f.Path, c.path) {
					return
				}
			}
			t.Errorf("no %s %s at %q among %v", c.severity, c.rule, c.path, r.Findings)
		})
	}
}
