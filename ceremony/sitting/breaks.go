package sitting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// pauseOffers are there at every step: a ceremony may take days, and may come
// to nothing.
func (s *Sitting) pauseOffers() []Offer {
	out := []Offer{{
		ID: ActPause, Label: "take a break: the head of the record is shown, to be written down",
		Fields: []Field{{Name: "why", Kind: FieldText, Prompt: "Why, and until when"}},
	}}
	if s.state.Elsewhere() || s.state.QuorumsMet() {
		return out // there is a root, and nobody can take it back
	}
	return append(out, Offer{
		ID: ActAbort, Label: "abort: this sitting will make no root", Danger: true,
		Fields: []Field{
			{Name: "why", Kind: FieldText, Prompt: "Why"},
			{Name: "by", Kind: FieldText, Prompt: "Who decided"},
			{Name: "abort", Kind: FieldPhrase, Phrase: abortPhrase, Prompt: fmt.Sprintf("Type %q: nothing undoes it. %s", abortPhrase, s.leaves())},
		},
	})
}

// leaves says in a line what an abort would leave behind.
func (s *Sitting) leaves() string {
	if s.state.Candidate == nil || len(s.state.Signatures) == 0 {
		return "Nobody has signed anything"
	}
	return safe("What %s signed stays valid; %s", strings.Join(sortedKeys(s.state.Signatures), ", "), ceremony.Completing(s.state.Outstanding()))
}

// abortPhrase is typed before a sitting is ended for good.
const abortPhrase = "no root"

func (s *Sitting) pause(a Act) error {
	return s.record(ceremony.Fact{Body: ceremony.Paused{N: s.state.NextBreak(), Why: strings.TrimSpace(a.Fields["why"])}})
}

func (s *Sitting) resume() error {
	n, _ := s.state.Break()
	return s.record(ceremony.Fact{Body: ceremony.Resumed{N: n}})
}

func (s *Sitting) abort(a Act) error {
	s.putAway()
	return s.record(ceremony.Fact{Body: ceremony.Aborted{By: strings.TrimSpace(a.Fields["by"]), Why: strings.TrimSpace(a.Fields["why"])}})
}

// head is the head of the record to be read out and signed: in a break that with
// which it began, whatever was merged meanwhile. It is what stands on paper, and
// what came after it follows from it.
func (s *Sitting) head() root.Digest {
	n, broken := s.state.Break()
	for i, f := range s.got.Facts {
		if p, ok := f.Body.(ceremony.Paused); ok && broken && p.N == n {
			return s.got.Heads[i]
		}
	}
	return root.Digest(s.journal.Head())
}

// showBreak is the view of a place that is in a break: nothing goes on before
// the head was compared with the paper.
func (s *Sitting) showBreak(v *View) {
	head := s.head()
	v.Heading = "Break"
	text := []string{
		"Read the words of the head aloud, and have them written down with the time, by the witness if there is one. Whoever comes back compares them before anything else: then nobody has changed the record meanwhile.",
	}
	if since := len(s.got.Heads) - 1 - slices.Index(s.got.Heads, head); since > 0 {
		text = append(text, fmt.Sprintf("The head is that of the break. What was recorded since then, entries in all: %d, follows from it.", since))
	}
	v.Body = []Block{{Text: text}, digestBlock("Head of the journal", head)}
	v.Acts = append([]Offer{s.confirmed(Offer{ID: ActResume, Next: true, Label: "the words are those on paper: go on", Verb: "go on"}, head)}, slices.Concat(s.witnessOffers(), s.exceptionOffers())...)
}

// showAborted is the view of a sitting that made no document.
func (s *Sitting) showAborted(v *View) {
	d := s.state.Plan.Document
	v.Done, v.Heading = true, "The sitting was aborted"
	text := "It made no " + d.Called() + ". Keep its directory: what was signed stays valid, and belongs into the evidence of the sitting that takes its place (" + d.OpenedBy() + " PLAN --after DIR)."
	if s.state.QuorumsMet() {
		text = "Signatures that came afterwards have completed its candidate: whoever has them has a " + d.Called() + ", and can publish it. Nothing can take its place; what should be different belongs into the next version."
	}
	v.Body = []Block{
		{
			Text: []string{text},
			Rows: [][2]string{{"decided by", safe("%s", s.state.Aborted.By)}, {"why", safe("%s", s.state.Aborted.Why)}},
		},
		{Title: "What stays valid", Lines: s.outstanding()},
	}
}

// outstanding says whose signatures over the candidate there are, and how many
// more would complete it. They cannot be called back.
func (s *Sitting) outstanding() []string {
	if s.state.Candidate == nil || len(s.state.Signatures) == 0 {
		return []string{"nobody has signed anything"}
	}
	out := []string{safe("signed candidate %v: %s", s.state.Candidate.Digest(), strings.Join(sortedKeys(s.state.Signatures), ", "))}
	return append(out, ceremony.Completing(s.state.Outstanding()))
}
