package paper

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// seal: everybody's word about the record.
func (s *script) seal(out *Section) {
	out.Title = "Seal the record"
	t := &Table{Columns: []Column{{"Who", 20}, {"Word in the guide", 42}, {"How", 24}, {"At (UTC)", 14}}}
	for _, p := range s.all {
		how := "recorded, not signed"
		if p.token != nil {
			how = "signed by token, " + s.asks(p, "one touch", "one signature")
		}
		t.Rows = append(t.Rows, []Cell{{Text: p.name, Small: []string{p.part}}, {Fields: one("agrees", "does not agree", "not here")}, {Text: how}, {}})
	}
	items := []Item{
		{
			Does: s.lead(), Checks: s.checker(),
			Text:   []string{"Close every exception with a decision. Each that the guide knows has a sheet E, and each sheet stands in the guide."},
			Choose: []string{"close exception"},
			Fields: short("Exceptions in the guide", "Sheets E", "Open"),
			Else:   []Else{{"one is still open", "nothing is sealed before it is decided"}},
		},
		{
			Does: s.lead(), Checks: "everybody",
			Text: []string{"Read out the record in short, as the screen shows it to the first who takes up a token here: who was here, who signed or refused, what was not as planned."},
		},
		{
			Does: "everybody", Checks: s.checker(),
			Text:   []string{"One after the other says whether the record is true, in the guide and on the page of final statements. To disagree is a valid answer; it is kept, and undoes no signature."},
			Choose: []string{"I agree: this record is true", "I do not agree"},
			Words:  []Words{spoken("Head of the journal, as the last token seals it", root.Digest{})},
		},
	}
	items = append(items, s.witnessed()...)
	items = append(items, s.goOn("everybody has said their word: go on"))
	out.Blocks = []Block{{Items: number(out.Number, items)}, {Title: "One after the other", Table: t, Together: true}}
}

// witnessed is what witnesses with a key of their own do: they sign the head
// with a tool that is not ours.
func (s *script) witnessed() []Item {
	var out []Item
	for _, p := range s.those(func(p person) bool { return p.part == watcher }) {
		if _, keyed := s.plan.WitnessKey(p.name); !keyed {
			continue
		}
		out = append(out, Item{
			Does: p.name, Checks: s.lead(),
			Text:    []string{"The witness takes the text with the head away, compares its last line with the words that were read out, signs it at their own machine, and brings the signature back."},
			Choose:  []string{"write the head for " + p.name + " to sign", "take the signature of " + p.name},
			Choices: []string{"signed, and taken", "not signed, because:"},
			Fields:  long(""),
		})
	}
	return out
}

// handOver: what leaves the room, and what is left behind.
func (s *script) handOver(out *Section) {
	out.Title = "Hand over"
	media := &Table{Columns: []Column{{"Medium", 22}, {"Number on it", 20}, {"evidence is the same", 16}, {"Bag", 20}, {"Taken by", 22}}}
	for i := range mediaOut {
		media.Rows = append(media.Rows, []Cell{{Text: fmt.Sprintf("result %c", 'A'+i)}, {}, {Fields: ticks("")}, {}, {}})
	}
	items := []Item{
		{
			Does: s.lead(), Checks: s.checker(), Command: "sha256sum evidence.tar",
			Text:   []string{"Write the evidence. Copy the whole folder of the sitting to both media, read each back, compare the SHA-256 of the evidence on each with the screen, and write it down."},
			Choose: []string{"write the evidence and end the sitting"},
			Words:  []Words{inHex("SHA-256 of evidence.tar")},
		},
		{
			Does: "keyholders", Checks: s.checker(),
			Text:  []string{"Each token goes into a new bag, whose number is written on the list of tokens and on the holder's sheet S; a PIN that was written down goes into another. They are kept apart."},
			Ticks: []string{"no token is left in a reader"},
		},
		{
			Does: s.lead(), Checks: s.checker(),
			Text:    []string{"Switch the machine off, take its power away, and wait a minute. What held the sitting beside the two media:"},
			Choices: []string{"is sealed with the record", "is erased and destroyed, before everybody's eyes", "is kept by:"},
			Fields:  long("What, by whom, bag"),
		},
		{
			Does: s.checker(), Checks: s.lead(),
			Text:   []string{"Number the pages of the record, and put the lead's initials and those of the " + s.checker() + " on each. Make a copy for whoever wants one; the record goes into a bag."},
			Fields: short("Pages", "Sheets E", "Bag of the record"),
		},
		{
			Does:   s.lead(),
			Text:   []string{"Publishing is another day's work, on a machine that is online and checks everything again: rootmoot publish, then rootmoot-verify chain from a pin that somebody else holds."},
			Fields: long("Who publishes, by when"),
		},
	}
	if s.plan.Mode == plan.Rehearsal {
		items[len(items)-1].Text = []string{"Nothing of a rehearsal is published. What was learned is written down for the day itself."}
		items[len(items)-1].Fields = []Field{area("Learned", 3)}
	}
	out.Blocks = []Block{{Items: number(out.Number, items)}, {Title: "What leaves the room", Table: media, Together: true}}
}
