package sitting_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// TestLastTry: before the PIN whose next mistake blocks the token, a phrase is
// typed: by the witness, or without one by whoever sits there. It is asked for
// in every act of the token, and taken only as it stands there.
func TestLastTry(t *testing.T) {
	for _, c := range []struct {
		name, who, prompt string
		absent            []string
		production        bool
	}{
		{"with a witness", "internal-audit", `internal-audit types "last try": a wrong PIN now blocks the token`, nil, false},
		{"without", "", `Type "last try": a wrong PIN now blocks the token`, []string{"internal-audit"}, false},
		{"in production", "internal-audit", `internal-audit types "last try": a wrong PIN now blocks the token`, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			if c.production {
				st.productionOf(cards.NewMaker(t))
			}
			st.cast.Absent = c.absent
			st.open()
			if c.absent != nil {
				st.must(sitting.ActSignIn, "amsterdam")
				st.must(sitting.ActException, "witness")
			}
			st.walk("signatures")
			st.must(sitting.ActToken, "amsterdam")
			st.wrongPIN("amsterdam") //nolint:errcheck // it is wrong
			if f := st.phrases(sitting.ActSign); len(f) > 0 {
				t.Errorf("with two tries left: %+v", f)
			}
			st.wrongPIN("amsterdam") //nolint:errcheck // it is wrong
			want := []sitting.Field{{Name: "last-try", Kind: sitting.FieldPhrase, Who: c.who, Phrase: "last try", Prompt: c.prompt}}
			for _, act := range []string{sitting.ActSign, sitting.ActRefuse} {
				if diff := cmp.Diff(want, st.phrases(act)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", act, diff)
				}
			}
			for _, typed := range []string{"", "Last try", "LAST TRY", "last  try", "last try!", "lasttry", "yes", burst} {
				a := st.fill(sitting.ActSign, "amsterdam")
				a.Fields["last-try"] = typed
				st.refused(a, "")
				if got := st.view().Turn.PINLeft; got != 1 {
					t.Fatalf("%q: %d tries are left", typed, got)
				}
			}
			a := st.fill(sitting.ActSign, "amsterdam")
			a.Fields["last-try"] = " last try\t"
			if err := st.do(a); err != nil {
				t.Errorf("the right PIN at the last try: %v", err)
			}
		})
	}
}

// phrases are the fields of an act of amsterdam's that want a phrase; the PIN
// has to come right after.
func (st *stage) phrases(act string) []sitting.Field {
	st.t.Helper()
	var out []sitting.Field
	o, _ := st.view().Offer(act, "amsterdam")
	for i, f := range o.Fields {
		if f.Kind == sitting.FieldPhrase {
			out = append(out, f)
			if o.Fields[i+1].Kind != sitting.FieldSecret {
				st.t.Errorf("%s: after the phrase: %+v", act, o.Fields[i+1])
			}
		}
	}
	return out
}

// TestWho: each field says who types it, where that is not whoever sits there,
// and the PIN how many tries are left.
func TestWho(t *testing.T) {
	st := newStage(t)
	got := map[string]string{}
	note := func(act, name string) {
		st.t.Helper()
		o, ok := st.view().Offer(act, name)
		if !ok {
			t.Fatalf("%s is not offered", act)
		}
		var who []string
		for _, f := range o.Fields {
			who = append(who, f.Name+":"+f.Who)
			if left := map[sitting.FieldKind]int{sitting.FieldSecret: 3}[f.Kind]; f.Tries != left {
				t.Errorf("%s %s: %d tries left, want %d", act, f.Name, f.Tries, left)
			}
		}
		got[act] = strings.Join(who, " ")
	}
	st.open()
	st.walk("tokens")
	st.must(sitting.ActToken, "boston")
	note(sitting.ActEnrol, "boston")
	st.walk("freeze")
	note(sitting.ActReadBack, "")
	note(sitting.ActTypeBack, "")
	st.walk("signatures")
	st.must(sitting.ActToken, "boston")
	note(sitting.ActSign, "boston")
	note(sitting.ActRefuse, "boston")
	st.walk("seal")
	st.must(sitting.ActToken, "boston")
	note(sitting.ActAgree, "boston")
	want := map[string]string{
		sitting.ActEnrol:    "words:boston witness:internal-audit pin:boston",
		sitting.ActReadBack: "words: witness:internal-audit",
		sitting.ActTypeBack: "bip39: witness:internal-audit",
		sitting.ActSign:     "words:boston witness:internal-audit pin:boston",
		sitting.ActRefuse:   "reason: pin:boston",
		sitting.ActAgree:    "words:boston witness:internal-audit pin:boston",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
