package sitting

import (
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
)

// exceptionOffers are there at every step: a deviation is recorded when it
// happens, and no sitting is sealed with one open.
func (s *Sitting) exceptionOffers() []Offer {
	offers := []Offer{{
		ID: ActException, Label: "record an exception: something did not go as planned",
		Fields: []Field{
			{Name: "expected", Kind: FieldText, Prompt: "What should have happened"},
			{Name: "happened", Kind: FieldText, Prompt: "What happened"},
		},
	}}
	current, _ := s.state.Current()
	for _, e := range s.state.OpenExceptions() {
		offers = append(offers, Offer{
			Next: current == ceremony.StepSeal, // nothing is sealed before
			ID:   ActClose, Target: e.ID.String(), Label: safe("close exception %s: %s", e.ID.String()[:8], e.Happened),
			Fields: []Field{
				{Name: "decision", Kind: FieldText, Prompt: "What was decided"},
				{Name: "by", Kind: FieldText, Prompt: "Who decided"},
			},
		})
	}
	return offers
}

// aboutWitness is the subject of the exception that no witness is here.
const aboutWitness = "witness"

// lacksWitness reports whether the plan requires a witness, none is here, and
// that was not recorded either. An exception about anything else does not stand
// in for it, whatever its text says.
func (s *Sitting) lacksWitness() bool {
	return s.wantsWitness() && s.witness() == "" && !slices.ContainsFunc(s.got.Facts, func(f ceremony.Fact) bool {
		e, ok := f.Body.(ceremony.Exception)
		return ok && e.Subject == aboutWitness
	})
}

// withoutWitness is the act that records it.
func (s *Sitting) withoutWitness() Offer {
	return Offer{
		ID: ActException, Target: aboutWitness, Label: "go on without a witness: an exception is recorded",
		Fields: []Field{{Name: "why", Kind: FieldText, Prompt: "Why no witness is here"}},
	}
}

func (s *Sitting) deviate(a Act) error {
	current, _ := s.state.Current()
	if a.Target == aboutWitness {
		return s.record(ceremony.Fact{Body: ceremony.Exception{
			Step: current, Subject: aboutWitness, Expected: "a witness, as the plan requires",
			Happened: "no witness is here: " + strings.TrimSpace(a.Fields["why"]), Nonce: s.state.Exceptions(), Place: s.state.Place,
		}})
	}
	return s.record(ceremony.Fact{Body: ceremony.Exception{
		Step:     current,
		Expected: strings.TrimSpace(a.Fields["expected"]), Happened: strings.TrimSpace(a.Fields["happened"]),
		Nonce: s.state.Exceptions(), Place: s.state.Place,
	}})
}

func (s *Sitting) closeException(a Act) error {
	for _, e := range s.state.OpenExceptions() {
		if e.ID.String() == a.Target {
			return s.record(ceremony.Fact{Body: ceremony.Closed{
				Exception: e.ID, Decision: strings.TrimSpace(a.Fields["decision"]), By: strings.TrimSpace(a.Fields["by"]),
			}})
		}
	}
	return refuse("look at what is offered now", "there is no such open exception")
}
