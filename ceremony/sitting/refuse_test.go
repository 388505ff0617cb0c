package sitting_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/root"
)

// burst is what a YubiKey types when it is touched, from the factory: 44
// characters of modhex, then Enter.
const burst = "cccccbhuinrvkljnbctlgjcvfbiehfdhrcbuhnkjvdgi"

// TestDoRefuses tries, for every offer of every view of a whole genesis, every
// way in which it must not be taken: nothing may be recorded, and afterwards
// the people go on as if nothing had been.
func TestDoRefuses(t *testing.T) {
	st := newStage(t)
	st.open()
	if _, more := st.view().Offer(sitting.ActSign, "amsterdam"); more {
		t.Fatal("a signature is offered at the beginning")
	}
	tried := map[string]int{}
	p := people.New(st.cast)
	for v := st.view(); !v.Done; v = st.view() {
		for _, id := range []string{"", "nonsense", sitting.ActSign, sitting.ActAgree, sitting.ActHandOver, sitting.ActTouch} {
			if _, ok := v.Offer(id, "nobody"); !ok {
				st.refused(sitting.Act{ID: id, Target: "nobody"}, "")
			}
		}
		for _, o := range v.Acts {
			for name, a := range wrongly(v, o, st.cast.PINs[o.Target]) {
				st.refused(a, "")
				tried[name]++
			}
		}
		a, ok := p.Answer(st.view())
		if !ok {
			t.Fatalf("at %q: %s", v.Heading, offered(v))
		}
		if err := st.do(a); err != nil {
			t.Fatalf("%s at %q: %v", a.ID, v.Heading, err)
		}
	}
	for _, name := range []string{
		"other digest", "no digest", "Enter alone: words", "Enter alone: witness", "Enter alone: pin", "blank: happened",
		"burst: person", "burst: outside", "burst: words", "burst: witness", "burst: pin", "burst: bip39", "burst: reason", "typed before burst: text",
		"other words: words", "two words: witness", "witness's words: words", "operator's words: witness", "too long: reason",
	} {
		if tried[name] == 0 {
			t.Errorf("%q was never tried", name)
		}
	}
}

// wrongly are the ways to take an offer as it must not be taken.
func wrongly(v sitting.View, o sitting.Offer, pin string) map[string]sitting.Act {
	out := make(map[string]sitting.Act)
	add := func(name string, change func(a *sitting.Act)) {
		a := answer(v, o, pin)
		change(&a)
		out[name] = a
	}
	add("other digest", func(a *sitting.Act) { a.Digest[31] ^= 1 })
	if !o.Digest.IsZero() {
		add("no digest", func(a *sitting.Act) { a.Digest = root.Digest{} })
	}
	for _, f := range o.Fields {
		if f.Kind == sitting.FieldSecret {
			add("Enter alone: pin", func(a *sitting.Act) { a.Secrets[sitting.PINField] = sitting.NewSecret(nil) })
			add("no PIN", func(a *sitting.Act) { delete(a.Secrets, sitting.PINField) })
			add("burst: pin", func(a *sitting.Act) { a.Secrets[sitting.PINField] = sitting.NewSecret([]byte(burst)) })
			continue
		}
		typed := map[string]string{
			"burst": burst, "typed before burst": "fine " + burst, "capitals, burst": strings.ToUpper(burst),
			"too long": strings.Repeat("a ", 3000),
		}
		if !f.Optional {
			maps.Copy(typed, map[string]string{"Enter alone": "", "blank": " \t "})
		}
		if f.Kind == sitting.FieldWords {
			right := strings.Fields(wordsAt(v, o, f))
			maps.Copy(typed, map[string]string{
				"two words": strings.Join(right[:2], " "), "four words": strings.Join(append(right, right[0]), " "),
				"other words": "aardvark aardvark absurd", "other order": right[1] + " " + right[0] + " " + right[2],
				"hex": o.Digest.String(),
			})
			if right[0] == right[1] {
				delete(typed, "other order")
			}
		}
		for how, text := range typed {
			add(how+": "+f.Name, func(a *sitting.Act) { a.Fields[f.Name] = text })
		}
	}
	crossed(v, o, add)
	return out
}

// crossed has the operator type the witness's words, and the other way round.
func crossed(v sitting.View, o sitting.Offer, add func(string, func(*sitting.Act))) {
	var fields []sitting.Field
	for _, f := range o.Fields {
		if f.Kind == sitting.FieldWords {
			fields = append(fields, f)
		}
	}
	if len(fields) != 2 || wordsAt(v, o, fields[0]) == wordsAt(v, o, fields[1]) {
		return
	}
	add("witness's words: words", func(a *sitting.Act) { a.Fields["words"] = wordsAt(v, o, fields[1]) })
	add("operator's words: witness", func(a *sitting.Act) { a.Fields["witness"] = wordsAt(v, o, fields[0]) })
}

// TestPositions: the words asked for stay while the screen is redrawn, others
// are asked for after a mistake, and the witness's are never the operator's.
func TestPositions(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("freeze")
	seen := map[string]bool{}
	for range 200 {
		a := st.fill(sitting.ActReadBack, "")
		o, _ := st.view().Offer(sitting.ActReadBack, "")
		again, _ := st.view().Offer(sitting.ActReadBack, "")
		if o.Fields[0].Positions != again.Fields[0].Positions {
			t.Fatal("looking again changed the question")
		}
		taken := map[int]bool{}
		for _, f := range o.Fields {
			for _, n := range f.Positions {
				if taken[n] || n < 1 || n > 32 {
					t.Fatalf("word %d is asked for in %v", n, o.Fields)
				}
				taken[n] = true
			}
		}
		seen[fmt.Sprint(o.Fields[0].Positions, o.Fields[1].Positions)] = true
		a.Fields["words"] = "aardvark aardvark aardvark"
		st.refused(a, "not the word shown at this position")
	}
	if len(seen) < 190 {
		t.Errorf("after 200 mistakes only %d different questions", len(seen))
	}
}
