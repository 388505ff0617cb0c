package tui

import (
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// played is a desk at which a driver plays the first sitting.
func played(t *testing.T) *desk {
	t.Helper()
	r := folder(t, plan.TUF)
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	e := &watched{Engine: s}
	d := &desk{r: r, sits: s, engine: e, pins: r.Cast(rehearse.Genesis).PINs}
	d.stage = newStage(t, e, Options{Actor: people.New(people.Cast{PINs: d.pins}), Still: true, PINs: d.pins})
	d.run(d.play())
	return d
}

// TestTakeOver: any key ends the play, and does nothing else; who took over
// goes on by hand to the end, with nothing but what the screen tells.
func TestTakeOver(t *testing.T) {
	for _, c := range []struct{ name, key string }{
		{"choosing", "enter"}, {"confirming", "y"}, {"filling", "enter"}, {"filling", "x"}, {"touch", "space"}, {"outcome", "enter"},
	} {
		t.Run(c.name+" "+c.key, func(t *testing.T) {
			d := played(t)
			d.until(c.name, func() bool {
				switch p := d.pane.(type) {
				case *choosing:
					return c.name == "choosing"
				case *confirming:
					return c.name == "confirming"
				case *filling:
					return c.name == "filling" && len(p.input.typed) > 3
				case *working:
					return c.name == "touch" && p.touch != nil
				case *outcome:
					return c.name == "outcome"
				}
				return false
			})
			on, begun := d.pane, d.engine.count()
			d.press(c.key)
			d.shows("You have taken over: from here on you do it. ? explains.")
			if _, was := on.(*filling); was {
				if _, back := d.pane.(*choosing); !back {
					t.Errorf("what was half typed stays:\n%s", d.screen())
				}
			} else if d.pane != on {
				t.Errorf("the key itself did something:\n%s", d.screen())
			}
			if d.engine.count() != begun || d.hand != nil {
				t.Error("the play goes on")
			}
			d.byHand()
		})
	}
}

// byHand goes on to the end of the sitting by hand.
func (d *desk) byHand() {
	d.t.Helper()
	p := people.New(people.Cast{PINs: d.opt.PINs})
	for acts := 0; acts < 200; acts++ {
		switch on := d.pane.(type) {
		case *working:
			d.touch()
		case *outcome:
			d.press("enter")
		case *confirming:
			d.press("esc")
		case *ended:
			if d.press("enter"); !d.quit || d.fault != nil {
				d.t.Errorf("quit is %v, with %v", d.quit, d.fault)
			}
			return
		case *choosing:
			a, known := p.Answer(d.view)
			if !known {
				d.t.Fatalf("nobody knows how to go on:\n%s", d.screen())
			}
			d.do(a.ID, a.Target, nil)
		default:
			d.t.Fatalf("%T is on:\n%s", on, d.screen())
		}
	}
	d.t.Fatalf("it does not come to an end:\n%s", d.screen())
}

// TestHelpPausesPlay: who reads the help has not taken over.
func TestHelpPausesPlay(t *testing.T) {
	d := played(t)
	d.until("the second step", func() bool { return d.step() == 2 })
	d.take(keyOf("?"))
	d.until("the pause", func() bool { return d.busy == 0 })
	begun := d.engine.count()
	d.shows("What this step is for")
	d.press("pgdown", "pgup")
	if d.hand == nil || d.engine.count() != begun {
		t.Fatal("the play has ended, or goes on")
	}
	d.take(keyOf("esc"))
	d.until("the end", func() bool { return d.quit })
	if d.fault != nil || !d.sits.View().Done {
		t.Errorf("it ended with %v", d.fault)
	}
	if d.engine.count(sitting.ActHandOver) != 1 {
		t.Error("the sitting was not handed over")
	}
}
