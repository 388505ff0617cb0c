package sitting

import (
	"context"

	"github.com/rootmoot/rootmoot/ceremony"
)

// stepOpen: the plan, and who is there.
type stepOpen struct{}

func (stepOpen) title() string { return "Open: the plan, and who is here" }

func (stepOpen) short() string { return "Open" }

func (stepOpen) show(s *Sitting, v *View) {
	p := s.state.Plan
	rows := [][2]string{
		{"plan", safe("%s", p.Name)},
		{"purpose", string(p.Purpose) + ", " + string(p.Mode)},
		{"format", string(p.Format)},
		{"continues", "nothing: this is a genesis"},
		{"deadline", string(p.Deadline)},
		{"attempt", s.state.Attempt.String()[:16]},
	}
	if c := p.Continues; c != nil {
		rows[3][1] = safe("version %d, %s", c.Version, c.Digest)
	}
	text := "Read the plan once more. Everybody who takes part signs in; then the sitting begins."
	if s.state.Elsewhere() {
		text = "This is your own place. You were asked for one thing; what comes of it goes back in a file. The quorums are shown as far as they are known here."
		rows = append([][2]string{{"asked", safe("%s, for their %s, by %s", s.state.For, s.state.Asks, s.from())}}, rows...)
	}
	v.Body = []Block{
		{Text: []string{text}, Rows: rows},
		{Title: "Participants", Lines: s.people()},
	}
	v.Body = append(v.Body, s.abandonedBlocks()...)
	v.Acts = s.arrivals()
	switch {
	case !s.participantHere():
	case s.lacksWitness():
		v.Body = append(v.Body, Block{Text: []string{"The plan wants a witness. Without one the sitting begins only after that is recorded as an exception."}})
		v.Acts = append(v.Acts, s.withoutWitness())
	default:
		v.Acts = append(v.Acts, Offer{ID: ActContinue, Next: true, Label: "everybody who is coming is here: go on", Verb: "go on"})
	}
}

// from is the place that asks.
func (s *Sitting) from() string {
	if s.asks == nil {
		return "another place"
	}
	return s.asks.From
}

func (stepOpen) do(_ context.Context, s *Sitting, a Act, _ func(Progress)) error {
	return s.confirm(ceremony.StepOpen, a, "")
}
