package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestRefusing: to refuse, with a reason, is an answer like any other; the
// meter and the list of signers say so afterwards.
func TestRefusing(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	d.do(sitting.ActRefuse, "amsterdam", map[string]string{"reason": "the expiry is not what our board decided"})
	d.shows("Done.", "the refusal of amsterdam is stated, verified and recorded")
	d.press("enter")
	d.shows("refused: amsterdam", "could sign: boston chennai dakar fukuoka")
	d.take(tea.WindowSizeMsg{Width: 80, Height: 60}) // all of the page
	d.shows("refused amsterdam: the expiry is not what our board decided")
	if d.engine.count(sitting.ActSign) > 0 || len(d.view.Meters) != 1 || d.view.Meters[0].Have != 0 {
		t.Errorf("%+v", d.view.Meters)
	}
}

// TestNoReason: without a reason there is no refusal.
func TestNoReason(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	d.choose(sitting.ActRefuse, "amsterdam")
	d.press("enter", "enter")
	d.shows("Nothing was typed, and nothing is taken for granted.")
	d.types("   ")
	d.press("enter")
	d.shows("Why: nothing was typed, and nothing is taken for granted")
	if p, asked := d.pane.(*filling); !asked || p.field().Name != "reason" {
		t.Errorf("something else is asked for:\n%s", d.screen())
	}
}

// TestException: it is recorded when it happens, stands on every screen until
// it is closed, and is closed with who decided what.
func TestException(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	d.do(sitting.ActException, "", map[string]string{"expected": "a closed door", "happened": "somebody opened it"})
	open := ""
	for _, o := range d.view.Acts {
		if o.ID == sitting.ActClose {
			open = o.Target
		}
	}
	if open == "" {
		t.Fatalf("it cannot be closed:\n%s", d.screen())
	}
	d.shows("open exception " + open[:8] + " at signatures: somebody opened it")
	d.press("?")
	d.shows("open exception " + open[:8])
	d.press("esc")
	d.do(sitting.ActClose, open, map[string]string{"decision": "it was closed again", "by": "the lead"})
	if d.press("enter"); strings.Contains(d.reads(), "open exception") || len(d.view.Notices) > 0 {
		t.Errorf("it is still open:\n%s", d.screen())
	}
}

// TestAsAsked: every field is asked for in the engine's order and words, and
// what was answered stays in sight, but for the PIN.
func TestAsAsked(t *testing.T) {
	for _, c := range []struct{ id, target string }{
		{sitting.ActSignIn, "amsterdam"},
		{sitting.ActClock, ""},
		{sitting.ActEnrol, "amsterdam"},
		{sitting.ActReadBack, ""},
		{sitting.ActTypeBack, ""},
		{sitting.ActConfirm, ""},
		{sitting.ActSign, "amsterdam"},
		{sitting.ActRefuse, "amsterdam"},
		{sitting.ActAgree, "amsterdam"},
		{sitting.ActDisagree, "amsterdam"},
	} {
		t.Run(c.id, func(t *testing.T) {
			d := newDesk(t, c.id, c.target)
			o, _ := d.view.Offer(c.id, c.target)
			if d.choose(c.id, c.target); len(o.Fields) == 0 {
				t.Fatal("nothing is asked for")
			}
			for i, f := range o.Fields {
				p, asked := d.pane.(*filling)
				if !asked || p.at != i || p.field().Name != f.Name {
					t.Fatalf("field %d is not %s:\n%s", i, f.Name, d.screen())
				}
				d.shows(f.Prompt + ":")
				if f.Name == "bip39" {
					return // 24 words of another place's screen
				}
				typed := d.right(p)
				d.types(typed)
				if shown := strings.Contains(d.screen(), typed); shown == (f.Kind == sitting.FieldSecret) {
					t.Errorf("%s: that it is seen while it is typed is %v", f.Name, shown)
				}
				d.press("enter")
			}
		})
	}
}
