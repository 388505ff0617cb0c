package tui

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// A hurry is the clock of tokens that, while it is on, wait for no touch.
type hurry struct{ on atomic.Bool }

func (h *hurry) Now() time.Time { return noon() }

func (h *hurry) After(d time.Duration) <-chan time.Time {
	if !h.on.Load() {
		return time.After(d)
	}
	over := make(chan time.Time, 1)
	over <- noon()
	return over
}

// tokens are those that lie in the folder now.
func (h *hurry) tokens(dir string) func(context.Context) ([]token.Token, error) {
	return func(context.Context) ([]token.Token, error) {
		list, err := rehearsal.List(dir, rehearsal.Options{Clock: h})
		if err != nil {
			return nil, err
		}
		out := make([]token.Token, len(list))
		for i, t := range list {
			out[i] = t
		}
		return out, nil
	}
}

// A refusalCase is what goes wrong, what the screen then says, and how it is put
// right.
type refusalCase struct {
	name  string
	wrong func(*desk, *hurry)
	says  []string
	right func(*desk, *hurry)
	back  string // the heading that Enter leads to, if not that of the turn
	next  string // who signs then, if not amsterdam
}

func wrongPIN(times int) func(*desk, *hurry) {
	return func(d *desk, _ *hurry) {
		for range times {
			if _, seen := d.pane.(*outcome); seen {
				d.press("enter")
			}
			d.do(sitting.ActSign, "amsterdam", map[string]string{"pin": "00000000"})
		}
	}
}

// notThere takes up a token that is not there.
func notThere(pulled string) func(*desk, *hurry) {
	return func(d *desk, _ *hurry) {
		d.do(sitting.ActPutAway, "", nil)
		pull(d, pulled)
		d.do(sitting.ActToken, "amsterdam", nil)
	}
}

// tokenFiles are those of the named holder; all if it is "*".
func tokenFiles(d *desk, name string) []string {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.r.Dir, "tokens", name+".token.json*"))
	if err != nil || len(files) == 0 {
		d.t.Fatalf("no token of %s: %v", name, err)
	}
	return files
}

// pull takes tokens out of their readers, and push puts them back.
func pull(d *desk, name string) { move(d, name, "", ".away") }
func push(d *desk, name string) { move(d, name, ".away", "") }

func move(d *desk, name, from, to string) {
	d.t.Helper()
	for _, f := range tokenFiles(d, name) {
		if bare := strings.TrimSuffix(f, ".away"); f == bare+from {
			if err := os.Rename(f, bare+to); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

func refusals() []refusalCase {
	nothing := func(*desk, *hurry) {}
	return []refusalCase{
		{
			name: "wrong PIN", wrong: wrongPIN(1), right: nothing,
			says: []string{"WRONG PIN", "wrong pin: 2 tries left", "What to do: look the PIN up, then sign again"},
		},
		{
			name: "last try", wrong: wrongPIN(2), right: nothing,
			says: []string{"WRONG PIN, ONE TRY LEFT", "What to do: stop and look the PIN up; another wrong one blocks the token"},
		},
		{
			name: "PIN blocked", wrong: wrongPIN(3), next: "boston", back: "Blocked token of amsterdam",
			says: []string{"PIN BLOCKED", "What to do: unblock it with the PUK; or put it away, go on without it if the quorum allows, and record an exception"},
			right: func(d *desk, _ *hurry) {
				if _, offered := d.view.Offer(sitting.ActSign, "amsterdam"); offered {
					d.t.Error("a blocked token is asked to sign")
				}
				d.shows("PIN BLOCKED")
				d.do(sitting.ActPutAway, "", nil)
				d.shows("cannot sign: amsterdam")
			},
		},
		{
			name: "wrong token", back: "Signatures",
			wrong: notThere("amsterdam"),
			says:  []string{"WRONG TOKEN", "the token of amsterdam, serial number 90000001, is not there", "What to do: insert the token of amsterdam and take it up again"},
			right: func(d *desk, _ *hurry) { push(d, "amsterdam") },
		},
		{
			name: "no token", back: "Signatures",
			wrong: notThere("*"),
			says:  []string{"TOKEN REMOVED", "no token is there", "What to do: insert the token of amsterdam and take it up again"},
			right: func(d *desk, _ *hurry) { push(d, "*") },
		},
		{
			name: "token pulled", back: "Signatures",
			wrong: func(d *desk, _ *hurry) { pull(d, "amsterdam"); d.do(sitting.ActSign, "amsterdam", nil) },
			says:  []string{"TOKEN REMOVED", "What to do: insert the token of amsterdam and take it up again"},
			right: func(d *desk, _ *hurry) { push(d, "amsterdam") },
		},
		{
			name: "no touch",
			wrong: func(d *desk, h *hurry) {
				h.on.Store(true)
				d.choose(sitting.ActSign, "amsterdam")
				d.fill(nil)
				d.until("the end of the wait", func() bool { _, over := d.pane.(*outcome); return over })
			},
			says:  []string{"NO TOUCH", "What to do: sign again, and touch the token when it is asked for"},
			right: func(_ *desk, h *hurry) { h.on.Store(false) },
		},
		{
			name: "given up", right: nothing,
			wrong: func(d *desk, _ *hurry) {
				d.choose(sitting.ActSign, "amsterdam")
				d.fill(nil)
				d.shows("TOUCH the token of amsterdam (1 of 2)", "within 15 seconds", "esc give up")
				d.press("esc")
				d.until("the end of the act", func() bool { _, over := d.pane.(*outcome); return over })
			},
			says: []string{"NOT DONE", "given up", "What to do: sign again when you are ready"},
		},
	}
}

// TestRefusals: whatever goes wrong has a headline, says what to do, has
// recorded nothing, and Enter leads back to where it is done right.
func TestRefusals(t *testing.T) {
	for _, c := range refusals() {
		t.Run(c.name, func(t *testing.T) {
			h := new(hurry)
			d := newDesk(t, sitting.ActSign, "amsterdam", func(cfg *sitting.Config) {
				cfg.Tokens = h.tokens(filepath.Join(filepath.Dir(cfg.Dir), "tokens"))
			})
			before := d.journal()
			c.wrong(d, h)
			if _, told := d.pane.(*outcome); !told {
				t.Fatalf("it is not told:\n%s", d.screen())
			}
			d.shows(append(c.says, "Enter goes back")...)
			if d.journal() != before {
				t.Error("something was recorded")
			}
			d.press("enter")
			if _, back := d.pane.(*choosing); !back || d.view.Heading != cmp.Or(c.back, "Signature of amsterdam") {
				t.Errorf("Enter leads to %q:\n%s", d.view.Heading, d.screen())
			}
			c.right(d, h)
			who := cmp.Or(c.next, "amsterdam")
			if _, offered := d.view.Offer(sitting.ActSign, who); !offered {
				d.do(sitting.ActToken, who, nil)
			}
			d.do(sitting.ActSign, who, nil)
			d.shows("the signature of "+who+" is recorded", "Done.")
		})
	}
}

// TestLastTryIsThoughtOver: before a PIN whose next mistake blocks the token a
// sentence is typed, and only that sentence does.
func TestLastTryIsThoughtOver(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	wrongPIN(2)(d, nil)
	d.press("enter")
	d.shows("PIN: LAST TRY")
	d.choose(sitting.ActSign, "amsterdam")
	d.fill(map[string]string{"last-try": "first try"})
	d.shows("the phrase was not typed as it is: last try")
	p, asked := d.pane.(*filling)
	if !asked || p.field().Kind == sitting.FieldSecret {
		t.Fatalf("the PIN is asked for:\n%s", d.screen())
	}
	if left := d.sits.View().Turn.PINLeft; left != 1 {
		t.Errorf("%d tries are left", left)
	}
}

// TestWrongWords: they are told before the PIN is asked for, whoever types
// them, and then others are asked for.
func TestWrongWords(t *testing.T) {
	for _, c := range []struct{ name, field, says string }{
		{"keyholder", "words", "your words are not those on the screen"},
		{"witness", "witness", "the witness's words are not those on the screen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, sitting.ActSign, "amsterdam")
			d.choose(sitting.ActSign, "amsterdam")
			p, asked := d.pane.(*filling)
			if !asked {
				t.Fatal("no words are asked for")
			}
			before := p.offer.Fields
			d.fill(map[string]string{c.field: "aardvark aardvark aardvark"})
			d.shows(c.says, "other ones are asked for now")
			if p.field().Name != "words" || p.offer.Fields[0].Positions == before[0].Positions && p.offer.Fields[1].Positions == before[1].Positions {
				t.Errorf("the same words are asked for again: %+v", p.offer.Fields[:2])
			}
			if d.engine.count(sitting.ActSign) > 0 {
				t.Error("signing was begun")
			}
			d.fill(nil)
			d.touch()
			d.touch()
			d.shows("the signature of amsterdam is recorded")
		})
	}
}
