package sitting

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/token"
)

// stepSignatures: token by token, each keyholder sees what is signed and signs
// it, or refuses.
type stepSignatures struct{}

func (stepSignatures) title() string { return "Signatures" }

func (stepSignatures) short() string { return "Signatures" }

func (stepSignatures) show(s *Sitting, v *View) {
	if s.turn != nil {
		s.showSigner(v)
		return
	}
	text := "Each keyholder takes up their own token. What you sign is shown again before you do."
	switch _, given := s.state.Given(); {
	case s.state.Elsewhere() && given:
		text = "Your answer is recorded. Go on: it is written to a file that goes back to where the sitting is led."
		v.Acts = append(v.Acts, Offer{ID: ActContinue, Next: true, Label: "that is my answer: go on", Verb: "go on"})
	case !s.state.Elsewhere() && s.state.QuorumsMet():
		text = "Every quorum is met. More keyholders may still sign; then go on."
		v.Acts = append(v.Acts, Offer{ID: ActContinue, Next: true, Label: "the signatures are complete: go on", Verb: "go on"})
	}
	v.Body = []Block{{Text: []string{text}, Lines: s.signerLines()}, digestBlock("Digest", s.state.Candidate.Digest())}
	for _, name := range s.signersHere() {
		_, signed := s.state.Signatures[name]
		if s.state.Plan.Participants[name].Token != nil && !signed && s.isPresent(name) {
			o := s.takesUp(name)
			o.Next = s.wanted(name)
			v.Acts = append(v.Acts, o)
		}
	}
	v.Acts = slices.Concat(v.Acts, s.arrivals(), s.elsewhereOffers(), s.cannotOffers())
}

// wanted reports whether a quorum that is not met waits for this keyholder, and
// not in vain.
func (s *Sitting) wanted(name string) bool {
	_, refused := s.state.Refusals[name]
	_, claimed := s.state.Claimed[name]
	if refused || claimed || s.cannot[name] {
		return false
	}
	k, _ := s.state.Frozen.KeyOf(name)
	for i, q := range s.state.Candidate.Quorums {
		if !s.state.Tallies[i].Met() && q.Role.Has(k.Fingerprint()) {
			return true
		}
	}
	return false
}

func (s *Sitting) signerLines() []string {
	var out []string
	for _, name := range s.state.Signers() {
		line := "        " + name
		if a, ok := s.state.Signatures[name]; ok {
			line = "signed  " + name
			if !a.Stated {
				line += " (signature only, without a statement)"
			}
		} else if a, ok := s.state.Refusals[name]; ok {
			line = "refused " + name + ": " + a.Contribution.Reason
		} else if c, ok := s.state.Claimed[name]; ok {
			line = "cannot  " + name + ": " + c.Reason + " (claimed)"
		}
		out = append(out, safe("%s", line))
	}
	return out
}

func (s *Sitting) showSigner(v *View) {
	u := s.turn
	v.Heading = "Signature of " + u.participant
	v.Body = []Block{u.block()}
	if u.info.PINLeft == 0 {
		s.showBlocked(v)
	} else {
		v.Body = append(v.Body, s.candidateBlocks()...)
		s.showCommand(v)
		v.Acts = s.signerOffers()
	}
	s.showFailed(v)
	v.Acts = append(v.Acts, Offer{ID: ActPutAway, Label: "put the token away"})
}

// signerOffers are what the keyholder whose token is on the table may do. What
// is too long for its key can still be refused: a statement is short.
func (s *Sitting) signerOffers() []Offer {
	u, d := s.turn, s.state.Candidate.Digest()
	if u.failed {
		return nil
	}
	if u.openPGP() {
		return s.openPGPOffers()
	}
	sign := s.confirmed(Offer{
		ID: ActSign, Target: u.participant, Danger: true, Next: true,
		Label:  fmt.Sprintf("sign %s as %s (%s)", s.state.Candidate.Title(), u.participant, u.asks("two touches", "two signatures")),
		Fields: slices.Concat(s.secondFields(u), s.pinFields()),
	}, d)
	decline := Offer{
		ID: ActRefuse, Target: u.participant, Digest: d, Label: "refuse to sign, with a reason (" + u.asks("one touch", "one signature") + ")",
		Fields: append([]Field{{Name: "reason", Kind: FieldText, Prompt: "Why"}}, s.pinFields()...),
	}
	if !u.canSign() {
		return []Offer{decline}
	}
	return []Offer{sign, decline}
}

func (stepSignatures) do(ctx context.Context, s *Sitting, a Act, say func(Progress)) error {
	if a.ID == ActContinue {
		return s.confirm(ceremony.StepSignatures, a, "")
	}
	if !slices.Contains(s.state.Signers(), s.turn.participant) {
		return refuse("put the token away", "the key of %s is in no quorum", s.turn.participant)
	}
	switch a.ID {
	case ActBytes:
		return s.writeBytes(a, say)
	case ActImport:
		return s.takeSignature(a, say)
	}
	if err := s.unproven(s.turn); err != nil {
		return err
	}
	c := s.contribution(ceremony.SignatureMade, s.turn)
	if a.ID == ActRefuse {
		c.Kind, c.Reason = ceremony.Refused, strings.TrimSpace(a.Fields["reason"])
	}
	err := s.session(ctx, a, say, func(session *signing) error {
		if c.Kind == ceremony.SignatureMade {
			if err := s.intend(s.turn, a); err != nil {
				return err
			}
			if err := s.signCandidate(&c, session, say); err != nil {
				return err
			}
		}
		return s.contribute(c, session, say)
	})
	if _, signed := s.state.Signatures[c.Participant]; signed || err == nil {
		s.putAway()
	}
	return err
}

// signCandidate is the one place where metadata is signed: the candidate whose
// digest the screen showed and the act carried.
func (s *Sitting) signCandidate(c *ceremony.Contribution, session *signing, say func(Progress)) error {
	m, err := s.state.Candidate.Message(s.turn.key.Fingerprint(), nil)
	if err != nil {
		return err
	}
	raw, err := session.sign("the signature over "+s.state.Candidate.Title(), m.Bytes())
	if err != nil {
		return err
	}
	sig, err := m.Finish(raw)
	if err != nil {
		return fmt.Errorf("%w (%w)", token.ErrBadSignature, err)
	}
	say(Progress{Kind: Passed, Text: "the signature verifies, over the bytes that were shown and by the enrolled key"})
	c.Signature = &ceremony.Signature{Sig: sig.Sig, Header: ceremony.Hex(sig.Header)}
	return nil
}
