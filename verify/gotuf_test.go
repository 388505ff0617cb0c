package verify_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// go-tuf judges as we do, or a row of the table says why not; and no row is
// there for nothing.
func TestGoTUF(t *testing.T) {
	used := make(map[string]bool)
	hold := func(t *testing.T, c *comparison) {
		for _, row := range c.hold(t) {
			used[row] = true
		}
	}
	t.Run("sigstore", func(t *testing.T) { goTUFSigstore(t, hold) })
	t.Run("attacks", func(t *testing.T) { goTUFAttacks(t, hold) })
	t.Run("mangled", func(t *testing.T) { goTUFMangled(t, hold) })
	for _, d := range disagreements() {
		if !used[d.name] {
			t.Errorf("nothing here shows the disagreement %q", d.name)
		}
	}
}

// Every production root is judged as the root to begin with and, after the one
// before it, as its successor.
func goTUFSigstore(t *testing.T, hold func(*testing.T, *comparison)) {
	files := sigstore(t)
	for v := 1; v <= 15; v++ {
		raw := files[fmt.Sprintf("%d.root.json", v)]
		hold(t, compareFirst(raw))
		if v > 1 {
			hold(t, from(t, files[fmt.Sprintf("%d.root.json", v-1)]).compare(raw))
		}
	}
	if c := from(t, files["14.root.json"]).compare(files["15.root.json"]); !c.agree() || c.next.Version() != 15 {
		t.Errorf("go-tuf does not take sigstore v15 after v14: %v", c.theirs.err)
	}
}

// Every attack on TUF, and what go-tuf alone has trouble with, as the root to
// begin with and as a successor.
func goTUFAttacks(t *testing.T, hold func(*testing.T, *comparison)) {
	trusted := from(t, forge.Root(root.TUF, 1, 2, people(root.TUF)...).Bytes())
	if c := trusted.compare(forge.Root(root.TUF, 2, 2, people(root.TUF)...).Bytes()); !c.agree() || c.next.Version() != 2 {
		t.Fatalf("go-tuf does not take a good forged root: %v", c.theirs.err)
	}
	large := 0
	for _, a := range append(attacks(), goTUFAttackTable()...) {
		if a.only == root.Conda || a.strict { // go-tuf is never strict
			continue
		}
		raw := a.forged()
		if len(raw) > verify.MaxRoot {
			if large++; large > 1 {
				continue // go-tuf takes seconds for some, and all are refused unread
			}
		}
		t.Run(a.name, func(t *testing.T) {
			hold(t, trusted.compare(raw))
			hold(t, compareFirst(raw))
		})
	}
}

// goTUFAttackTable shows the disagreements that no attack shows.
func goTUFAttackTable() []attack {
	outer := func(value string) func(*forge.Doc) {
		return func(d *forge.Doc) {
			d.Text = func(file []byte) []byte { return append(bytes.TrimSuffix(file, []byte("}")), `,"x":`+value+"}"...) }
		}
	}
	sig := func(change func(string) string) func(*forge.Doc) {
		return func(d *forge.Doc) {
			d.Signers = d.Signers[:2]
			d.Entries = func(good []forge.Entry) []forge.Entry {
				good[1].Value["sig"] = change(good[1].Value["sig"].(string))
				return good
			}
		}
	}
	return []attack{
		{name: "bytes that are no UTF-8", edit: outer("\"\xff\"")},
		{name: "half a surrogate pair", edit: outer(`"\ud800"`)},
		{name: "40 levels", edit: outer(strings.Repeat("[", 40) + strings.Repeat("]", 40))},
		{name: "100,000 values", edit: outer("[" + strings.Repeat("0,", 100_000) + "0]")},
		{name: "a float that is whole", edit: func(d *forge.Doc) {
			d.Signed["x"] = 1
			text(`"x":1`, `"x":1.0`)(d)
		}},
		{name: "Sig for sig", edit: text(`"sig":`, `"Sig":`)},
		{name: "signatures and Signatures", edit: outer(`0,"Signatures":[]`)},
		{name: "null for a role", edit: func(d *forge.Doc) { d.Signed["roles"].(map[string]any)["bonus"] = nil }},
		{name: "null for a key", edit: func(d *forge.Doc) { d.Signed["keys"].(map[string]any)["bonus"] = nil }},
		{name: "null for keyids", edit: setRole("targets", "keyids", nil)},
		{name: "a signature that is empty", edit: text(`"signatures":[`, `"signatures":[{},`)},
		{name: "a signature that is null", edit: text(`"signatures":[`, `"signatures":[null,`)},
		{name: "a threshold of 40 bits", edit: setRole("targets", "threshold", int64(1)<<40)},
		{name: "signatures in upper-case hex", edit: sig(strings.ToUpper)},
		{name: "r and s in a row", edit: func(d *forge.Doc) {
			k := forge.ECDSA(root.P256, "p")
			d.SetRole("root", 2, alice.TUF(), k)
			d.Signers = []forge.Key{alice.TUF(), bob.TUF(), k}
			d.Entries = func(good []forge.Entry) []forge.Entry {
				good[2].Value["sig"] = inARow(good[2].Value["sig"].(string))
				return good
			}
		}},
		{name: "signed with consistent_snapshot, sent without", edit: func(d *forge.Doc) {
			d.Signed["consistent_snapshot"] = false
			text(`"consistent_snapshot":false,`, "")(d)
		}},
		{name: "signed with an empty spec_version, sent without", edit: func(d *forge.Doc) {
			d.Signed["spec_version"] = ""
			text(`"spec_version":"",`, "")(d)
		}},
		{name: "no consistent_snapshot", edit: func(d *forge.Doc) { delete(d.Signed, "consistent_snapshot") }},
		{name: "a date of the year 0", edit: set("expires", "0000-01-01T00:00:00Z")},
		{name: "a date with a fraction", edit: set("expires", "2027-01-01T00:00:00.50Z")},
		{name: "a big integer", edit: set("x-big", int64(1<<53+1))},
		{name: "a bigger integer", edit: text(`"version":2`, `"version":2,"x":123456789012345678901234567890`)},
		{name: "a key without a public value", edit: func(d *forge.Doc) {
			k := mallory
			k.Object = map[string]any{"keytype": "sigstore-oidc", "scheme": "Fulcio", "keyval": map[string]any{"identity": "me@example.com"}}
			d.SetRole("targets", 1, k.TUF())
		}},
		{name: "Version beside version", edit: set("Version", 2)},
		{name: "a key of another kind in the root role", edit: func(d *forge.Doc) {
			k := mallory
			k.Object = map[string]any{"keytype": "sigstore-oidc", "scheme": "Fulcio", "keyval": map[string]any{"public": ""}}
			d.SetRole("root", 2, append(people(d.Format), k.TUF())...)
		}},
		{name: "a short key in the root role", edit: func(d *forge.Doc) {
			k := mallory
			k.Object = map[string]any{"keytype": "ed25519", "scheme": "ed25519", "keyval": map[string]any{"public": "00ff"}}
			d.SetRole("root", 2, append(people(d.Format), k.TUF())...)
			d.Entries = func(good []forge.Entry) []forge.Entry {
				return append(good, forge.Entry{ID: k.TUF().ID, Value: map[string]any{"sig": "00"}})
			}
		}},
		{name: "an older name for P-384", edit: func(d *forge.Doc) {
			k := forge.ECDSA(root.P384, "p").With("keytype", "ecdsa-sha2-nistp384")
			d.SetRole("root", 2, append(people(d.Format), k)...)
		}},
		{name: "a keyid without a key in the root role", edit: func(d *forge.Doc) {
			d.Role("root")["keyids"] = append(d.Role("root")["keyids"].([]any), "nobody")
		}},
		{name: "a key for another scheme, needed", edit: func(d *forge.Doc) {
			k := forge.ECDSA(root.P256, "p").With("scheme", "rsassa-pss-sha256")
			d.SetRole("root", 3, alice.TUF(), bob.TUF(), k)
			d.Signers = []forge.Key{alice.TUF(), bob.TUF(), k}
		}},
	}
}

// inARow is a P-256 signature as IEEE P1363 has it; what is none stays.
func inARow(der string) string {
	var sig struct{ R, S *big.Int }
	raw, err := hex.DecodeString(der)
	if err != nil {
		return der
	}
	if _, err := asn1.Unmarshal(raw, &sig); err != nil || sig.R.Sign() < 0 || sig.S.Sign() < 0 {
		return der
	}
	return fmt.Sprintf("%064x%064x", sig.R, sig.S)
}

// Whatever is done to one byte of a production root.
func goTUFMangled(t *testing.T, hold func(*testing.T, *comparison)) {
	trusted := from(t, load(t, "sigstore/14.root.json"))
	raw := load(t, "sigstore/15.root.json")
	for i := 0; i < len(raw); i += 37 { // go-tuf takes its time
		mangled := bytes.Clone(raw)
		mangled[i] ^= 1 << (i % 7)
		if i%2 == 1 {
			mangled = slices.Delete(mangled, i, i+1)
		}
		hold(t, trusted.compare(mangled))
	}
}

// docs/verification.md has the table of disagreements, and nothing else in it.
func TestGoTUFDisagreementsAreDocumented(t *testing.T) {
	raw, err := os.ReadFile("../docs/verification.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(raw), "\n## Where go-tuf 2.4.2 judges otherwise\n")
	if !found {
		t.Fatal("docs/verification.md has no section about go-tuf")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var want, have []string
	for _, d := range disagreements() {
		we := "accept"
		if len(d.rules) > 0 {
			we = "refuse: `" + strings.Join(d.rules, "`, `") + "`"
		}
		want = append(want, fmt.Sprintf("| %s | %s | %s | %s | %s |", d.name, d.theirs, we, d.why, d.source))
	}
	rows := regexp.MustCompile(`(?m)^\|.*\|$`).FindAllString(section, -1)
	if len(rows) > 2 {
		have = rows[2:] // after the head
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("docs/verification.md about go-tuf (-table +docs):\n%s", diff)
	}
}
