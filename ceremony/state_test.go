package ceremony_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/root"
)

func TestExceptions(t *testing.T) {
	s := signed(t)
	one := ceremony.Exception{Step: ceremony.StepRoom, Subject: "swap", Expected: "off", Happened: "on"}
	two := one
	two.Nonce = 1
	s.record(one, two, one)
	if s.Exceptions() != 2 || len(s.OpenExceptions()) != 2 || !s.ExceptionFor("swap", "on") || s.ExceptionFor("swap", "on again") || s.ExceptionFor("dakar", "on") {
		t.Errorf("%d exceptions, %d of them open", s.Exceptions(), len(s.OpenExceptions()))
	}
	s.record(ceremony.Closed{Exception: ceremony.Fact{Body: two}.ID(), Decision: "switched off", By: "desk"})
	open := s.OpenExceptions()
	if len(open) != 1 || open[0].ID != (ceremony.Fact{Body: one}).ID() || s.Exceptions() != 2 {
		t.Errorf("open: %+v", open)
	}
}

// Who looks again has the new look count, also if the clock was set back in
// between, and whatever the ids are.
func TestLookAgain(t *testing.T) {
	looks := []ceremony.Room{
		{Local: "2031-01-01T00:00:00Z", Outside: "2026-12-01 12:00"},
		{Look: 1, Local: "2026-12-01T12:01:00Z", Outside: "2026-12-01 12:01"},
		{Look: 1, Local: "2026-12-01T12:02:00Z", Outside: "2026-12-01 12:02"},
		{Look: 2, Local: "2026-12-01T11:59:00Z", Outside: "2026-12-01 12:03"},
	}
	s := genesis(t, plan.TUF, plan.P256, people(t, pivcard.P256, nil))
	if s.NextLook() != 0 {
		t.Errorf("the first look is number %d", s.NextLook())
	}
	for _, r := range looks {
		s.record(r)
		if diff := cmp.Diff(&r, s.Room); diff != "" || s.NextLook() != r.Look+1 {
			t.Errorf("next look %d, %s", s.NextLook(), diff)
		}
	}
}

// What is recorded after the last seal does not pass for sealed: the step is
// open again until somebody seals it too.
func TestSealCoversExceptions(t *testing.T) {
	s := signed(t)
	s.end("boston")
	if _, more := s.Current(); more {
		t.Fatal("the sitting is not over")
	}
	late := ceremony.Exception{Step: ceremony.StepHandOver, Expected: "a sealed bag", Happened: "the seal was broken"}
	s.record(late)
	s.record(ceremony.Closed{Exception: ceremony.Fact{Body: late}.ID(), Decision: "another bag", By: "desk"})
	if step, _ := s.Current(); step != ceremony.StepSeal || len(s.Sealed()) != 0 {
		t.Errorf("stands at %q with %d seals that cover everything", step, len(s.Sealed()))
	}
	s.record(s.word(s.people["boston"]))
	s.record(s.seal(s.people["boston"]))
	s.confirm(ceremony.StepSeal)
	if step, _ := s.Current(); step != ceremony.StepHandOver {
		t.Errorf("stands at %q: what is handed over holds the exception now", step)
	}
	s.confirm(ceremony.StepHandOver)
	if _, more := s.Current(); more || len(s.Seals) != 2 || len(s.Sealed()) != 1 {
		t.Errorf("over: %v, %d seals, %d cover everything", !more, len(s.Seals), len(s.Sealed()))
	}
}

// Another place's journal adds contributions, not confirmations: each place
// looks at its own screens. One of another attempt adds nothing.
func TestOtherPlaces(t *testing.T) {
	s := signed(t)
	var mine []ceremony.Fact
	for _, f := range s.facts {
		switch b := f.Body.(type) {
		case ceremony.Opened, ceremony.Room:
			mine = append(mine, f)
		case ceremony.Confirmed:
			if b.Step == ceremony.StepOpen {
				mine = append(mine, f)
			}
		}
	}
	got, err := ceremony.Fold(s.grounds, mine, s.facts)
	if err != nil {
		t.Fatal(err)
	}
	if step, _ := got.Current(); step != ceremony.StepRoom || !got.QuorumsMet() || len(got.NotTaken) != 0 {
		t.Errorf("stands at %q, quorums met %v, not taken %v", step, got.QuorumsMet(), got.NotTaken)
	}
	for i, f := range s.facts {
		if o, ok := f.Body.(ceremony.Opened); ok {
			o.Attempt = digest(0x77)
			foreign := append(append([]ceremony.Fact{}, s.facts[:i]...), ceremony.Fact{Body: o})
			foreign = append(foreign, s.facts[i+1:]...)
			if got, err = ceremony.Fold(s.grounds, mine, foreign); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got.QuorumsMet() || len(got.Enrolments) != 0 || len(got.NotTaken) != 1 {
		t.Errorf("a journal of another attempt counts: quorums met %v, not taken %v", got.QuorumsMet(), got.NotTaken)
	}
}

// The signature of a seal is over a head alone. Its owner cannot move it behind
// a word, or an exception, that stands in the journal after that head.
func TestSealCannotBeMoved(t *testing.T) {
	s := signed(t)
	s.confirm(ceremony.StepSignatures)
	s.confirm(ceremony.StepCheck)
	order := &ceremony.Order{}
	for i, f := range s.facts {
		order.Add(root.DigestOf(fmt.Append(nil, i+1)), f)
	}
	s.grounds.Order = order
	boston := s.people["boston"]
	add := func(b ceremony.Body) {
		s.record(b)
		order.Add(s.head(), ceremony.Fact{Body: b})
		s.record()
	}
	no := ceremony.Word{Participant: "boston", Text: "I do not agree"}
	add(no)
	honest := s.seal(boston)
	honest.Word = ceremony.Fact{Body: no}.ID()
	add(honest)
	if len(s.Sealed()) != 1 {
		t.Fatal("a seal over its own word does not count")
	}
	add(s.word(boston)) // written by whoever holds the file
	moved := honest
	moved.Word = ceremony.Fact{Body: s.word(boston)}.ID()
	add(moved)
	if got := s.Sealed(); len(got) != 1 || got[0].Word != honest.Word {
		t.Errorf("a seal moved behind a later word counts: %d of %d", len(got), len(s.Seals))
	}
	add(ceremony.Exception{Step: ceremony.StepSeal, Expected: "one token", Happened: "it was stolen"})
	late := s.word(boston)
	add(late)
	moved.Word = ceremony.Fact{Body: late}.ID()
	add(moved)
	if got := s.Sealed(); len(got) != 0 {
		t.Errorf("a seal moved behind a later exception counts")
	}
}

// A refusal that its key has not stated is claimed by whoever wrote it.
func TestRefusalByAnybody(t *testing.T) {
	s := signed(t)
	chennai := s.people["chennai"]
	c := s.refusal(chennai, "I was told that the expiry is wrong")
	s.record(c)
	if _, claimed := s.Claimed["chennai"]; !claimed || len(s.Refusals) != 0 || len(s.NotTaken) != 0 {
		t.Errorf("refusals %v, claimed %v, not taken %v", s.Refusals, s.Claimed, s.NotTaken)
	}
	s.record(s.stated(chennai, c))
	if len(s.Refusals) != 1 || len(s.NotTaken) != 0 {
		t.Errorf("stated: refusals %v, not taken %v", s.Refusals, s.NotTaken)
	}
}
