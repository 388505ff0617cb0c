package paper

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/plan"
)

// What is counted per ceremony rather than per person.
const (
	mediaIn   = 1 // plan, chain and program
	mediaOut  = 2 // the result, twice
	spareBags = 3 // one is sealed wrongly in every ceremony
	record    = 1 // the copy of the script that is the record
	breaks    = 2 // break sheets
)

// An article is something that must lie on the table.
type article struct {
	n    int
	what string
	note []string
}

// materials is what has to be there, counted from the plan.
func (s *script) materials() Section {
	t := &Table{Columns: []Column{{"There", 9}, {"Count", 9}, {"What", 52}, {"Number on it, bag, seal", 30}}}
	for _, a := range s.articles() {
		t.Rows = append(t.Rows, []Cell{{Fields: ticks("")}, {Text: fmt.Sprint(a.n)}, {Text: a.what, Small: a.note}, {}})
	}
	tokens := &Table{Columns: []Column{{"There", 9}, {"Token of", 22}, {"Serial", 21}, {"Bag on arrival", 18}, {"Seal whole", 12}, {"New bag", 18}}}
	for _, p := range s.those(holdsToken) {
		c := tokenCell(p)
		who := Cell{Text: p.name}
		if s.elsewhere(p) {
			who.Small = []string{"brought, or stays in " + p.location}
		}
		tokens.Rows = append(tokens.Rows, []Cell{{Fields: ticks("")}, who, c, {}, {Fields: ticks("")}, {}})
	}
	return Section{ID: "materials", Title: "What has to be there", Blocks: []Block{
		{Text: []string{"Counted from the plan. Nothing else lies within reach of whoever sits at the machine."}, Table: t},
		{Title: "Tokens by serial number", Text: []string{
			"The number in the plan is compared with the one on the case, by two people. IF a bag is open, its seal broken, or its number not the one that was written down when it was last sealed, THEN the token is not used: exception sheet, and the key is replaced in the next ceremony.",
		}, Table: tokens},
	}}
}

func (s *script) articles() []article {
	people, tokens := len(s.all), s.those(holdsToken)
	piv, hsm := s.kind(tokens, plan.PIVToken), s.kind(tokens, plan.PKCS11Token)
	out := []article{
		{1, "machine for the ceremony, without network and radio", []string{"and its power supply, keyboard, screen that all can see"}},
		{1, "spare machine, prepared in the same way", nil},
		{1, "other machine with another tool for SHA-256", []string{"to check the program; it is not used afterwards"}},
		{1, "clock from outside that everybody can see", []string{"not of either machine; set against a public time signal"}},
		{mediaIn, "medium with program, plan and chain", nil},
		{mediaOut, "new media for the result", nil},
		{len(tokens), "tokens, as listed below", nil},
	}
	if piv > 0 {
		out = append(out, article{2, "smart card readers, or free USB ports", []string{"one and a spare: one token after the other"}},
			article{piv, "PUKs, each sealed and with its holder", []string{"opened only if a PIN is blocked"}})
		if s.policy.Management == plan.ManagementSealed {
			out = append(out, article{piv, "envelopes with management keys, sealed", []string{"not opened on the day"}})
		}
	}
	if hsm > 0 {
		out = append(out, article{hsm, "HSMs with cables, and the PKCS#11 module of each", nil})
	}
	if n := s.kind(tokens, plan.OpenPGPToken); n > 0 {
		out = append(out, article{1, "machine with gpg, without network and radio", []string{"it may be the machine for the ceremony"}}, article{n, "media for bytes and signatures of gpg", []string{"not needed where gpg is on that machine"}})
	}
	if n := len(s.those(s.elsewhere)); n > 0 {
		out = append(out, article{n, "media for requests and contributions, one a place", []string{"only for keyholders who do not come"}})
	}
	bags := len(tokens) + mediaOut + record + spareBags
	return append(out,
		article{bags, "tamper-evident bags, numbered", []string{fmt.Sprintf("%d for tokens, %d for media, %d for the record, %d spare", len(tokens), mediaOut, record, spareBags)}},
		article{people + record, "printed copies of this script", []string{fmt.Sprintf("one for each of %d people, one for the record", people)}},
		article{people, "printed copies of the plan", nil},
		article{people, "pens that cannot be erased", nil},
	)
}

func (s *script) kind(people []person, kind plan.TokenKind) int {
	n := 0
	for _, p := range people {
		if p.token.Kind == kind {
			n++
		}
	}
	return n
}

// before is what has to be done before the doors are closed.
func (s *script) before() Section {
	review := "rootmoot plan lint PLAN"
	if !s.genesis() {
		review = "rootmoot plan lint --trust ROOT --chain DIR PLAN"
	}
	items := []Item{{
		Does: s.lead(), Checks: s.checker(), Command: review,
		Text:   []string{"The plan was reviewed by every participant, and by the program."},
		Fields: long("Reviewed by, on"),
	}}
	if s.plan.Mode == plan.Production {
		items = append(items, Item{
			Does: "everybody", Text: []string{"Everybody who will sit at the machine has rehearsed, on that machine, with this program."},
			Fields: short("Rehearsed on"),
		})
	}
	items = append(items, s.ready()...)
	second := Item{
		Does: s.lead(), Checks: s.checker(), Text: []string{"A second day is agreed on, in case this one fails."}, Fields: long("Second day"),
	}
	if s.wantsWitness() {
		second.Text[0] = "A second day, and a second witness who can come instead, are agreed on."
		second.Fields = long("Second day", "Second witness")
	}
	items = append(items, second)
	if !s.genesis() {
		items = append(items, Item{
			Does: "everybody", Text: []string{"Everybody has the pin of the root that they trust now, version and digest, by a way of their own: not from the plan, nor from the folder of the chain."},
		})
	}
	blocks := []Block{{Items: number("0", items)}}
	if b, any := s.toDecide(); any {
		blocks = append(blocks, b)
	}
	return Section{ID: "before", Number: "0", Title: "Before the day", Blocks: blocks}
}

// ready are what keyholders do with their tokens before they bring them.
func (s *script) ready() []Item {
	var out []Item
	kept := []string{"PINs and PUKs stand in no file, no message and on no other paper"}
	if s.kind(s.those(holdsToken), plan.PIVToken) > 0 {
		out = append(out, Item{
			Does: "keyholders", Checks: "another each", Command: "rootmoot token provision", Ticks: kept,
			Text: []string{"Each smart card is made ready: emptied, a PIN of 6 to 8 characters and a PUK of 8, drawn with dice or by a machine and not thought up, none of them used elsewhere. Each is written down once, put into an envelope of its own with the card's serial number on it, and sealed."},
		})
	}
	if s.kind(s.those(holdsToken), plan.PKCS11Token) > 0 {
		out = append(out, Item{
			Does: "keyholders", Checks: "another each", Command: "rootmoot token inspect SERIAL --pkcs11-module FILE", Ticks: kept,
			Text: []string{"Each HSM has its key, made on it and not to be taken out, and a PIN of its own, written down once and sealed."},
		})
	}
	return out
}

// toDecide are lint's warnings: each wants a decision.
func (s *script) toDecide() (Block, bool) {
	t := &Table{Columns: []Column{{"The plan's rules warn", 58}, {"Decided, by whom", 42}}}
	for _, f := range s.review.Findings {
		if f.Severity == plan.Warn {
			t.Rows = append(t.Rows, []Cell{{Text: f.Rule, Small: []string{f.Detail}}, {}})
		}
	}
	return Block{Title: "Warnings that want a decision", Table: t}, len(t.Rows) > 0
}
