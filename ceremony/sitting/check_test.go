package sitting_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestCheck judges single fields of a signature that is being filled in: as Do
// would, without doing anything, and without the fields that come after.
func TestCheck(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	st.must(sitting.ActToken, "amsterdam")
	for _, c := range []struct {
		name, act, field string
		change           func(a *sitting.Act)
		kind             sitting.RefusalKind // "" if it is right
		others           bool                // other words are asked for
	}{
		{"words", sitting.ActSign, "words", nil, "", false},
		{"witness", sitting.ActSign, "witness", nil, "", false},
		{"pin", sitting.ActSign, "pin", nil, "", false},
		{"reason", sitting.ActRefuse, "reason", nil, "", false},
		{"later fields are not there yet", sitting.ActSign, "words", func(a *sitting.Act) { delete(a.Fields, "witness"); delete(a.Secrets, sitting.PINField) }, "", false},
		{"an earlier field is wrong", sitting.ActSign, "witness", func(a *sitting.Act) { a.Fields["words"] = "one two three" }, "", false},
		{"wrong words", sitting.ActSign, "words", func(a *sitting.Act) { a.Fields["words"] = "aardvark aardvark aardvark" }, sitting.WrongWords, true},
		{"the operator's words", sitting.ActSign, "witness", func(a *sitting.Act) { a.Fields["witness"] = "aardvark aardvark aardvark" }, sitting.WrongWords, true},
		{"Enter alone", sitting.ActSign, "words", func(a *sitting.Act) { a.Fields["words"] = "" }, sitting.WrongWords, true},
		{"a token typed words", sitting.ActSign, "words", func(a *sitting.Act) { a.Fields["words"] = burst }, sitting.StrayToken, false},
		{"a token typed a PIN", sitting.ActSign, "pin", func(a *sitting.Act) { a.Secrets[sitting.PINField] = sitting.NewSecret([]byte(burst)) }, sitting.StrayToken, false},
		{"no PIN", sitting.ActSign, "pin", func(a *sitting.Act) { delete(a.Secrets, sitting.PINField) }, sitting.NotDone, false},
		{"no reason", sitting.ActRefuse, "reason", func(a *sitting.Act) { a.Fields["reason"] = " " }, sitting.NotDone, false},
		{"a long reason", sitting.ActRefuse, "reason", func(a *sitting.Act) { a.Fields["reason"] = strings.Repeat("a ", 3000) }, sitting.NotDone, false},
		{"not asked for", sitting.ActSign, "reason", nil, sitting.NotDone, false},
		{"another digest", sitting.ActSign, "words", func(a *sitting.Act) { a.Digest[0] ^= 1 }, sitting.NotDone, false},
		{"not offered", sitting.ActSign, "words", func(a *sitting.Act) { a.Target = "boston" }, sitting.NotDone, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := st.fill(c.act, "amsterdam")
			if c.change != nil {
				c.change(&a)
			}
			record, asked := st.journal(), st.asked()
			err := st.s.Check(a, c.field)
			var refusal *sitting.Refusal
			switch {
			case c.kind == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.kind != "" && (!errors.As(err, &refusal) || refusal.Kind != c.kind || refusal.Hint == ""):
				t.Errorf("got %+v", err)
			}
			if (st.asked() != asked) != c.others {
				t.Errorf("words %v were asked for, now %v", asked, st.asked())
			}
			if st.journal() != record {
				t.Error("something was recorded")
			}
		})
	}
	a := st.fill(sitting.ActSign, "amsterdam")
	for _, field := range []string{"words", "witness", "pin"} {
		if err := st.s.Check(a, field); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.do(a); err != nil {
		t.Errorf("what was judged right was refused, its PIN perhaps wiped: %v", err)
	}
}

// asked are the positions that amsterdam's signature asks for.
func (st *stage) asked() [2][3]int {
	st.t.Helper()
	o, ok := st.view().Offer(sitting.ActSign, "amsterdam")
	if !ok {
		st.t.Fatal("not offered")
	}
	return [2][3]int{o.Fields[0].Positions, o.Fields[1].Positions}
}

// TestOneTimePassword: what a touched token types is told from what people do.
func TestOneTimePassword(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		want        bool
	}{
		{"from the factory", burst, true},
		{"with Enter", burst + "\n", true},
		{"in capitals", strings.ToUpper(burst), true},
		{"after something", "brave " + burst, true},
		{"the shortest", burst[:32], true},
		{"less", burst[:31], false},
		{"parted", burst[:20] + " " + burst[20:], false},
		{"nothing", "", false},
		{"a PIN", "271801", false},
		{"words", "the door was closed; the token was in view all the time", false},
		{"a digest", strings.Repeat("deadbeef0", 8), false},
	} {
		if got := sitting.OneTimePassword([]byte(c.typed)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
