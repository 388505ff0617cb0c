package sitting

import (
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
)

// arrivals are offered to whoever is not here yet: at the beginning, and at
// each step in which somebody's token is used.
func (s *Sitting) arrivals() []Offer {
	var out []Offer
	offer := func(name, label string) {
		if !s.isPresent(name) {
			out = append(out, Offer{ID: ActSignIn, Target: name, Label: label, Fields: []Field{
				{Name: "note", Kind: FieldText, Prompt: "Remark on who came, or nothing", Optional: true},
			}})
		}
	}
	for _, name := range sortedKeys(s.state.Plan.Participants) {
		offer(name, "sign in "+name)
	}
	for _, name := range sortedKeys(s.state.Plan.Witnesses) {
		offer(name, "sign in "+name+" (witness)")
	}
	return out
}

func (s *Sitting) signIn(a Act) error {
	return s.record(ceremony.Fact{Body: ceremony.Present{Name: a.Target, Note: strings.TrimSpace(a.Fields["note"])}})
}

func (s *Sitting) wantsWitness() bool {
	return s.state.Plan.Policy.InForce().Witness == plan.Required
}

// witness is the first witness who is here, or "".
func (s *Sitting) witness() string {
	for _, name := range sortedKeys(s.state.Plan.Witnesses) {
		if s.isPresent(name) {
			return name
		}
	}
	return ""
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
	for _, name := range sortedKeys(s.state.Plan.Witnesses) {
		line := "        " + name
		if s.isPresent(name) {
			line = "here    " + name
		}
		out = append(out, safe("%s, witness", line))
	}
	return out
}

// participantHere reports whether anybody is here who has a part in the plan
// other than watching.
func (s *Sitting) participantHere() bool {
	for name := range s.state.Plan.Participants {
		if s.isPresent(name) {
			return true
		}
	}
	return false
}

func (s *Sitting) isPresent(name string) bool {
	for _, p := range s.state.Presence {
		if p.Name == name {
			return true
		}
	}
	return false
}
