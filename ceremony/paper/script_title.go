package paper

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// stamp is what stands on every page: enough to put pages in order, too little
// to compare digests by.
func (s *script) stamp() string {
	hex := s.plan.Digest().String()
	of := "plan"
	if !s.plan.Frozen() {
		of = "draft"
	}
	return of + " " + strings.Join([]string{hex[:4], hex[4:8], hex[8:12], hex[12:16]}, " ") + " …"
}

// rows are the ceremony in short.
func (s *script) rows() []Row {
	p := s.plan
	rows := []Row{
		{Name: "Purpose", Value: purposes()[p.Purpose]},
		{Name: "Mode", Value: modes()[p.Mode]},
		{Name: "Document", Value: fmt.Sprintf("%s of format %s, version %d", p.Document, p.Format, s.version())},
		{Name: "Continues", Value: s.predecessor()},
		{Name: "Root role", Value: fmt.Sprintf("%d of %d keys", p.Root.Threshold, len(p.Root.Keyholders))},
		{Name: "Next root expires", Value: string(p.Root.Expires)},
		{Name: "Signing time", Value: string(p.SigningTime)},
		{Name: "Deadline", Value: string(p.Deadline) + "; what comes later is labelled late"},
		{Name: "Lead", Value: cmp.Or(p.Lead, "the plan names none")},
		{Name: "Plan", Value: s.state()},
		{Name: "Program", Value: "rootmoot " + p.Tool.Version},
	}
	for _, platform := range slices.Sorted(maps.Keys(p.Tool.SHA256)) {
		rows = append(rows, Row{Name: "SHA-256, " + platform, Value: p.Tool.SHA256[platform].Root().String(), Exact: true})
	}
	if len(p.Tool.SHA256) == 0 {
		rows = append(rows, Row{Name: "SHA-256", Value: "the plan names none: write down at step 2 which program it was"})
	}
	return rows
}

func purposes() map[plan.Purpose]string {
	return map[plan.Purpose]string{
		plan.Genesis:   "genesis: the first root of a chain",
		plan.Renew:     "renew: a later expiry, the same keys",
		plan.Rotate:    "rotate: keys or thresholds change",
		plan.Emergency: "emergency: keys change because one is lost or stolen",
	}
}

func modes() map[plan.Mode]string {
	return map[plan.Mode]string{
		plan.Production: "PRODUCTION",
		plan.Rehearsal:  "REHEARSAL: what it makes is marked, and refused elsewhere",
	}
}

func (s *script) predecessor() string {
	if s.genesis() {
		return "nothing: this is a genesis"
	}
	return fmt.Sprintf("version %d, whose digest is on the next page", s.plan.Continues.Version)
}

func (s *script) state() string {
	if s.plan.Frozen() {
		return "frozen: every key stands in it"
	}
	return "draft: to be enrolled are " + strings.Join(s.plan.Missing(), ", ")
}

// howTo is the first page: which copy this is, and how it is filled in.
func (s *script) howTo() Section {
	var blocks []Block
	if s.plan.Description != "" {
		blocks = append(blocks, Block{Text: strings.Split(s.plan.Description, "\n")})
	}
	return Section{ID: "how", Title: "This copy", Blocks: append(blocks,
		Block{Fields: slices.Concat(short("Copy number", "Of"), long("Filled in by"), long("Place"), short("Date", "Began (UTC)", "Ended (UTC)")), Together: true},
		Block{Title: "How it is filled in", Text: []string{
			"A box is ticked when what stands beside it was done and is so. If it cannot be ticked, that is an exception. Of circles exactly one is marked. On lines is written, with a pen that cannot be erased; what was wrong is crossed out once, so that it can still be read, and initialled. Times are UTC, from the outside clock.",
			"At each item stand two names: who does it, and who looks on and checks it. Both set their initials when it is done, not before.",
			"IF something is otherwise than it stands here, THEN write \u201cexception\u201d beside it, fill in an exception sheet (E), and record the same in the guide, before anything else. To go on is a decision, and somebody takes it.",
			"What is typed is read from the screen, never from this paper. The words that are printed here are for comparing: where screen and paper differ, believe neither, and stop.",
		}, Together: true},
	)}
}

// digests are what all places compare before they begin.
func (s *script) digests() Section {
	var words []Words
	if c := s.plan.Continues; c != nil {
		words = append(words, spoken(fmt.Sprintf("The root that is continued: version %d", c.Version), s.continues()))
	}
	rows := []Row{{Name: "Chain", Value: s.chain().String(), Exact: true}}
	if s.genesis() {
		rows = []Row{{Name: "Chain", Value: "begins with what is made here"}}
	}
	if s.plan.Frozen() {
		words = append(words, full("The frozen plan", s.frozen()))
	} else {
		rows = append(rows, Row{Name: "Draft", Value: s.plan.Digest().String(), Exact: true})
	}
	blocks := []Block{{Text: []string{
		"Each place holds these by a way of its own, and compares all of them, not the beginning alone. Whoever brings a pin compares their own copy with the screen: this paper came with the plan, and is no pin.",
	}, Rows: rows}}
	for _, w := range words {
		blocks = append(blocks, Block{Words: []Words{w}, Together: true})
	}
	if !s.plan.Frozen() {
		blocks = append(blocks, Block{Boxed: true, Text: []string{
			"The plan is a draft: keys are enrolled on the day, and its digest changes with each. The words of the frozen plan are written down at step 5.",
		}})
	}
	return Section{ID: "digests", Title: "What this script belongs to", Blocks: blocks}
}

// chain is the digest of the first root; zero for a genesis.
func (s *script) chain() root.Digest {
	if s.genesis() {
		return root.Digest{}
	}
	return s.plan.Continues.First().Root()
}
