package tui

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// TestEnterAlone: whoever only presses Enter, however often, does nothing, on
// no screen of a whole sitting, whether the page was read or not.
func TestEnterAlone(t *testing.T) {
	r := folder(t, plan.TUF)
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	p := people.New(people.Cast{PINs: r.Cast(rehearse.Genesis).PINs})
	tried := make(map[string]bool)
	for v := s.View(); !v.Done; v = s.View() {
		for i, o := range v.Acts {
			if tried[v.Heading+o.ID] { // with another name in it
				continue
			}
			tried[v.Heading+o.ID] = true
			d := sitDown(t, r, s)
			before := d.journal()
			for range i {
				d.press("down")
			}
			d.press("enter", "enter", "esc")
			d.readOn()
			d.press(slices.Repeat([]string{"enter"}, 20)...)
			if n := d.engine.count(); n > 0 || d.journal() != before || d.quit {
				t.Fatalf("%q: Enter alone does %s %s: %v", v.Heading, o.ID, o.Target, d.engine.begun)
			}
		}
		a, known := p.Answer(v)
		if !known {
			t.Fatalf("the people do not know how to go on at %q", v.Heading)
		}
		if err := s.Do(t.Context(), a, func(p sitting.Progress) {
			if p.Kind == sitting.Touch {
				s.Do(t.Context(), sitting.Act{ID: sitting.ActTouch}, nil) //nolint:errcheck // the act that waits will tell
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	if len(tried) < 40 {
		t.Errorf("only %d acts were tried", len(tried))
	}
}

// TestModhex: no key that does anything is a letter that a touched token types.
func TestModhex(t *testing.T) {
	const modhex = "cbdefghijklnrtuv"
	for _, ascii := range []bool{false, true} {
		keys := reflect.ValueOf(newKeymap(ascii))
		for i := range keys.NumField() {
			name := keys.Type().Field(i).Name
			bound := 0
			for _, letter := range modhex + strings.ToUpper(modhex) {
				for _, k := range keyNames(keys.Field(i)) {
					bound++
					if k == string(letter) {
						t.Errorf("%s is bound to %q, which tokens type", name, k)
					}
				}
			}
			if bound == 0 {
				t.Errorf("%s is bound to nothing", name)
			}
		}
	}
}

// keyNames are the keys of a binding, which reflection may read but not take.
func keyNames(binding reflect.Value) []string {
	var out []string
	keys := binding.FieldByName("Binding").FieldByName("keys")
	for i := range keys.Len() {
		out = append(out, keys.Index(i).String())
	}
	return out
}

// otp is a one-time password as a YubiKey types it.
const otp = "cccccccccccclnhdbrvkgvfclefvtcgiefbhrhcigtvj"

// A way is how something is reached or done.
type way struct {
	name string
	do   func(*desk)
}

// panes are ways to everything that can have the keyboard, at the signing step.
func panes() []way {
	field := func(name string) func(*desk) {
		return func(d *desk) {
			d.choose(sitting.ActSign, "amsterdam")
			for p, asked := d.pane.(*filling); asked && p.field().Name != name; p, asked = d.pane.(*filling) {
				d.types(d.right(p))
				d.press("enter")
			}
		}
	}
	return []way{
		{"choosing", func(*desk) {}},
		{"confirming", func(d *desk) { d.choose(sitting.ActPutAway, "") }},
		{"words", field("words")},
		{"witness", field("witness")},
		{"pin", field("pin")},
		{"text", func(d *desk) { d.choose(sitting.ActException, "") }},
		{"touch", func(d *desk) {
			d.choose(sitting.ActSign, "amsterdam")
			d.fill(nil)
		}},
		{"outcome", func(d *desk) { d.do(sitting.ActSign, "amsterdam", map[string]string{"pin": "00000000"}) }},
		{"help", func(d *desk) { d.press("?") }},
		{"leaving", func(d *desk) { d.press("ctrl+c") }},
	}
}

// atPane is a desk at one of them.
func atPane(t *testing.T, p way) *desk {
	t.Helper()
	d := newDesk(t, sitting.ActSign, "amsterdam")
	p.do(d)
	return d
}

// TestBurst: a token that is touched by mistake types its password and Enter.
// Wherever that happens, nothing is done and no try is lost, and it is said.
func TestBurst(t *testing.T) {
	ways := []way{
		{"typed", func(d *desk) { d.types(otp); d.press("enter") }},
		{"in capitals", func(d *desk) { d.types(strings.ToUpper(otp)); d.press("enter") }},
		{"pasted", func(d *desk) { d.take(tea.PasteMsg{Content: otp + "\n"}); d.settle() }},
		{"after half an answer", func(d *desk) {
			if _, asked := d.pane.(*filling); asked {
				d.types("27 ")
			}
			d.types(otp)
			d.press("enter")
		}},
	}
	for _, pane := range panes() {
		t.Run(pane.name, func(t *testing.T) {
			d := atPane(t, pane)
			for _, w := range ways {
				begun, journal, on, over := d.engine.count(), d.journal(), d.pane, d.over
				w.do(d)
				d.shows("A token typed its one-time password")
				if d.pane != on || d.over != over || d.quit {
					t.Errorf("%s: another pane is on:\n%s", w.name, d.screen())
				}
				if d.engine.count() != begun || d.journal() != journal {
					t.Errorf("%s: something was done: %v", w.name, d.engine.begun)
				}
				if f, asked := d.pane.(*filling); asked && (len(f.input.typed) > 0 || f.refused != nil) {
					t.Errorf("%s: %d bytes stay typed, refused %v", w.name, len(f.input.typed), f.refused)
				}
				if p, working := d.pane.(*working); working && (p.given || p.touch == nil) {
					t.Errorf("%s: the touch is given up", w.name)
				}
			}
			if left := d.sits.View().Turn.PINLeft; pane.name != "outcome" && left != 3 {
				t.Errorf("%d tries are left", left)
			}
			if w, working := d.pane.(*working); working && w.touch != nil {
				d.touch()
			}
		})
	}
}
