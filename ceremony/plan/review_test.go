package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

func TestReviewExplains(t *testing.T) {
	p := load(t, string(example(t)))
	old := trusted(t, p)
	r := Lint(p, old, LintOptions{At: at})
	want := Review{
		Name: "Example packages", Document: RootDocument, Frozen: true, Compared: true, Findings: r.Findings, Keys: r.Keys, Candidate: r.Candidate,
		Joining: []string{"edinburgh"}, Remaining: []string{"amsterdam", "boston", "chennai", "dakar"}, Leaving: []string{"fukuoka"},
		Roles: []Change{
			{"root", 3, 5, 3, 5}, {"snapshot", 1, 1, 1, 1}, {"timestamp", 1, 1, 1, 1}, {"targets", 1, 1, 1, 1},
		},
		Spare: 2,
		Reach: [][]string{
			{"Example Africa", "Example Europe"},
			{"Example Americas", "Example Europe"},
			{"Example Asia", "Example Europe"},
			{"Example Africa", "Example Americas", "Example Asia"},
		},
		BeginBy: p.Root.Expires.Time().Add(-60 * day),
	}
	want.Block = want.Reach // three of five, either way
	// The candidate is the same pointer on both sides and has a test of its own.
	if diff := cmp.Diff(want, r, cmp.Comparer(func(a, b *root.Candidate) bool { return a == b })); diff != "" {
		t.Errorf("review (-want +got):\n%s", diff)
	}
	if len(r.Keys) != 8 || r.Keys[4].Name != "edinburgh" || r.Keys[4].Fingerprint != keysOf(t, "edinburgh")["edinburgh"].Fingerprint() {
		t.Errorf("keys %v", r.Keys)
	}
}

func TestCombinations(t *testing.T) {
	cases := []struct {
		name   string
		counts map[string]int
		need   int
		want   string
	}{
		{"one has all", map[string]int{"a": 3}, 2, "a"},
		{"any two of three", map[string]int{"a": 1, "b": 1, "c": 1}, 2, "a+b a+c b+c"},
		{"a big one and small ones", map[string]int{"a": 3, "b": 1, "c": 1, "d": 1}, 3, "a b+c+d"},
		{"not without the big one", map[string]int{"a": 2, "b": 1, "c": 1}, 3, "a+b a+c"},
		{"cannot be reached", map[string]int{"a": 1}, 2, ""},
		{"nobody is needed", map[string]int{"a": 1}, 0, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, set := range combinations(c.counts, c.need) {
				got = append(got, strings.Join(set, "+"))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%q, want %q", s, c.want)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	text := changed(t, asDraft(t), []string{"  threshold: 3\n", "  threshold: 1\n", "name: Example packages", `name: "Example \e[31m packages"`, "\\e[31m", "\u00e9 packages of a name that is so long that it goes on and on beyond the end"})
	old := trusted(t, load(t, string(example(t))))
	got := Explain(Lint(load(t, text), old, LintOptions{At: at}))
	for i, line := range strings.Split(got, "\n") {
		if visible.Width(line) > 80 {
			t.Errorf("line %d is wider than 80 columns: %s", i+1, line)
		}
	}
	golden := filepath.Join("testdata", "explain.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("explained (-want +got):\n%s", diff)
	}
}

// Without the root that it continues, a successor is not taken for a genesis.
func TestReviewAlone(t *testing.T) {
	r := Lint(load(t, string(example(t))), nil, LintOptions{At: at})
	if r.Compared || len(r.Joining)+len(r.Remaining) > 0 || len(r.Leaving) != 1 {
		t.Errorf("compared %v, joining %v, remaining %v, leaving %v", r.Compared, r.Joining, r.Remaining, r.Leaving)
	}
	got := Explain(r)
	for want, there := range map[string]bool{"Compared with no trusted root": true, "root: 3 of 5\n": true, ", new": false, "Joining": false} {
		if strings.Contains(got, want) != there {
			t.Errorf("%q there: %v, want %v in\n%s", want, !there, there, got)
		}
	}
}

func TestPolicy(t *testing.T) {
	in := Policy{Touch: TouchCached}.InForce()
	want := Policy{PIN: PINAlways, Touch: TouchCached, Attestation: AttestationRequired, Firmware: ">=5.7.0", Management: ManagementProtected, Witness: Required}
	if diff := cmp.Diff(want, in); diff != "" {
		t.Errorf("policy in force (-want +got):\n%s", diff)
	}
	for firmware, below := range map[Firmware]bool{">=5.7.0": false, ">=5.6.9": true, ">=5.7.1": false, ">=5.10.0": false, ">=6.0.0": false, ">=4.9.9": true} {
		if got := firmware.Below(MinFirmware); got != below {
			t.Errorf("%s below %s: %v", firmware, MinFirmware, got)
		}
	}
}

func TestSlotInForce(t *testing.T) {
	cases := []struct {
		token Token
		want  Slot
	}{
		{Token{Kind: PIVToken}, "9c"},
		{Token{Kind: PIVToken, Slot: "9a"}, "9a"},
		{Token{Kind: RehearsalToken}, "9c"},
		{Token{Kind: PKCS11Token}, ""},
	}
	for _, c := range cases {
		if got := c.token.SlotInForce(); got != c.want {
			t.Errorf("%+v: slot %q, want %q", c.token, got, c.want)
		}
	}
}

// TestMembership: genesis, and a key that changes its role.
func TestMembership(t *testing.T) {
	p := load(t, string(example(t)))
	old := trusted(t, p)
	if got := p.Joining(nil); len(got) != 5 || p.Remaining(nil) != nil || p.Leaving(nil) != nil {
		t.Errorf("genesis: joining %v, remaining %v, leaving %v", got, p.Remaining(nil), p.Leaving(nil))
	}
	moved := load(t, changed(t, string(example(t)), []string{"\nleaving: [fukuoka]\n", "\n", "roles:\n", "roles:\n  targets: {threshold: 1, keys: [fukuoka]}\n"}))
	if got := moved.Leaving(old); len(got) != 1 || got[0] != "fukuoka" {
		t.Errorf("leaving %v: fukuoka signs roots no more", got)
	}
}
