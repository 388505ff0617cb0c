package paper

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// guests are the rows for people whom the plan does not name.
const guests = 3

// people is who takes part, and who came.
func (s *script) people() Section {
	t := &Table{Columns: []Column{{"In the plan", 22}, {"Token", 16}, {"Name, signature", 30}, {"Initials", 10}, {"Came (UTC)", 11}, {"Left (UTC)", 11}}}
	for _, p := range s.all {
		t.Rows = append(t.Rows, []Cell{{Text: p.name, Small: p.about()}, tokenCell(p), {}, {}, {}, {}})
	}
	for range guests {
		t.Rows = append(t.Rows, []Cell{{Small: []string{"not in the plan; why here:", " "}}, {Small: []string{"none"}}, {}, {}, {}, {}})
	}
	texts := []string{
		"Everybody who enters the room stands here, with the initials that they will use. The signature says: I am who stands here, I know what my part is, and nobody who tells me what to do sits here in another part that checks mine.",
		"Who the person is was checked by an identity document, which the witness has seen. Who leaves at other times than a break is an exception.",
	}
	if !s.wantsWitness() {
		texts = append(texts, "The plan requires no witness. If none is here, somebody who does not type checks instead.")
	}
	return Section{ID: "people", Title: "Who takes part", Blocks: []Block{{Text: texts}, {Table: t}}}
}

// about is somebody's part and where they come from.
func (p person) about() []string {
	part := p.part
	if p.leads {
		part = "lead, " + part
	}
	out := []string{part}
	for _, s := range []string{p.organisation, p.location} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func tokenCell(p person) Cell {
	if p.token == nil {
		return Cell{Small: []string{"none"}}
	}
	if serial := string(p.token.Serial); p.openPGP() { // 40 digits, as the plan is checked
		return Cell{Text: "OpenPGP key", Small: []string{serial[:len(serial)/2], serial[len(serial)/2:]}}
	}
	return Cell{Text: string(p.token.Serial), Exact: true, Small: []string{fmt.Sprintf("%s, slot %s", p.token.Kind, cmp.Or(string(p.token.SlotInForce()), "as found"))}}
}

// keys are all keys of the plan, by fingerprint, to be compared at the freeze.
func (s *script) keys() Section {
	t := &Table{Columns: []Column{{"Key", 22}, {"Fingerprint: SHA-256 of its SubjectPublicKeyInfo", 68}, {"Same", 10}}}
	for _, k := range s.review.Keys {
		c := Cell{Small: []string{"still to be enrolled: write its fingerprint down at step 5", " "}}
		if p, there := s.plan.KeyOf(k.Name); there {
			c = Cell{Text: p.Fingerprint().String(), Exact: true, Small: []string{s.standing(k.Name)}}
		}
		t.Rows = append(t.Rows, []Cell{{Text: k.Name, Small: []string{k.Type}}, c, {Fields: ticks("")}})
	}
	return Section{ID: "keys", Title: "The keys of the plan", Blocks: []Block{
		{Text: []string{"Compared with the screen in full at step 5, key by key. A name is only what the plan calls a key; the fingerprint is computed from the key."}},
		{Table: t},
	}}
}

// standing is what a key is for.
func (s *script) standing(name string) string {
	var in []string
	if slices.Contains(s.plan.Root.Keyholders, name) {
		in = append(in, "root")
	}
	for _, role := range slices.Sorted(maps.Keys(s.plan.Roles)) {
		if slices.Contains(s.plan.Roles[role].Keys, name) {
			in = append(in, role)
		}
	}
	switch {
	case slices.Contains(s.plan.Leave, name):
		return "leaves"
	case len(in) == 0:
		return "in no role that this plan writes anew"
	}
	return "signs for " + strings.Join(in, ", ")
}
