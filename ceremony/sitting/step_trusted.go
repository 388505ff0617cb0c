package sitting

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// stepTrusted: the root that this one continues.
type stepTrusted struct{}

func (stepTrusted) title() string { return "Trusted root" }

func (stepTrusted) short() string { return "Trusted root" }

func (stepTrusted) show(s *Sitting, v *View) {
	if s.state.Trusted.IsZero() {
		v.Body = []Block{{Text: []string{
			"This is a genesis: there is no root before it, and nobody vouches for it but its own keyholders.",
			"Whoever will use it must get its digest by a way that they trust.",
		}}}
		v.Acts = []Offer{{ID: ActContinue, Next: true, Label: "yes, this is to be the first root: go on", Verb: "go on"}}
		return
	}
	r := s.state.TrustedRoot()
	role := s.state.Plan.SigningRole(r)
	v.Body = []Block{
		{
			Text: []string{"The chain was verified from the pin of this place up to the root below. Compare its digest with the copy that you hold."},
			Rows: [][2]string{
				{"version", fmt.Sprint(r.Version)},
				{"expires", safe("%s", r.Expires.Text)},
				{role.Name + " role", fmt.Sprintf("%d of %d keys", role.Threshold, len(role.Distinct()))},
			},
		},
		{Title: "Keys of its " + role.Name + " role", Lines: s.keyLines(role)},
		digestBlock("Digest", r.Digest),
	}
	v.Acts = []Offer{s.confirmed(Offer{ID: ActConfirm, Next: true, Label: "it is the root that we trust"}, r.Digest)}
}

func (s *Sitting) keyLines(role root.Role) []string {
	var out []string
	for _, k := range role.Distinct() {
		name, _ := s.state.InForce().NameOf(k.Public.Fingerprint())
		out = append(out, safe("%v  %v  %s", k.Public.Fingerprint().Short(), k.Public.Algorithm(), name))
	}
	return out
}

func (stepTrusted) do(_ context.Context, s *Sitting, a Act, _ func(Progress)) error {
	if a.ID == ActConfirm {
		return s.confirm(ceremony.StepTrusted, a, "three words")
	}
	return s.confirm(ceremony.StepTrusted, a, "")
}
