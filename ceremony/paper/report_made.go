package paper

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// state is where the sitting stood; only of full evidence.
func (r *report) state() *ceremony.State { return r.Findings.Record.State }

// nameOf is what the plan calls a key.
func (r *report) nameOf(f root.Fingerprint) string {
	name, _ := r.state().InForce().NameOf(f)
	return name
}

// document is what was made: its digest in words, and what changed.
func (r *report) document() Section {
	st := r.state()
	p := st.InForce()
	out := Section{ID: "document", Title: "What was made", Blocks: []Block{{Rows: []Row{
		{Name: "Purpose", Value: purposes()[p.Purpose]},
		{Name: "Mode", Value: modes()[p.Mode]},
		{Name: "Format", Value: string(p.Format)},
		{Name: "Continues", Value: r.continues()},
		{Name: "Signing time", Value: string(p.SigningTime) + ", by the plan's word"},
		{Name: "Deadline", Value: cmp.Or(string(p.Deadline), "none")},
	}}}}
	if st.Candidate == nil {
		return add(out, Block{Boxed: true, Text: []string{"The sitting came to no candidate: there was nothing to sign."}})
	}
	out.Blocks[0].Rows = append(out.Blocks[0].Rows, Row{Name: "Expires", Value: root.FormatTime(st.Candidate.Body().Expires.Time)})
	return add(out,
		Block{Words: []Words{spoken(fmt.Sprintf("Version %d: digest of the document", st.Candidate.Body().Version), st.Candidate.Digest())}, Together: true},
		Block{Words: []Words{spoken("Digest of the frozen plan", st.Frozen.Digest())}, Together: true},
		Block{Title: "What changed, by key material", Lines: st.Candidate.Diff().Lines(r.nameOf)},
	)
}

func add(s Section, blocks ...Block) Section {
	s.Blocks = append(s.Blocks, blocks...)
	return s
}

func (r *report) continues() string {
	t := r.Findings.Record.Trusted
	if t.IsZero() {
		return "nothing: it begins a chain"
	}
	return fmt.Sprintf("version %d, digest %v", t.Version(), t.Digest())
}

// signatures are those that count, quorum by quorum, and who took part.
func (r *report) signatures() Section {
	out := Section{ID: "signatures", Title: "Who took part, and signed"}
	st := r.state()
	for i, l := range st.Lacks() {
		t := &Table{Dense: true, Columns: []Column{{"Key", 15}, {"Fingerprint", 60}, {"", 25}}}
		for _, k := range st.Tallies[i].Keys {
			f := k.Key.Public.Fingerprint()
			t.Rows = append(t.Rows, []Cell{{Text: cmp.Or(r.nameOf(f), "not named in the plan")}, {Text: f.String(), Exact: true}, {Text: r.signed(k)}})
		}
		head := fmt.Sprintf("Quorum %s: %d of the %d signatures that it needs", l.Quorum, l.Have, l.Need)
		out.Blocks = append(out.Blocks, Block{Title: head, Table: t})
	}
	if len(out.Blocks) == 0 {
		out.Blocks = []Block{{Text: []string{"There was nothing to sign."}}}
	}
	return add(out, r.people()...)
}

// signed is how a key of a quorum stands.
func (r *report) signed(k root.KeyStanding) string {
	st, name := r.state(), r.nameOf(k.Key.Public.Fingerprint())
	if k.Standing == root.GoodSig {
		if a := st.Signatures[name]; !a.Stated {
			return "SIGNED; no statement"
		}
		return "SIGNED, and stated"
	}
	if a, ok := st.Refusals[name]; ok {
		return "refused, and stated: " + a.Contribution.Reason
	}
	if c, ok := st.Claimed[name]; ok {
		return "refused, it is claimed: " + c.Reason
	}
	return "not signed"
}

// people are who took part, and with which token.
func (r *report) people() []Block {
	st := r.state()
	p := st.InForce()
	t := &Table{Dense: true, Columns: []Column{{"Participant", 22}, {"Organisation, place", 26}, {"Token", 30}, {"Stands", 22}}}
	for _, s := range st.Standings() {
		part := p.Participants[s.Participant]
		stands := []string{}
		if s.Late {
			stands = append(stands, "late, by the clock of its place")
		}
		if s.Backing != "" {
			stands = append(stands, string(s.Backing))
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: s.Participant},
			{Text: part.Organisation, Small: []string{part.Location}},
			r.token(s.Participant),
			{Text: string(s.Part), Small: stands},
		})
	}
	for _, name := range slices.Sorted(maps.Keys(p.Witnesses)) {
		how := "on paper only"
		if _, keyed := p.WitnessKey(name); keyed {
			how = "a key of their own"
		}
		t.Rows = append(t.Rows, []Cell{{Text: name}, {Text: p.Witnesses[name].Organisation}, {Text: "none"}, {Text: "witness", Small: []string{how}}})
	}
	return []Block{{
		Title: "Participants and tokens", Table: t,
		Text: []string{"Names, organisations and places are the plan's; that these people were there, and held their tokens themselves, is claimed."},
	}}
}

// token is the device of a participant, and what is proven of it.
func (r *report) token(name string) Cell {
	st := r.state()
	part := st.InForce().Participants[name]
	if part.Token == nil {
		return Cell{Text: "none"}
	}
	out := Cell{Text: fmt.Sprintf("%s, %s", part.Token.Kind, part.Token.Serial)}
	c, gave := st.Enrolments[name]
	for _, have := range []map[string]ceremony.Accepted{st.Refusals, st.Signatures} {
		if a, ok := have[name]; ok {
			c, gave = a.Contribution, true
		}
	}
	switch {
	case !gave:
		out.Small = []string{"not used, as far as this record goes"}
	case c.Attestation == nil:
		out.Small = []string{"not attested", "firmware " + cmp.Or(c.Token.Firmware, "unknown")}
	default:
		out.Small = []string{"attested", "firmware " + cmp.Or(c.Token.Firmware, "unknown") + ", slot " + cmp.Or(c.Token.Slot, "unknown")}
	}
	return out
}

// aliases are what public evidence says of people.
func (r *report) aliases() Section {
	t := &Table{Dense: true, Columns: []Column{{"", 6}, {"Name, organisation, place, token", 34}, {"Key", 60}}}
	for _, p := range r.Findings.Public.People {
		said := []string{}
		for _, f := range []*string{p.Name.Value, p.Organisation.Value, p.Location.Value, p.Serial.Value} {
			if f != nil {
				said = append(said, *f)
			}
		}
		key := "none"
		if k, err := root.ParseSPKI(p.Key); err == nil {
			key = k.Fingerprint().String()
		}
		t.Rows = append(t.Rows, []Cell{{Text: p.Alias}, {Text: cmp.Or(strings.Join(said, ", "), "not public")}, {Text: key, Exact: true}})
	}
	return Section{ID: "people", Title: "Who took part", Blocks: []Block{
		{Text: []string{"This evidence is public: of people it says what each agreed to, and commits to the rest. Whoever holds the full evidence can open any of it."}},
		{Table: t},
	}}
}
