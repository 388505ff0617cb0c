package tui

import (
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// TestInterrupt: Control-C asks at every pane. Esc goes back to exactly what was
// there, y leaves, and so does a second Control-C.
func TestInterrupt(t *testing.T) {
	for _, pane := range panes() {
		if pane.name == "leaving" {
			continue
		}
		t.Run(pane.name, func(t *testing.T) {
			d := atPane(t, pane)
			if _, asked := d.pane.(*filling); asked {
				d.types("half an ans")
				d.press("left", "left")
			}
			if _, helping := d.over.(help); helping {
				d.press("esc") // Control-C takes the help's place
			}
			d.press("pgdown")
			before, on, begun := d.screen(), d.pane, d.engine.count()
			for _, key := range []string{"enter", "n", "q", "space", "?", "1"} {
				d.press("ctrl+c")
				d.shows("Leave the sitting?", "Press y to leave, esc to stay.")
				d.press(key)
				d.shows("Leave the sitting?")
				d.press("esc")
				if d.screen() != before || d.pane != on {
					t.Fatalf("after %s and esc there is not what was there before:\n%s\nbut:\n%s", key, before, d.screen())
				}
			}
			if d.engine.count() != begun || d.quit {
				t.Errorf("something was done: %v", d.engine.begun)
			}
			second := "y"
			if pane.name == "pin" || pane.name == "choosing" || pane.name == "touch" {
				second = "ctrl+c"
			}
			d.press("ctrl+c", second)
			d.until("the end", func() bool { return d.quit })
			if d.fault != ErrInterrupt {
				t.Errorf("it ended with %v", d.fault)
			}
		})
	}
}

// TestInterruptOverHelp: the question covers the help, and is answered first.
func TestInterruptOverHelp(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	d.press("?", "ctrl+c")
	d.shows("Leave the sitting?")
	d.press("y")
	if !d.quit || d.fault != ErrInterrupt {
		t.Errorf("quit is %v, with %v", d.quit, d.fault)
	}
}

// TestLeave: q asks, too, and leaves with another word.
func TestLeave(t *testing.T) {
	for _, key := range []string{"q", "Q"} {
		d := newDesk(t, sitting.ActSign, "amsterdam")
		d.press(key)
		d.shows("Leave the sitting?")
		d.press("enter")
		d.press("esc")
		if _, back := d.pane.(*choosing); !back || d.over != nil || d.quit {
			t.Fatalf("esc does not go back:\n%s", d.screen())
		}
		if d.press(key, "y"); !d.quit || d.fault != ErrLeave {
			t.Errorf("quit is %v, with %v", d.quit, d.fault)
		}
	}
}

// TestLeaveAtTouch: an act that waits for a touch ends before the guide does,
// and what was signed before stays.
func TestLeaveAtTouch(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	d.choose(sitting.ActSign, "amsterdam")
	d.fill(nil)
	d.touch()
	d.shows("TOUCH the token of amsterdam (2 of 2)")
	d.take(keyOf("ctrl+c"))
	d.take(keyOf("y"))
	if d.quit {
		t.Error("it does not wait for the act")
	}
	d.shows("It ends in a moment, and nothing is lost.")
	d.until("the end", func() bool { return d.quit })
	d.acts.wait()
	if have := d.sits.View().Meters[0].Have; have != 1 || d.fault != ErrInterrupt {
		t.Errorf("%d signatures, ended with %v", have, d.fault)
	}
}

// TestPINIsForgotten: whoever leaves or goes back while a PIN is typed leaves
// nothing of it behind.
func TestPINIsForgotten(t *testing.T) {
	for _, keys := range [][]string{{"esc"}, {"ctrl+c", "y"}} {
		d := newDesk(t, sitting.ActSign, "amsterdam")
		for _, p := range panes() {
			if p.name == "pin" {
				p.do(d)
			}
		}
		p, asked := d.pane.(*filling)
		if !asked {
			t.Fatal("no PIN is asked for")
		}
		d.types("271801")
		kept := p.input.typed[:cap(p.input.typed)]
		d.press(keys...)
		for _, b := range kept {
			if b != 0 {
				t.Fatalf("after %v %q is still there", keys, kept[:6])
			}
		}
	}
}

// TestPlayedLeave: who is played until a step leaves there as people do, by q
// and y, and what was done until then is kept.
func TestPlayedLeave(t *testing.T) {
	r := folder(t, plan.Conda)
	cast := r.Cast(rehearse.Genesis)
	cast.Until = "freeze"
	e := open(t, r, rehearse.Genesis, verify.Trusted{})
	s := newStage(t, e, Options{Actor: people.New(cast)})
	s.run(s.Init())
	asked := false
	s.until("the end", func() bool {
		asked = asked || s.asked()
		return s.quit
	})
	if s.fault != ErrLeave || !asked {
		t.Errorf("it ended with %v, asked %v", s.fault, asked)
	}
	if v := e.View(); v.Done || v.Heading != "Freeze: read the plan's digest back" {
		t.Errorf("it was left at %q", v.Heading)
	}
}
