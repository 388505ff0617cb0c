package paper

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/plan"
)

// tokens: every joining key proves that it is held.
func (s *script) tokens(out *Section) {
	out.Title = "Tokens"
	enrolling := s.those(enrols)
	if len(enrolling) == 0 {
		out.Blocks = []Block{{
			Text:  []string{"Nobody joins: every keyholder's key is in the trusted root. Who comes late still signs in here."},
			Items: number(out.Number, []Item{s.goOn("all joining keys are enrolled: go on")}),
		}}
		return
	}
	t := &Table{Columns: []Column{{"Keyholder", 24}, {"Token", 24}, {"Enrolled", 12}, {"Sheet S", 10}, {"At (UTC)", 14}, {"Exception", 16}}}
	for _, p := range enrolling {
		t.Rows = append(t.Rows, []Cell{{Text: p.name, Small: []string{p.part}}, tokenCell(p), {Fields: ticks("")}, {Fields: ticks("")}, {}, {}})
	}
	texts := []string{"A joining key counts only after its token has proven, here, that it holds it. One keyholder after the other, each with their own sheet S."}
	if enrolling[0].joins == untold {
		texts = append(texts, "Who joins and who remains is on the screen: this script was made without the trusted root. Who remains leaves this part of the sheet empty.")
	}
	out.Blocks = []Block{{Text: texts, Table: t}, {Items: number(out.Number, []Item{
		{
			Does: "keyholder", Checks: s.checker(),
			Text:  []string{"Take the token out of its bag. Two people compare the serial number on its case with the list of tokens."},
			Ticks: []string{"bag, seal and serial number of each token are as they should be"},
			Else:  []Else{{"one is not", "that token is not used: exception sheet"}},
		},
		{
			Does: "keyholder", Checks: s.checker(),
			Text: []string{"Take up the token, read what the guide shows of it, and fill in the sheet: serial number, firmware, slot, key, attestation, tries left."},
			Choose: []string{
				"take up the token of NAME",
				"enrol this key for NAME",
			},
			Else: []Else{{"a line says FAIL", "choose \u201cput the token away\u201d; that token cannot join: exception sheet, and the plan has to name another"}},
		},
		s.goOn("all joining keys are enrolled: go on"),
	})}}
}

// freeze: the digest of the frozen plan, read back by every place.
func (s *script) freeze(out *Section) {
	out.Title = "Freeze: read the plan's digest back"
	w, text := full("Digest of the frozen plan", s.frozen()), "It is the digest on the page \u201cWhat this script belongs to\u201d."
	if s.frozen().IsZero() {
		w.Grids[1].List, w.Hex = nil, ""
		text = "Everybody writes the words down while they are read. The 24 words are for another place to type."
	}
	out.Blocks = []Block{{Items: number(out.Number, []Item{
		{
			Does: s.lead(), Checks: "everybody",
			Text:  []string{"Every public key stands in the plan now. Read out each key's fingerprint; the others compare it with the list of keys, and write down those that were enrolled today."},
			Ticks: []string{"all keys of the screen stand in the list, and no others"},
		},
		{
			Does: s.lead(), Checks: "everybody",
			Text:  []string{"Read all 32 words aloud, slowly, with their numbers. The others follow on their own copy, or on their own screen. " + text},
			Words: []Words{w},
			Else:  []Else{{"a single word differs", "stop: somebody has another plan. Compare the two files before anything else"}},
		},
		{
			Does: s.lead(), Checks: s.checker(),
			Text:    []string{"Confirm it in the guide."},
			Choices: []string{"\u201call 32 words were read back and are the same everywhere\u201d", "\u201ctype the 24 words of another place's screen\u201d"},
			Fields:  s.words3("").Fields,
		},
	})}}
}

// candidate: what will be signed.
func (s *script) candidate(out *Section) {
	out.Title = "Candidate: what will be signed"
	rules := Item{
		Does: s.lead(), Checks: "everybody",
		Text: []string{"Read out what the plan's rules say. Each warning was decided before the day (0)."},
		Else: []Else{{"the rules refuse it", "nothing more is offered: mend the plan, and begin another sitting"}, {"a warning is new", "exception sheet, and a decision"}},
	}
	out.Blocks = []Block{{Items: number(out.Number, []Item{
		rules,
		s.changes(),
		{
			Does: s.lead(), Checks: "everybody",
			Text:  []string{fmt.Sprintf("Read the digest of version %d aloud. Each keyholder will see it again before they sign.", s.version())},
			Words: []Words{spoken(fmt.Sprintf("Digest of version %d", s.version()), s.next())},
			Else:  []Else{{"a word differs between places, or from this paper", "stop: nobody signs. Compare plan and trusted root"}},
		},
		s.words3("this is what we mean to sign"),
	})}}
}

// changes are ticked line by line; what they are is known if the trusted root
// was at hand and every key is there.
func (s *script) changes() Item {
	what := "What changes"
	if s.genesis() {
		what = "What stands in the first root"
	}
	it := Item{
		Does: "another", Checks: "everybody",
		Else: []Else{{"a line is on one of the two only", "stop: what would be signed is not what was reviewed"}},
	}
	if c := s.review.Candidate; c != nil {
		it.Text = []string{what + ", line by line, as the screen has it. Somebody who does not lead reads it out from the screen, to its end; each line is ticked."}
		it.Lines = c.Diff().Lines(s.name)
		return it
	}
	it.Text = []string{what + ", line by line. The screen says it key by key; below is what the plan says of it. Somebody who does not lead reads the screen out to its end, and ticks what stands here."}
	it.Lines = s.planned()
	it.Fields = []Field{area("Lines of the screen that do not follow from these", 2)}
	it.Else[0].If = "a line is not what the plan means"
	return it
}

// planned is what the plan alone says of the next root.
func (s *script) planned() []string {
	var out []string
	for _, c := range s.review.Roles {
		if s.review.Compared && !s.genesis() {
			out = append(out, "role "+c.String())
		} else {
			out = append(out, fmt.Sprintf("role %s: %d of %d", c.Role, c.ThresholdAfter, c.KeysAfter))
		}
	}
	for _, p := range s.those(signs) {
		if p.joins == joins {
			out = append(out, p.name+" joins")
		}
	}
	for _, name := range s.review.Leaving {
		out = append(out, name+" leaves")
	}
	for _, name := range s.plan.Reencode {
		out = append(out, "the key of "+name+" is written anew, under a new keyid")
	}
	for _, member := range s.plan.Remove {
		out = append(out, member+" is not inherited")
	}
	out = append(out, "expires "+string(s.plan.Root.Expires))
	if s.plan.Format == plan.Conda {
		out = append(out, "timestamp "+string(s.plan.SigningTime))
	}
	return out
}
