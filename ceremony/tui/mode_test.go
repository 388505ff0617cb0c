package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A shown engine has one view, and does nothing but what do says.
type shown struct {
	view sitting.View
	do   func(context.Context, func(sitting.Progress)) error
}

func (e *shown) View() sitting.View { return e.view }

func (e *shown) Do(ctx context.Context, _ sitting.Act, say func(sitting.Progress)) error {
	return e.do(ctx, say)
}

func (e *shown) Check(sitting.Act, string) error { return nil }

// oneStep is a view with one act that asks for a PIN.
func oneStep(rehearsal bool) sitting.View {
	return sitting.View{
		What:  "sitting",
		Title: "Example packages", Rehearsal: rehearsal, Format: "tuf", Purpose: "rotate", Place: "vault", Now: noon(),
		Agenda:  []sitting.AgendaItem{{Step: "signatures", Title: "Signatures", Short: "Signatures", State: sitting.AgendaNow}},
		Heading: "Signature of amsterdam", Turn: sitting.Turn{Participant: "amsterdam", Serial: "21334982", PINLeft: 1},
		Acts: []sitting.Offer{{ID: sitting.ActSign, Target: "amsterdam", Label: "sign", Next: true, Fields: []sitting.Field{
			{Name: "pin", Kind: sitting.FieldSecret, Who: "amsterdam", Prompt: "PIN of amsterdam"},
		}}},
	}
}

// TestMode: rehearsal or production stands on every screen, whatever the names
// are, and production tells no PIN.
func TestMode(t *testing.T) {
	for _, c := range []struct {
		name, badge, other string
		rehearsal          bool
	}{
		{"production", " PRODUCTION ", " REHEARSAL ", false},
		{"rehearsal", " REHEARSAL ", " PRODUCTION ", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := oneStep(c.rehearsal)
			v.Place = strings.Repeat("a vault in a cellar ", 20)
			v.Title = strings.Repeat("packages ", 30)
			v.Heading = "Signature of " + strings.Repeat("a", 70)
			d := &desk{stage: newStage(t, &shown{view: v}, Options{Still: true})}
			check := func(says ...string) {
				t.Helper()
				d.columns()
				d.shows(says...)
				if s := d.screen(); !strings.HasPrefix(s, c.badge) || strings.Contains(s, c.other) {
					t.Errorf("the mode is not said:\n%s", s)
				}
			}
			check("step 1 of 1", "PIN: LAST TRY")
			d.press("enter")
			check("PIN of amsterdam")
			if strings.Contains(d.screen(), "a rehearsal: the PIN") {
				t.Error("a PIN is told that nobody gave")
			}
			d.press("ctrl+c")
			check("Leave the sitting?")
			d.press("esc")
			d.press("esc", "?")
			check("What this step is for")
		})
	}
}

// TestTouchOfRealToken: a token that is no rehearsal's feels its own touch, and
// no key is one. A clock that is set back makes the wait no longer.
func TestTouchOfRealToken(t *testing.T) {
	asked := make(chan struct{})
	touched := make(chan struct{})
	e := &shown{view: oneStep(false)}
	e.do = func(_ context.Context, say func(sitting.Progress)) error {
		say(sitting.Progress{Kind: sitting.Touch, Target: "amsterdam", Serial: "21334982", For: "the signature over version 2", Policy: "always", Number: 1, Of: 2, Timeout: 15 * time.Second})
		close(asked)
		<-touched
		say(sitting.Progress{Kind: sitting.Passed, Text: "one"})
		say(sitting.Progress{Kind: sitting.Passed, Text: "two"})
		return nil
	}
	s := newStage(t, e, Options{})
	for _, k := range []string{"enter", "1", "2", "3", "4", "5", "6", "enter"} {
		s.take(keyOf(k))
	}
	s.until("the touch", func() bool { p, on := s.pane.(*working); return on && p.touch != nil })
	<-asked
	d := &desk{stage: s}
	d.shows("TOUCH the token of amsterdam (1 of 2)", "15 s left", "Touch the metal contact when it blinks.")
	s.take(keyOf("space"))
	e.view.Now = noon().Add(-time.Hour)
	s.view.Now = e.view.Now
	d.shows("15 s left", "TOUCH")
	s.view.Now = noon().Add(6 * time.Second)
	d.shows("9 s left")
	s.view.Now = noon().Add(time.Hour)
	d.shows("0 s left")
	close(touched)
	s.until("what came of it", func() bool { _, came := s.pane.(*outcome); return came })
	if text := d.screen(); strings.Contains(text, "TOUCH") {
		t.Errorf("the touch is still asked for:\n%s", text)
	}
}

// TestTypedAhead: what is typed before a question is there loses nothing of a
// PIN and answers no question that nobody could read.
func TestTypedAhead(t *testing.T) {
	v := oneStep(false)
	v.Acts[0].Fields = append([]sitting.Field{{Name: "reason", Kind: sitting.FieldText, Prompt: "Why"}}, v.Acts[0].Fields...)
	v.Acts = append(v.Acts, sitting.Offer{ID: sitting.ActPutAway, Label: "put it away"})
	s := newStage(t, &shown{view: v}, Options{Still: true})
	for _, k := range []string{"enter", "n", "o", "enter", "2", "7", "1"} {
		s.Update(keyOf(k)) // nothing that comes back is taken in between
	}
	if p, asked := s.pane.(*filling); !asked || p.field().Name != "pin" || string(p.input.typed) != "271" {
		t.Fatalf("the PIN has lost its beginning:\n%s", s.draw())
	}
	s.still = time.Hour // the question is never there long enough
	for _, k := range []string{"esc", "2", "enter", "y"} {
		s.Update(keyOf(k))
	}
	if _, on := s.pane.(*confirming); !on || strings.Contains(s.draw(), "Press y") {
		t.Fatalf("a y before the question counted:\n%s", s.draw())
	}
	s.Update(stoodMsg{s.standing})
	if !strings.Contains(s.draw(), "Press y") {
		t.Fatalf("the question is not asked:\n%s", s.draw())
	}
}
