package paper

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
)

// signatures: keyholder by keyholder.
func (s *script) signatures(out *Section) {
	out.Title = "Signatures"
	t := &Table{Columns: []Column{{"Keyholder", 26}, {"Counts for", 16}, {"Outcome", 32}, {"Sheet S", 9}, {"At (UTC)", 17}}}
	for _, p := range s.those(signs) {
		where := Cell{Text: p.name, Small: []string{p.part}}
		if s.elsewhere(p) {
			where.Small = append(where.Small, p.location)
		}
		t.Rows = append(t.Rows, []Cell{where, {Small: s.countsFor(p)}, {Fields: one("signed", "refused", "absent")}, {Fields: ticks("")}, {}})
	}
	items := []Item{
		{
			Does: "keyholder", Checks: s.checker(),
			Text:   []string{"Each takes up their own token, reads what changes and the digest to the end, and fills in their sheet S."},
			Choose: []string{"take up the token of NAME", fmt.Sprintf("sign version %d as NAME", s.version())},
			Else: []Else{
				{"a keyholder does not want to sign", "choose \u201crefuse to sign, with a reason\u201d: it is an answer, signed by their token"},
				{"a check of the token says FAIL, a token is blocked or lost, or a signature does not verify", "put it away, exception sheet, go on without it if the quorum allows"},
			},
		},
	}
	if far := s.those(s.elsewhere); len(far) > 0 {
		items = append(items, Item{
			Does: s.lead(), Checks: s.checker(),
			Text:   []string{"Keyholders who do not come get a request each, and send a contribution back; both ends fill in sheet R. What comes is merged in any order; after the deadline it is labelled late."},
			Choose: []string{"write the request for somebody elsewhere", "merge a file that came from elsewhere"},
			Else:   []Else{{"a file is not taken", "it is kept aside, and the record says why: exception sheet"}},
		})
	}
	items = append(items,
		Item{
			Does: s.lead(), Checks: "everybody",
			Text:   []string{"Read the meters. They count keys, not signatures. " + s.quorums()},
			Fields: s.meters(),
			Else:   []Else{{"a quorum cannot be met any more", "take a break and ask, or choose \u201cabort: this sitting will make no root\u201d; what was signed stays valid for ever. Exception sheet"}},
		},
		s.goOn("the signatures are complete: go on"),
	)
	out.Blocks = []Block{{Text: []string{"The lead calls one keyholder after the other. Everybody sees the screen; nobody else stands near the keyboard while a PIN is typed."}, Table: t}, {Items: number(out.Number, items)}}
}

// countsFor are the quorums that p's key counts for.
func (s *script) countsFor(p person) []string {
	switch {
	case s.genesis():
		return []string{"genesis"}
	case p.part == leaver:
		return []string{"old"}
	case p.joins == joins:
		return []string{"new"}
	case p.joins == untold:
		return []string{"new", "old, if it remains"}
	}
	return []string{"old", "new"}
}

// quorums are what has to be met.
func (s *script) quorums() string {
	n := fmt.Sprintf("%d of %d", s.plan.Root.Threshold, len(s.plan.Root.Keyholders))
	switch old := s.old(); {
	case s.genesis():
		return "The one quorum wants " + n + "."
	case old == "":
		return "The new root's quorum wants " + n + "; what the old one's wants is on the screen."
	default:
		return "The old root's quorum wants " + old + ", the new one's " + n + "."
	}
}

// old is the old root's quorum, "" if it is not at hand.
func (s *script) old() string {
	if s.o.Trusted == nil {
		return ""
	}
	r := s.o.Trusted.RootRole()
	return fmt.Sprintf("%d of %d", r.Threshold, len(r.Distinct()))
}

func (s *script) meters() []Field {
	if s.genesis() {
		return short("genesis: signed", "of")
	}
	return short("old: signed", "of", "new: signed", "of")
}

// check: the signed file, judged as a client would.
func (s *script) check(out *Section) {
	out.Title = "Check from scratch"
	file := fmt.Sprintf("%d.root.json", s.version())
	trust := "itself, as a first root"
	if !s.genesis() {
		trust = "the trusted root alone"
	}
	out.Blocks = []Block{{Items: number(out.Number, []Item{
		{
			Does: s.lead(), Checks: "everybody",
			Text:   []string{"The signed file is written, read back and judged by " + trust + ", as a client would. Watch each rule pass."},
			Choose: []string{"write and check it"},
			Ticks:  []string{file + " is accepted", "no rule fails"},
			Else:   []Else{{"a rule fails", "this file does not leave the room: exception sheet, and nothing is published before the reason is known"}},
		},
		{
			Does: s.checker(), Checks: s.lead(),
			Text:  []string{"Write down the SHA-256 of " + file + ", as the screen of this step shows it."},
			Words: []Words{inHex("SHA-256 of " + file)},
		},
		{
			Does: s.checker(), Checks: "another", Command: s.verifying(file),
			Text:    []string{"Check it once more on another machine, by another program."},
			Choices: []string{"done here: accepted", "is done later, by:"},
			Fields:  long("Who, where"),
		},
	})}}
}

// verifying is the command that checks the result elsewhere.
func (s *script) verifying(file string) string {
	flags := []string{"rootmoot-verify"}
	if s.genesis() {
		flags = append(flags, "chain --trust", file, "DIR")
	} else {
		flags = append(flags, "candidate --trust", fmt.Sprintf("%d.root.json", s.version()-1), file)
	}
	if s.plan.Mode == plan.Rehearsal {
		flags = append(flags, "--rehearsal")
	}
	return strings.Join(flags, " ")
}
