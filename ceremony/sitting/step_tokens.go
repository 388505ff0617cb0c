package sitting

import (
	"context"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// stepTokens: every joining key proves that it is held, on a token that is what
// the plan wants.
type stepTokens struct{}

func (stepTokens) title() string { return "Tokens" }

func (stepTokens) short() string { return "Tokens" }

func (stepTokens) show(s *Sitting, v *View) {
	v.Body = []Block{{
		Text:  []string{"A joining key counts only after its token has proven, here, that it holds it: attestation checked, PIN, touch, a statement of possession."},
		Lines: s.tokenLines(),
	}}
	if s.turn != nil {
		s.showTurn(v)
		return
	}
	for _, name := range s.here() {
		if s.states(name) && s.isPresent(name) {
			o := s.takesUp(name)
			o.Next = slices.Contains(s.state.ToEnrol(), name)
			v.Acts = append(v.Acts, o)
		}
	}
	v.Acts = slices.Concat(v.Acts, s.arrivals(), s.elsewhereOffers())
	if s.enrolled() {
		v.Acts = append([]Offer{{ID: ActContinue, Next: true, Label: "all joining keys are enrolled: go on", Verb: "go on"}}, v.Acts...)
	}
}

// enrolled reports whether there is nothing more to enrol at this place.
func (s *Sitting) enrolled() bool {
	if s.state.Elsewhere() {
		_, given := s.state.Given()
		return given
	}
	return len(s.state.ToEnrol()) == 0
}

func (s *Sitting) tokenLines() []string {
	joining := s.state.Joining()
	var out []string
	for _, name := range sortedKeys(s.state.Plan.Participants) {
		t := s.state.Plan.Participants[name].Token
		if t == nil {
			continue
		}
		standing := "in the trusted root"
		if slices.Contains(joining, name) {
			standing = s.joins(name)
		}
		out = append(out, safe("%-14s %s %s: %s", name, t.Kind, t.Serial, standing))
	}
	return out
}

// joins says how far somebody is whose key joins.
func (s *Sitting) joins(name string) string {
	if c, ok := s.state.Enrolments[name]; ok {
		k, _ := root.ParseSPKI(c.Key)
		return "joins, enrolled: key " + k.Fingerprint().Short()
	}
	if _, planned := s.state.Plan.KeyOf(name); planned {
		return "joins, key in the plan, to prove that it is held"
	}
	return "joins, to be enrolled"
}

func (s *Sitting) showTurn(v *View) {
	u := s.turn
	fingerprint := root.Digest(u.key.Fingerprint())
	v.Body = []Block{u.block()}
	for _, name := range s.state.ToEnrol() {
		if name == u.participant && !u.failed && u.info.PINLeft != 0 {
			v.Body = append(v.Body, digestBlock("Fingerprint of the key", fingerprint))
			v.Acts = append(v.Acts, s.confirmed(Offer{
				ID: ActEnrol, Target: name, Danger: true, Next: true,
				Label:  fmt.Sprintf("enrol this key for %s", name),
				Fields: s.pinFields(),
			}, fingerprint))
		}
	}
	s.showFailed(v)
	s.showBlocked(v)
	v.Acts = append(v.Acts, Offer{ID: ActPutAway, Label: "put the token away"})
}

func (stepTokens) do(ctx context.Context, s *Sitting, a Act, say func(Progress)) error {
	if a.ID == ActContinue {
		return s.confirm(ceremony.StepTokens, a, "")
	}
	if err := s.unproven(s.turn); err != nil {
		return err
	}
	c := s.contribution(ceremony.Enrolled, s.turn)
	err := s.session(ctx, a, say, func(session *signing) error { return s.contribute(c, session, say) })
	if err == nil {
		s.putAway()
	}
	return err
}
