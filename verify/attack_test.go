package verify_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// The people of the attacks: a root of two out of three, and a stranger.
var alice, bob, carol, mallory = forge.Ed25519("alice"), forge.Ed25519("bob"), forge.Ed25519("carol"), forge.Ed25519("mallory")

// key is a key as the format names it.
func key(f root.Format, k forge.Key) forge.Key {
	if f == root.TUF && k.Object["keytype"] == "ed25519" {
		return k.TUF()
	}
	return k
}

func people(f root.Format) []forge.Key {
	return []forge.Key{key(f, alice), key(f, bob), key(f, carol)}
}

// An attack changes a good next root, which the old and the new quorum have
// signed after the change, and names the rule that it must break, and no others
// than it and those in also. A warning is a rule that must be broken without a
// refusal.
type attack struct {
	name     string
	source   string // the advisories, weaknesses and other attacks that it stands for, as sources has them
	rule     string
	also     []string
	only     root.Format // 0: both
	warning  bool
	strictly bool // of a warning: --strict refuses
	strict   bool // judge under --strict only; attacks makes one of each that is strictly
	edit     func(d *forge.Doc)
}

// attacks are all attacks on a root, each that is a warning by default and
// refused under --strict twice.
func attacks() []attack { return slices.Clone(attackTable()) }

var attackTable = sync.OnceValue(func() []attack {
	return twice(slices.Concat(
		chainAttacks(), roleAttacks(), confusionAttacks(), shapeAttacks(),
		keyAttacks(), disguiseAttacks(), misfitAttacks(), pointAttacks(),
		signatureAttacks(), encodingAttacks(), entryAttacks(), openPGPAttacks(),
		textAttacks(), numberAttacks(), unicodeAttacks(), sizeAttacks(), dateAttacks(),
	))
})

func twice(declared []attack) []attack {
	var out []attack
	for _, a := range declared {
		out = append(out, a)
		if a.strictly {
			a.name, a.strict, a.warning = a.name+", strict", true, false
			out = append(out, a)
		}
	}
	return out
}

// forged is the attack as a file, for the format that it is for.
func (a attack) forged() []byte {
	d := forge.Root(max(a.only, root.TUF), 2, 2, people(max(a.only, root.TUF))...)
	a.edit(d)
	return d.Bytes()
}

func TestAttacks(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		trusted := trust(t, forge.Root(f, 1, 2, people(f)...).Bytes(), options())
		for _, a := range attacks() {
			if a.only != 0 && a.only != f {
				continue
			}
			t.Run(fmt.Sprint(f, "/", a.name), func(t *testing.T) {
				d := forge.Root(f, 2, 2, people(f)...)
				a.edit(d)
				raw := d.Bytes()
				a.try(t, func(o verify.Options) verify.Report {
					next, rep := verify.Next(trusted, raw, o)
					if next.IsZero() == (rep.Verdict() == verify.Accepted) {
						t.Errorf("trusted %v, verdict %v", !next.IsZero(), rep.Verdict())
					}
					if r, err := root.Parse(raw); err == nil {
						pinpointed(t, raw, &r.Body, rep)
					} else {
						pinpointed(t, raw, nil, rep)
					}
					return rep
				})
			})
		}
	}
}

// try holds the reports to the attack, by default and under --strict.
func (a attack) try(t *testing.T, judge func(verify.Options) verify.Report) {
	t.Helper()
	for _, strict := range []bool{false, true} {
		if a.strict && !strict || a.strictly && strict != a.strict {
			continue // the other of the two
		}
		o := options()
		o.Strict = strict
		rep := judge(o)
		validate(t, rep)
		want, result := verify.Refused, verify.Fail
		if a.warning {
			want, result = verify.Accepted, verify.Warn
		}
		got := withResult(rep, result)
		if rep.Verdict() != want || !slices.Contains(got, a.rule) {
			t.Errorf("strict %v: verdict %v with %v broken, want %v with %s\n%s", strict, rep.Verdict(), got, want, a.rule, found(rep))
		}
		if strict {
			continue
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(append([]string{a.rule}, a.also...))), got); diff != "" {
			t.Errorf("rules broken (-want +got):\n%s%s", diff, found(rep))
		}
	}
}

// withResult are the rules with that result, each once.
func withResult(rep verify.Report, result verify.Result) []string {
	rules := make(map[string]bool)
	for _, c := range rep.Checks {
		if c.Result == result {
			rules[c.Rule] = true
		}
	}
	return slices.Sorted(maps.Keys(rules))
}

// found is what a report says beyond passes.
func found(rep verify.Report) []byte {
	var out []byte
	for _, c := range rep.Checks {
		if c.Result != verify.Pass {
			out = fmt.Appendf(out, "%v\n", c)
		}
	}
	return cut(out)
}

func cut(raw []byte) []byte { return raw[:min(len(raw), 4000)] }

func TestForgedRootsAreGood(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		trusted := trust(t, forge.Root(f, 1, 2, people(f)...).Bytes(), options())
		o := options()
		o.Strict = true
		next, rep := verify.Candidate(trusted, forge.Root(f, 2, 2, people(f)...).Bytes(), o)
		if rep.Verdict() != verify.Accepted || next.Version() != 2 {
			t.Errorf("%v: a good root is refused: %v", f, rep.Failures())
		}
		for _, c := range rep.Checks {
			if c.Result != verify.Pass {
				t.Errorf("%v: %v", f, c)
			}
		}
	}
}

// A root that is no good as a successor is none to begin with either, unless
// that is what is wrong with it.
func TestAttacksOnThePinnedRoot(t *testing.T) {
	asSuccessor := []string{"CHAIN-FORMAT", "CHAIN-NEXT", "QUORUM-OLD", "KEY-REBOUND"}
	for _, a := range attacks() {
		o := options()
		o.Strict = a.strict
		got, rep := verify.TrustFile(a.forged(), o)
		rule := strings.Replace(a.rule, "QUORUM-NEW", "QUORUM-OWN", 1)
		if !a.warning && !slices.Contains(asSuccessor, a.rule) && (!got.IsZero() || !has(rep, rule, verify.Fail)) {
			t.Errorf("%s: trusted %v, failures %v, want %s", a.name, !got.IsZero(), failing(rep), rule)
		}
		if a.warning && got.IsZero() {
			t.Errorf("%s: not trusted: %v", a.name, rep.Failures())
		}
		pinned, _ := verify.TrustPin(got.Pin(), a.forged(), o)
		if pinned.Pin() != got.Pin() {
			t.Errorf("%s: pinned %v, trusted %v", a.name, pinned.Pin(), got.Pin())
		}
	}
}
