package sitting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

// ContributionName is the name of the file that goes back from a keyholder's place.
func ContributionName(participant string) string { return participant + ".contribution.json" }

// showAnswer is the last step at a keyholder's own place: what goes back, and
// the words by which it is compared.
func (s *Sitting) showAnswer(v *View) {
	d, err := s.delivery()
	if err != nil {
		v.Body = []Block{{Text: []string{safe("The contribution cannot be put together: %v", err)}}}
		return
	}
	v.Body = []Block{
		{
			Text: []string{"The file goes back to where the sitting is led, by stick, by mail or as QR codes: nothing in it is secret, and whoever changes it is found out. Read the words to whoever merges it."},
			Rows: [][2]string{
				{"file", ContributionName(s.state.For)},
				{"holds", safe("%s of %s", d.Contribution.Kind, d.Contribution.Participant)},
				{"backed by", string(d.Backing())},
				{"bytes", fmt.Sprint(len(d.Encode()))},
			},
		},
		digestBlock("Digest of the file", d.Digest()),
	}
	v.Acts = []Offer{{ID: ActHandOver, Next: true, Digest: d.Digest(), Label: "write the file: my part is done", Verb: "write the file"}}
}

// delivery is the contribution file of this place: the same however often it is
// put together.
func (s *Sitting) delivery() (ceremony.Delivery, error) {
	a, given := s.state.Given()
	if !given {
		return ceremony.Delivery{}, fmt.Errorf("there is no contribution of %s yet", s.state.For)
	}
	d := ceremony.Delivery{Schema: ceremony.DeliverySchema, Contribution: a.Contribution}
	st, stated := s.state.StatementOf(a.Contribution)
	if !stated {
		return d, nil
	}
	d.Stated = &st
	raw, err := safefile.Read(s.dir, JournalFile, maxJournal)
	if err != nil {
		return d, err
	}
	record, err := ceremony.ReadRecord(raw)
	if err != nil {
		return d, err
	}
	// Up to the head that the statement signs: what came after is not fixed by it.
	lines := strings.SplitAfter(string(raw), "\n")
	i := slices.Index(record.Heads(), st.Journal)
	if i < 0 {
		return d, fmt.Errorf("the journal has no entry with the digest %v, which the statement signs", st.Journal)
	}
	d.Journal = strings.Join(lines[:i+2], "")   // and its header
	if len(d.Encode()) > ceremony.MaxDelivery { // nobody would take it; the record stays here
		d.Journal = ""
	}
	return d, nil
}

// handBack writes the contribution file.
func (s *Sitting) handBack(a Act, say func(Progress)) error {
	d, err := s.delivery()
	if err != nil {
		return &Refusal{Kind: NotDone, What: "the contribution cannot be put together", Hint: "find out who changed the journal, and restore a copy", Err: err}
	}
	if err := s.keep(ContributionName(s.state.For), d.Encode()); err != nil {
		return notWritten("the contribution file", "another file of that name stands there: move it away, it is never overwritten", err)
	}
	say(Progress{Kind: Passed, Text: safe("%s is written; SHA-256 %v", ContributionName(s.state.For), d.Digest())})
	return s.confirm(ceremony.StepHandOver, a, "")
}

// Contribution is the file that goes back from a keyholder's own place; false
// while there is nothing to send.
func (s *Sitting) Contribution() (name string, raw []byte, ready bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, given := s.state.Given(); !s.state.Elsewhere() || !given {
		return "", nil, false
	}
	d, err := s.delivery()
	if err != nil {
		return "", nil, false
	}
	return ContributionName(s.state.For), d.Encode(), true
}

// overElsewhere is the view of a keyholder's own place that has answered.
func (s *Sitting) overElsewhere(v *View) {
	v.Heading = "Your part is done"
	d, err := s.delivery()
	if err != nil {
		v.Body = []Block{{Text: []string{safe("The contribution cannot be put together: %v", err)}}}
		return
	}
	v.Body = []Block{
		{
			Text: []string{"Take the file back to where the sitting is led. What stays here is the record of this place: keep its directory."},
			Rows: [][2]string{
				{"file", safe("%s", ContributionName(s.state.For))},
				{"in", safe("%s", s.cfg.Dir)},
				{"holds", safe("%s of %s", d.Contribution.Kind, d.Contribution.Participant)},
			},
		},
		{Title: "Digest of the file", Digest: d.Digest(), Words: words.EncodePGP(d.Digest())},
	}
}

// cannotOffers are for keyholders whose token is lost, blocked or refused by
// its checks: what they say is recorded as claimed, and counts nothing.
func (s *Sitting) cannotOffers() []Offer {
	var names []string
	for _, name := range s.signersHere() {
		_, signed := s.state.Signatures[name]
		_, refused := s.state.Refusals[name]
		_, claimed := s.state.Claimed[name]
		if !signed && !refused && !claimed {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []Offer{{
		ID: ActCannot, Label: "record that somebody cannot or will not sign, without their token",
		Fields: []Field{
			{Name: "participant", Kind: FieldText, Prompt: "Who (" + strings.Join(names, ", ") + ")"},
			{Name: "reason", Kind: FieldText, Prompt: "Why"},
		},
	}}
}

// cannotSign records a refusal that no key has stated.
func (s *Sitting) cannotSign(a Act) error {
	name := strings.TrimSpace(a.Fields["participant"])
	k, known := s.state.InForce().KeyOf(name)
	if !known || !slices.Contains(s.signersHere(), name) {
		return refuse("type one of the names that are offered", "%s", safe("%q has no key in a quorum of this candidate", name))
	}
	c := ceremony.Contribution{
		Kind: ceremony.Refused, Participant: name, Chain: s.state.Chain(), Attempt: s.state.Attempt,
		Plan: s.state.Frozen.Digest(), Candidate: s.state.Candidate.Digest(), Key: k.SPKI(),
		Reason: strings.TrimSpace(a.Fields["reason"]), Token: ceremony.Token{Kind: "none"}, At: root.FormatTime(s.cfg.Now()),
	}
	f, err := s.state.Accept(c)
	if err != nil {
		return err
	}
	return s.record(f)
}
