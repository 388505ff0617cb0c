package sitting

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// stepSeal: who was there says whether the record is true, and signs it. A hash
// chain without a signature over its head proves nothing against its owner.
type stepSeal struct{}

func (stepSeal) title() string { return "Seal the record" }

func (stepSeal) short() string { return "Seal" }

func (stepSeal) show(s *Sitting, v *View) {
	if s.turn != nil {
		s.showSealer(v)
		return
	}
	v.Body = []Block{{
		Text: []string{
			"Each participant who was here says whether the record is true, and signs its head. One at least; more are better. The word of those without a token is recorded, not signed.",
			"No sitting is sealed with an exception open. One that is recorded or closed after a seal wants a seal again.",
		},
		Rows:  [][2]string{{"exceptions", fmt.Sprintf("%d, %d of them open", s.state.Exceptions(), len(s.state.OpenExceptions()))}},
		Lines: s.sealLines(),
	}}
	if len(s.state.OpenExceptions()) > 0 {
		return // what a seal covers must hold the decisions too
	}
	for _, name := range sortedKeys(s.state.Plan.Participants) {
		if s.states(name) && !s.hasSealed(name) && s.isPresent(name) {
			o := s.takesUp(name)
			o.Next = len(s.state.Sealed()) == 0 && !s.cannot[name]
			v.Acts = append(v.Acts, o)
		}
	}
	v.Acts = slices.Concat(v.Acts, s.wordOffers(), s.witnessOffers(), s.arrivals())
	if len(s.state.Sealed()) > 0 {
		v.Acts = append([]Offer{{ID: ActContinue, Next: true, Label: "everybody has said their word: go on", Verb: "go on"}}, v.Acts...)
	}
}

func (s *Sitting) sealLines() []string {
	var out []string
	for _, b := range s.state.Sealed() {
		out = append(out, safe("sealed  %s", b.Participant))
	}
	for _, w := range s.state.Witnessed {
		out = append(out, safe("witness %s has signed the head %s", w.Witness, w.Journal.String()[:16]))
	}
	for _, w := range s.state.Words {
		if line := s.wordLine(w); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// wordLine is what a word adds to the seals: nothing if a seal says it better,
// or if the same person has agreed anew since.
func (s *Sitting) wordLine(w ceremony.Word) string {
	now := w.Exceptions == s.state.ExceptionsDigest()
	switch {
	case !w.Agrees:
		return safe("%s does not agree: %s", w.Participant, w.Text)
	case !now && s.hasWord(w.Participant), s.hasSealed(w.Participant):
		return ""
	case s.states(w.Participant):
		return safe("%s agrees; no seal covers it now", w.Participant)
	case now:
		return safe("%s agrees: recorded, not signed", w.Participant)
	}
	return safe("%s agreed, before the last exception: recorded, not signed", w.Participant)
}

// wordOffers are for those who are here and have no token to seal with: their word is
// recorded, and claimed, not signed.
func (s *Sitting) wordOffers() []Offer {
	var out []Offer
	for _, p := range s.state.Presence {
		if s.states(p.Name) || s.hasWord(p.Name) {
			continue
		}
		out = append(out, Offer{ID: ActAgree, Target: p.Name, Verb: "record that", Label: p.Name + ": I agree (recorded, not signed)"},
			Offer{
				ID: ActDisagree, Target: p.Name, Verb: "record that", Label: p.Name + ": I do not agree (recorded, not signed)",
				Fields: []Field{{Name: "text", Kind: FieldText, Prompt: "With what"}},
			})
	}
	return out
}

// hasWord reports whether somebody has given their word as things stand now.
func (s *Sitting) hasWord(name string) bool {
	return slices.ContainsFunc(s.state.Words, func(w ceremony.Word) bool {
		return w.Participant == name && w.Exceptions == s.state.ExceptionsDigest()
	})
}

func (s *Sitting) hasSealed(name string) bool {
	for _, b := range s.state.Sealed() {
		if b.Participant == name {
			return true
		}
	}
	return false
}

func (s *Sitting) showSealer(v *View) {
	u := s.turn
	head := root.Digest(s.journal.Head())
	v.Heading = "The word of " + u.participant
	v.Body = []Block{{Title: "The record, in short", Lines: s.inShort()}, u.block(), {
		Text: []string{"You were here all the time, the plan was followed but for the recorded exceptions, and the record is true. Or you do not agree, and say with what. Your word is added to the journal, and what you seal is the head with it."},
	}, digestBlock("Head of the journal", head)}
	if !u.failed && u.info.PINLeft != 0 && len(s.state.OpenExceptions()) == 0 {
		v.Acts = append(v.Acts, s.confirmed(Offer{
			ID: ActAgree, Target: u.participant, Danger: true, Next: true, Label: "I agree: this record is true (one touch)", Fields: s.pinFields(),
		}, head), s.confirmed(Offer{
			ID: ActDisagree, Target: u.participant, Danger: true, Label: "I do not agree (one touch)",
			Fields: append([]Field{{Name: "text", Kind: FieldText, Prompt: "With what"}}, s.pinFields()...),
		}, head))
	}
	s.showFailed(v)
	s.showBlocked(v)
	v.Acts = append(v.Acts, Offer{ID: ActPutAway, Label: "put the token away"})
}

// inShort is what the record says: who was here, who signed or refused, what was
// not as planned. The whole of it is in the journal.
func (s *Sitting) inShort() []string {
	var here []string
	for _, p := range s.state.Presence {
		here = append(here, p.Name)
	}
	out := []string{safe("here: %s", strings.Join(here, ", "))}
	for _, name := range s.state.Signers() {
		if a, ok := s.state.Signatures[name]; ok {
			line := "signed: " + name
			if !a.Stated {
				line += ", without a statement"
			}
			out = append(out, safe("%s", line))
		} else if a, ok := s.state.Refusals[name]; ok {
			out = append(out, safe("refused: %s: %s", name, a.Contribution.Reason))
		}
	}
	for _, f := range s.got.Facts {
		switch b := f.Body.(type) {
		case ceremony.Exception:
			out = append(out, safe("exception: %s; expected: %s", b.Happened, b.Expected))
		case ceremony.Closed:
			out = append(out, safe("  decided by %s: %s", b.By, b.Decision))
		}
	}
	return out
}

func (stepSeal) do(ctx context.Context, s *Sitting, a Act, say func(Progress)) error {
	if a.ID == ActContinue {
		return s.confirm(ceremony.StepSeal, a, "")
	}
	word := ceremony.Fact{Body: ceremony.Word{
		Participant: a.Target, Agrees: a.ID == ActAgree, Text: strings.TrimSpace(a.Fields["text"]),
		Exceptions: s.state.ExceptionsDigest(),
	}}
	if s.turn == nil {
		return s.record(word)
	}
	err := s.session(ctx, a, say, func(session *signing) error {
		// The word has to stand in the journal before its head is signed. It
		// stays there unsealed if the token then fails; once is enough.
		if !slices.Contains(s.state.Words, word.Body.(ceremony.Word)) {
			if err := s.record(word); err != nil {
				return err
			}
		}
		return s.seal(a.Target, word.ID(), session, say)
	})
	if err == nil {
		s.putAway()
	}
	return err
}

// seal signs the head that holds the participant's word.
func (s *Sitting) seal(name string, word root.Digest, session *signing, say func(Progress)) error {
	head := root.Digest(s.journal.Head())
	st, err := s.state.SealStatement(head)
	if err != nil {
		return err
	}
	sig, err := session.sign("the seal", st.Text())
	if err != nil {
		return err
	}
	b := ceremony.Seal{Participant: name, Word: word, Journal: head, Sig: sig}
	if err := s.state.AcceptSeal(b); err != nil {
		return err
	}
	if err := s.record(ceremony.Fact{Body: b}); err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: safe("sealed by %s, head %v", name, head.String()[:16])})
	return nil
}
