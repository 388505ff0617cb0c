package ceremony_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func TestExceptions(t *testing.T) {
	s := signed(t)
	one := ceremony.Exception{Step: ceremony.StepRoom, Subject: "swap", Expected: "off", Happened: "on"}
	two := one
	two.Nonce = 1
	s.record(one, two, one)
	if s.Exceptions() != 2 || len(s.OpenExceptions()) != 2 || !s.ExceptionFor("swap") || s.ExceptionFor("dakar") {
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
