package plan

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// A lintCase changes the clean example, and names the finding that must come
// of it. change is pairs of old and new text.
type lintCase struct {
	name     string
	change   []string
	old      func(*testing.T, *root.Root) *root.Root // the trusted root, instead of the example's
	first    root.Digest                             // of the chain; zero: not known
	others   bool                                    // the trusted root is said to be another chain's too
	rule     string
	severity Severity
	path     string
}

// none takes the trusted root away, as for a genesis.
func none(*testing.T, *root.Root) *root.Root { return nil }

// respec drafts another trusted root.
func respec(change func(*root.Spec)) func(*testing.T, *root.Root) *root.Root {
	return func(t *testing.T, old *root.Root) *root.Root {
		t.Helper()
		s := root.Spec{Format: root.TUF, Expires: old.Expires.Time, ConsistentSnapshot: old.ConsistentSnapshot}
		for _, r := range old.Roles {
			spec := root.RoleSpec{Name: r.Name, Threshold: r.Threshold}
			for _, k := range r.Distinct() {
				spec.Keys = append(spec.Keys, k.Public)
			}
			s.Roles = append(s.Roles, spec)
		}
		change(&s)
		return version3(t, draft(t, s))
	}
}

// genesis makes the example a genesis.
var genesis = []string{
	"purpose: rotate ", "purpose: genesis ",
	"\ncontinues:\n", "\n#continues:\n", "\n  version: 3\n", "\n", "\n  digest: ", "\n#  digest: ", "\n  chain: ", "\n#  chain: ",
	"\nleaving: [fukuoka]\n", "\n", "\nreencode: [dakar]", "\n#", "\nremove: [x-contact]", "\n#",
	"  snapshot: {threshold: 1, keys: [online]}\n", "  snapshot: {threshold: 1, keys: [online]}\n  targets: {threshold: 1, keys: [release]}\n",
}

func and(a []string, b ...string) []string { return append(append([]string(nil), a...), b...) }

const (
	weakHex  = "0100000000000000000000000000000000000000000000000000000000000000"
	otherKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	rsa1024  = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDWHUafRy7mxzlI/7QIF9MPgXpu
CYiM/FvNfY8GT8F/YNwQpxzcf1JI4oKsbzzVFCSH+iT7/Qdw5EQrJQ+x+m0A3GMC
DEH4CrzyYXHxseJ4Z0GKbeX6pLIdtW5v7ZnOpkPhxlsAqqpfSnTumSZfv32cS5Of
sljUWmm9Xn6vKLajeQIDAQAB
-----END PUBLIC KEY-----
`
	// amsterdam is an entry of the example.
	amsterdam = `  amsterdam:
    type: ecdsa-p256
    pem: |
      -----BEGIN PUBLIC KEY-----
      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELIbPCVyCASLAtbWLiAcKD6vCXORD
      WqyLDbaYIv0AO9M8YN9HVXZ46+TVifKjsCeOVGwxtIgccBFYibkfeGv/Pw==
      -----END PUBLIC KEY-----
`
	// The generator of P-384, as a key.
	p384PEM = `-----BEGIN PUBLIC KEY-----
      MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEqofKIr6LBTeOscce8yCtdG4dO2KLp5uY
      WfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3NhfeSpYmLG9dnpi/kpLcKfj0Hb0omhR8
      6doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f
      -----END PUBLIC KEY-----
`
)

var lintCases = []lintCase{
	{name: "threshold above keys", change: []string{"  threshold: 3\n", "  threshold: 6\n"}, rule: "PLAN-THRESHOLD-REACH", severity: Refuse, path: "root.threshold"},
	{name: "role threshold above keys", change: []string{"timestamp: {threshold: 1", "timestamp: {threshold: 2"}, rule: "PLAN-THRESHOLD-REACH", severity: Refuse, path: "roles.timestamp.threshold"},
	{name: "every key needed", change: []string{"  threshold: 3\n", "  threshold: 5\n"}, rule: "PLAN-THRESHOLD-REACH", severity: Warn, path: "root.threshold"},
	{name: "threshold one", change: []string{"  threshold: 3\n", "  threshold: 1\n"}, rule: "PLAN-THRESHOLD-ONE", severity: Warn, path: "root.threshold"},
	{name: "threshold lowered", change: []string{"  threshold: 3\n", "  threshold: 2\n"}, rule: "PLAN-THRESHOLD-LOWERED", severity: Warn, path: "root.threshold"},
	{name: "fewer keys", change: []string{"dakar, edinburgh]", "dakar]"}, rule: "PLAN-KEYS-FEWER", severity: Warn, path: "root.keyholders"},
	{name: "PIN once", change: []string{"pin: always", "pin: once"}, rule: "PLAN-TOKEN-POLICY", severity: Warn, path: "policy.pin"},
	{name: "touch cached", change: []string{"touch: always", "touch: cached"}, rule: "PLAN-TOKEN-POLICY", severity: Warn, path: "policy.touch"},
	{name: "management key sealed", change: []string{"management_key: protected", "management_key: sealed"}, rule: "PLAN-MANAGEMENT-KEY", severity: Note, path: "policy.management_key"},
	{name: "attestation optional", change: []string{"attestation: required ", "attestation: optional "}, rule: "PLAN-ATTESTATION", severity: Warn, path: "policy.attestation"},
	{name: "attestation optional in a rehearsal", change: []string{"attestation: required ", "attestation: optional ", "mode: production", "mode: rehearsal"}, rule: "PLAN-ATTESTATION", severity: Note, path: "policy.attestation"},
	{name: "PKCS#11 that says nothing", change: []string{"{kind: piv, serial: 21334983}", "{kind: pkcs11, serial: DENK0100751}"}, rule: "PLAN-ATTESTATION", severity: Refuse, path: "participants.boston.token.kind"},
	{name: "PKCS#11 without attestation", change: []string{"{kind: piv, serial: 21334983}", "{kind: pkcs11, serial: DENK0100751}\n    attestation: none"}, rule: "PLAN-ATTESTATION", severity: Warn, path: "participants.boston.token.kind"},
	{name: "one organisation reaches", change: []string{"  max_per_organisation: 2\n", "", "Example Americas", "Example Europe"}, rule: "PLAN-ORGANISATION", severity: Refuse, path: "root.keyholders"},
	{name: "one organisation blocks", change: []string{"  max_per_organisation: 2\n", "", "  threshold: 3\n", "  threshold: 4\n"}, rule: "PLAN-ORGANISATION", severity: Refuse, path: "root.keyholders"},
	{name: "one organisation may reach", change: []string{"max_per_organisation: 2", "max_per_organisation: 3", "Example Americas", "Example Europe"}, rule: "PLAN-ORGANISATION", severity: Warn, path: "root.keyholders"},
	{name: "too many of one organisation", change: []string{"Example Americas", "Example Europe"}, rule: "PLAN-ORGANISATION-MAX", severity: Refuse, path: "policy.max_per_organisation"},
	{name: "organisation missing", change: []string{"    organisation: Example Americas\n", ""}, rule: "PLAN-ORGANISATION-MISSING", severity: Refuse, path: "root.keyholders[1]"},
	{name: "key dropped", change: []string{"\nleaving: [fukuoka]\n", "\n"}, rule: "PLAN-KEY-DROPPED", severity: Refuse, path: "leaving"},
	{name: "leaving key was never there", change: []string{"leaving: [fukuoka]", "leaving: [fukuoka, stranger]", "\nkeys:\n", "\nkeys:\n  stranger: {type: ed25519, hex: \"" + otherKey + "\"}\n"}, rule: "PLAN-LEAVING", severity: Refuse, path: "leaving[1]"},
	{name: "leaving key stays inherited", change: []string{"leaving: [fukuoka]", "leaving: [fukuoka, release]"}, rule: "PLAN-LEAVING", severity: Refuse, path: "leaving[1]"},
	{name: "leaving in a genesis", change: and(genesis, "\nroles:\n", "\nleaving: [fukuoka]\nroles:\n"), old: none, rule: "PLAN-LEAVING", severity: Refuse, path: "leaving[0]"},
	{name: "unused key in a genesis", change: genesis, old: none, rule: "PLAN-KEY-UNUSED", severity: Warn, path: "keys.fukuoka"},
	{name: "other version", change: []string{"  version: 3\n", "  version: 4\n"}, rule: "PLAN-CONTINUES", severity: Refuse, path: "continues.version"},
	{name: "other digest", change: []string{"  digest: 6", "  digest: 7"}, rule: "PLAN-CONTINUES", severity: Refuse, path: "continues.digest"},
	{name: "another chain", first: root.DigestOf([]byte("another")), rule: "PLAN-CHAIN", severity: Refuse, path: "continues.chain"},
	{name: "chain not at hand", rule: "PLAN-CHAIN", severity: Note, path: "continues.chain"},
	{name: "trusted root not at hand", old: none, rule: "PLAN-CONTINUES", severity: Note, path: "continues"},
	{name: "format of another root", change: []string{"format: tuf", "format: conda", "\nconsistent_snapshot: true", "\n#", "  timestamp: {threshold: 1, keys: [online]}\n  snapshot: {threshold: 1, keys: [online]}", "  key_mgr: {threshold: 1, keys: [online]}"}, rule: "PLAN-FORMAT", severity: Refuse, path: "format"},
	{name: "ECDSA in conda", change: []string{"format: tuf", "format: conda", "\nconsistent_snapshot: true", "\n#", "  timestamp: {threshold: 1, keys: [online]}\n  snapshot: {threshold: 1, keys: [online]}", "  key_mgr: {threshold: 1, keys: [online]}"}, rule: "PLAN-CONDA-KEY", severity: Refuse, path: "keys.amsterdam.type"},
	{name: "rehearsal of a real root", change: []string{"mode: production", "mode: rehearsal"}, rule: "PLAN-MODE", severity: Refuse, path: "mode"},
	{name: "real token in a rehearsal", change: []string{"mode: production", "mode: rehearsal"}, rule: "PLAN-TOKEN-MODE", severity: Refuse, path: "participants.amsterdam.token.kind"},
	{name: "rehearsal token in production", change: []string{"kind: piv, serial: 21334984", "kind: rehearsal, serial: 21334984"}, rule: "PLAN-TOKEN-MODE", severity: Refuse, path: "participants.chennai.token.kind"},
	{name: "expires soon", change: []string{"expires: 2027-12-01T", "expires: 2027-02-01T"}, rule: "PLAN-EXPIRY-NEAR", severity: Warn, path: "root.expires"},
	{name: "expires late", change: []string{"expires: 2027-12-01T", "expires: 2028-12-01T"}, rule: "PLAN-EXPIRY-FAR", severity: Warn, path: "root.expires"},
	{name: "expires never", change: []string{"expires: 2027-12-01T", "expires: 2099-12-01T"}, rule: "PLAN-EXPIRY-FAR", severity: Refuse, path: "root.expires"},
	{name: "expires before the deadline", change: []string{"expires: 2027-12-01T", "expires: 2026-12-14T"}, rule: "PLAN-EXPIRY-DEADLINE", severity: Refuse, path: "root.expires"},
	{name: "expires before the trusted root", old: respec(func(s *root.Spec) { s.Expires = time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC) }), rule: "PLAN-EXPIRY-EARLIER", severity: Warn, path: "root.expires"},
	{name: "signing time after the deadline", change: []string{"signing_time: 2026-12-01T", "signing_time: 2026-12-16T"}, rule: "PLAN-SIGNING-TIME", severity: Refuse, path: "signing_time"},
	{name: "deadline passed", change: []string{"deadline: 2026-12-15T", "deadline: 2026-11-15T", "signing_time: 2026-12-01T", "signing_time: 2026-11-01T"}, rule: "PLAN-DEADLINE", severity: Warn, path: "deadline"},
	{name: "root key online", change: []string{"timestamp: {threshold: 1, keys: [online]}", "timestamp: {threshold: 1, keys: [online, boston]}"}, rule: "PLAN-ROOT-ONLINE", severity: Warn, path: "roles.timestamp.keys"},
	{name: "root key online as inherited", change: []string{"  timestamp: {threshold: 1, keys: [online]}\n", ""}, old: respec(func(s *root.Spec) {
		for i, r := range s.Roles {
			if r.Name == "timestamp" {
				s.Roles[i].Keys = s.Roles[0].Keys[:1]
			}
		}
	}), rule: "PLAN-ROOT-ONLINE", severity: Warn, path: "root.keyholders"},
	{name: "weak key", change: []string{"\nkeys:\n", "\nkeys:\n  weak: {type: ed25519, hex: \"" + weakHex + "\"}\n", "timestamp: {threshold: 1, keys: [online]}", "timestamp: {threshold: 1, keys: [online, weak]}"}, rule: "PLAN-KEY-WEAK", severity: Refuse, path: "keys.weak"},
	{name: "short RSA key", change: []string{"\nkeys:\n", "\nkeys:\n  weak:\n    type: rsa\n    pem: |\n      " + indented(rsa1024) + "\n", "timestamp: {threshold: 1, keys: [online]}", "timestamp: {threshold: 1, keys: [online, weak]}"}, rule: "PLAN-KEY-WEAK", severity: Refuse, path: "keys.weak"},
	{name: "P-384", change: []string{"\nkeys:\n", "\nkeys:\n  wide:\n    type: ecdsa-p384\n    pem: |\n      " + p384PEM, "timestamp: {threshold: 1, keys: [online]}", "timestamp: {threshold: 1, keys: [online, wide]}"}, rule: "PLAN-KEY-P384", severity: Note, path: "keys.wide"},
	{name: "unused key", change: []string{"\nkeys:\n", "\nkeys:\n  stranger: {type: ed25519, hex: \"" + otherKey + "\"}\n"}, rule: "PLAN-KEY-UNUSED", severity: Warn, path: "keys.stranger"},
	{name: "unnamed key", old: respec(func(s *root.Spec) {
		for i, r := range s.Roles {
			if r.Name == "targets" {
				s.Roles[i].Keys = append(r.Keys, numbered(0))
			}
		}
	}), rule: "PLAN-KEY-UNNAMED", severity: Warn, path: "keys"},
	{name: "key of another chain", others: true, rule: "PLAN-KEY-SHARED", severity: Warn, path: "keys.amsterdam"},
	{name: "old firmware", change: []string{">=5.7.0", ">=5.4.3"}, rule: "PLAN-FIRMWARE", severity: Warn, path: "policy.firmware"},
	{name: "no witness", change: []string{"witnesses:\n  internal-audit:", "#\n#", "    organisation: Example Audit\n", "", "    key: ssh", "# ssh"}, rule: "PLAN-WITNESS", severity: Refuse, path: "policy.witness"},
	{name: "witness is keyholder", change: []string{"  boston:\n    organisation: Example Americas\n    location: Boston\n    token: {kind: piv, serial: 21334983}\n    publish: [organisation]\n", "", "  internal-audit:\n", "  boston:\n"}, rule: "PLAN-WITNESS-INDEPENDENT", severity: Refuse, path: "witnesses.boston"},
	{name: "witness leads", change: []string{"lead: desk", "lead: internal-audit"}, rule: "PLAN-WITNESS-INDEPENDENT", severity: Warn, path: "lead"},
	{name: "witness of the only organisation", change: []string{"Example Audit", "One", "Example Americas", "One", "Example Africa", "One", "Example Asia", "One", "Example Europe", "One"}, rule: "PLAN-WITNESS-INDEPENDENT", severity: Warn, path: "witnesses.internal-audit"},
	{name: "much replaced, threshold changed", change: []string{"  threshold: 3\n", "  threshold: 4\n"}, old: respec(func(s *root.Spec) { replaceKeys(s, 2) }), rule: "PLAN-MANY-CHANGES", severity: Warn, path: "root"},
	{name: "a threshold of keys joins", old: respec(func(s *root.Spec) { replaceKeys(s, 3) }), rule: "PLAN-MANY-CHANGES", severity: Warn, path: "root.keyholders"},
	{name: "old quorum away", change: []string{"    token: {kind: piv, serial: 21334983}\n", "", "    token: {kind: piv, serial: 21334984}\n", "", "    token: {kind: piv, serial: 21334985}\n", ""}, rule: "PLAN-OLD-QUORUM", severity: Refuse, path: "participants"},
	{name: "joins without token", change: []string{"    token: {kind: piv, serial: 21334986}\n", ""}, rule: "PLAN-TOKEN", severity: Refuse, path: "keys.edinburgh"},
	{name: "role key missing", change: []string{"\nkeys:\n", "\nkeys:\n  missing: {type: ed25519}\n", "timestamp: {threshold: 1, keys: [online]}", "timestamp: {threshold: 1, keys: [missing]}"}, rule: "PLAN-ROLE-KEY", severity: Warn, path: "keys.missing"},
	{name: "genesis lacks a role", change: and(genesis, "  targets: {threshold: 1, keys: [release]}\n", ""), old: none, rule: "PLAN-ROLE-KEY", severity: Refuse, path: "roles"},
	{name: "re-encoded", rule: "PLAN-REENCODE", severity: Note, path: "reencode[0]"},
	{name: "re-encoded, but new", change: []string{"reencode: [dakar]", "reencode: [edinburgh]"}, rule: "PLAN-REENCODE", severity: Refuse, path: "reencode[0]"},
	{name: "renew changes keys", change: []string{"purpose: rotate ", "purpose: renew "}, rule: "PLAN-PURPOSE", severity: Refuse, path: "purpose"},
	{name: "rotate changes nothing", change: []string{"dakar, edinburgh]", "dakar, fukuoka]", "leaving: [fukuoka]", "#", "reencode: [dakar]", "#"}, rule: "PLAN-PURPOSE", severity: Warn, path: "purpose"},
	{name: "emergency without a leaver", change: []string{"purpose: rotate ", "purpose: emergency ", "dakar, edinburgh]", "dakar, fukuoka]", "leaving: [fukuoka]", "#"}, rule: "PLAN-PURPOSE", severity: Warn, path: "purpose"},
	{name: "genesis continues", change: []string{"purpose: rotate ", "purpose: genesis "}, old: none, rule: "PLAN-PURPOSE", severity: Refuse, path: "continues"},
	{name: "genesis on a root", change: genesis, rule: "PLAN-PURPOSE", severity: Refuse, path: "purpose"},
	{name: "draft", change: []string{amsterdam, "  amsterdam: {type: ecdsa-p256}\n"}, rule: "PLAN-ENROL", severity: Note, path: "keys.amsterdam"},
	{name: "cannot be drafted", change: []string{"remove: [x-contact]", "remove: [x-other]"}, rule: "PLAN-DRAFT", severity: Refuse, path: ""},
	{name: "large root and Ed25519 on a card", old: respec(func(s *root.Spec) {}), change: large(), rule: "PLAN-ED25519-SIZE", severity: Warn, path: "keys.card"},
}

func TestLint(t *testing.T) {
	text := string(example(t))
	for _, c := range lintCases {
		t.Run(c.name, func(t *testing.T) {
			old := trusted(t, load(t, text))
			if c.old != nil {
				old = c.old(t, old)
			}
			o := LintOptions{At: at, First: c.first}
			if c.others {
				o.Others = []*root.Root{old}
			}
			r := Lint(load(t, changed(t, text, c.change)), old, o)
			for _, f := range r.Findings {
				if f.Rule == c.rule && f.Severity == c.severity && strings.HasPrefix(f.Path, c.path) {
					return
				}
			}
			t.Errorf("no %s %s at %q among %v", c.severity, c.rule, c.path, r.Findings)
		})
	}
}

// TestEveryRule holds the table of rules and the cases against each other.
func TestEveryRule(t *testing.T) {
	hit := make(map[string]bool)
	for _, c := range lintCases {
		hit[c.rule] = true
	}
	for _, c := range managerCases {
		hit[c.rule] = true
	}
	for i, r := range Rules() {
		if r.Title == "" || r.Source == "" || i > 0 && Rules()[i-1].ID >= r.ID {
			t.Errorf("rule %s: title, source or order", r.ID)
		}
		if !hit[r.ID] {
			t.Errorf("rule %s: no case brings it about", r.ID)
		}
		delete(hit, r.ID)
	}
	for id := range hit {
		t.Errorf("case with rule %s: not in the table of rules", id)
	}
}

// changed replaces texts, each of which must be there.
func changed(t testing.TB, text string, pairs []string) string {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the example has no %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], -1)
	}
	return text
}

// replaceKeys takes n other keys in the place of the first n of the root role.
func replaceKeys(s *root.Spec, n int) {
	for i, r := range s.Roles {
		if r.Name != "root" {
			continue
		}
		for j := range n {
			s.Roles[i].Keys[j] = numbered(j)
		}
	}
}

// numbered are made-up keys, the same in every run.
func numbered(n int) root.PublicKey {
	seed := fmt.Appendf(nil, "%032d", n)
	k, err := root.NewEd25519(ed25519.NewKeyFromSeed(seed)[32:])
	if err != nil {
		panic(err)
	}
	return k
}

func indented(pem string) string { return strings.ReplaceAll(strings.TrimSpace(pem), "\n", "\n      ") }

// large makes the next root longer than a card takes, and one of its keys
// Ed25519 on a card.
func large() []string {
	keys, names := "", ""
	for i := range 20 {
		keys += fmt.Sprintf("  more%d: {type: ed25519, hex: \"%x\"}\n", i, numbered(i).Raw())
		names += fmt.Sprintf(", more%d", i)
	}
	return []string{
		"\nkeys:\n", "\nkeys:\n  card: {type: ed25519, hex: \"" + otherKey + "\"}\n" + keys,
		"timestamp: {threshold: 1, keys: [online]}", "timestamp: {threshold: 1, keys: [online, card" + names + "]}",
		"participants:\n", "participants:\n  card: {organisation: Example, token: {kind: piv, serial: 7}}\n",
	}
}
