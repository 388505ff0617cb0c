package sitting

import (
	"context"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
)

// stepOpen: the plan, and who is there.
type stepOpen struct{}

func (stepOpen) title() string { return "Open: the plan, and who is here" }

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
	v.Body = []Block{
		{Text: []string{"Read the plan once more. Everybody who takes part signs in; then the sitting begins."}, Rows: rows},
		{Title: "Participants", Lines: s.people()},
	}
	for _, name := range sortedKeys(p.Participants) {
		s.offerSignIn(v, name, "sign in "+name)
	}
	for _, name := range sortedKeys(p.Witnesses) {
		s.offerSignIn(v, name, "sign in "+name+" (witness)")
	}
	if len(s.state.Presence) > 0 {
		v.Acts = append(v.Acts, Offer{ID: ActContinue, Next: true, Label: "everybody who is coming is here: go on"})
	}
}

func (s *Sitting) offerSignIn(v *View, name, label string) {
	if s.isPresent(name) {
		return
	}
	v.Acts = append(v.Acts, Offer{ID: ActSignIn, Target: name, Label: label, Fields: []Field{
		{Name: "note", Kind: FieldText, Prompt: "Remark on who came, or nothing", Optional: true},
	}})
}

func (s *Sitting) people() []string {
	var out []string
	for _, name := range sortedKeys(s.state.Plan.Participants) {
		p := s.state.Plan.Participants[name]
		line := "        " + name
		if s.isPresent(name) {
			line = "here    " + name
		}
		for _, part := range []string{p.Organisation, p.Location} {
			if part != "" {
				line += ", " + part
			}
		}
		if p.Token != nil {
			line += ", token " + string(p.Token.Serial)
		}
		out = append(out, safe("%s", line))
	}
	return out
}

func (s *Sitting) isPresent(name string) bool {
	for _, p := range s.state.Presence {
		if p.Name == name {
			return true
		}
	}
	return false
}

func (stepOpen) do(_ context.Context, s *Sitting, a Act, _ func(Progress)) error {
	if a.ID == ActSignIn {
		return s.record(ceremony.Fact{Body: ceremony.Present{Name: a.Target, Note: strings.TrimSpace(a.Fields["note"])}})
	}
	return s.confirm(ceremony.StepOpen, "")
}
