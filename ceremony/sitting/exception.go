package sitting

import (
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

func (s *Sitting) deviate(a Act) error {
	current, _ := s.state.Current()
	return s.record(ceremony.Fact{Body: ceremony.Exception{
		Step:     current,
		Expected: strings.TrimSpace(a.Fields["expected"]), Happened: strings.TrimSpace(a.Fields["happened"]),
		Nonce: s.state.Exceptions(),
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
