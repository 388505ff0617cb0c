package sitting

import (
	"slices"
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
				{Name: "person", Kind: FieldText, Prompt: "Who that is, for the record, or nothing", Optional: true},
			}})
		}
	}
	for _, name := range s.here() {
		offer(name, "sign in "+name)
	}
	for _, name := range sortedKeys(s.state.Plan.Witnesses) {
		offer(name, "sign in "+name+" (witness)")
	}
	return out
}

// signIn records who is here. Nobody plays two parts that check each other: a
// witness is somebody else than those whom they watch.
func (s *Sitting) signIn(a Act) error {
	p := ceremony.Present{Name: a.Target, Person: strings.Join(strings.Fields(a.Fields["person"]), " ")}
	_, watches := s.state.Plan.Witnesses[p.Name]
	for _, other := range s.state.Presence {
		_, watched := s.state.Plan.Participants[other.Name]
		if p.Person != "" && strings.EqualFold(p.Person, other.Person) && watches == watched {
			return refuse("have somebody else be the witness", "%s", safe("%s is here as %s already, and a witness checks what participants do", p.Person, other.Name))
		}
	}
	return s.record(ceremony.Fact{Body: p})
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

// here are the participants who may come to this place: everybody where the
// sitting is led, and the one who was asked at their own.
func (s *Sitting) here() []string {
	if s.state.Elsewhere() {
		return []string{s.state.For}
	}
	return sortedKeys(s.state.Plan.Participants)
}

// signersHere are those of them whose key counts for some quorum.
func (s *Sitting) signersHere() []string {
	return slices.DeleteFunc(s.state.Signers(), func(name string) bool { return !slices.Contains(s.here(), name) })
}

// participantHere reports whether anybody is here who has a part in the plan
// other than watching.
func (s *Sitting) participantHere() bool {
	return slices.ContainsFunc(s.here(), s.isPresent)
}

func (s *Sitting) isPresent(name string) bool {
	for _, p := range s.state.Presence {
		if p.Name == name {
			return true
		}
	}
	return false
}
