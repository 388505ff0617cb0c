package verify_test

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// maxCost is how much memory the judgement of one document, and its report in
// JSON, may take in all, freed or not. No document has more than 512,000 bytes,
// 100,000 values and 32 levels; what is here is one that has the most of
// everything.
const maxCost = 128 << 20

// Every attack costs little, whoever sends it: memory is bounded by what is
// taken, before and after signatures are looked at.
func TestAttacksCostLittle(t *testing.T) {
	tuf := trust(t, forge.Root(root.TUF, 1, 2, people(root.TUF)...).Bytes(), options())
	conda := trust(t, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes(), options())
	var most uint64
	cost := func(name string, judge func() verify.Report) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rep := judge()
		rep.AppendJSON(nil)
		runtime.ReadMemStats(&after)
		used := after.TotalAlloc - before.TotalAlloc
		most = max(most, used)
		if used > maxCost {
			t.Errorf("%s: %d MiB", name, used>>20)
		}
	}
	for _, c := range everyAttack() {
		for _, trusted := range []verify.Trusted{tuf, conda} {
			cost(c.name, func() verify.Report { _, rep := verify.Next(trusted, c.raw, options()); return rep })
		}
		cost(c.name, func() verify.Report { _, rep := verify.KeyManager(conda, c.raw, options()); return rep })
		cost(c.name, func() verify.Report { _, rep := verify.TrustFile(c.raw, options()); return rep })
	}
	t.Logf("the most is %d MiB", most>>20)
}

// A named is a document and what it is.
type named struct {
	name string
	raw  []byte
}

// everyAttack is every attack, good root and costly document, in both formats.
func everyAttack() []named {
	var out []named
	add := func(name string, only root.Format, edit func(*forge.Doc)) {
		for _, f := range []root.Format{root.TUF, root.Conda} {
			if only == 0 || only == f {
				d := forge.Root(f, 2, 2, people(f)...)
				edit(d)
				out = append(out, named{f.String() + "/" + name, d.Bytes()})
			}
		}
	}
	for _, a := range attacks() {
		if !a.strict {
			add(a.name, a.only, a.edit)
		}
	}
	for _, g := range goodRoots() {
		add(g.name, g.only, g.edit)
	}
	for _, a := range managerAttacks() {
		if !a.strict {
			out = append(out, named{"key_mgr/" + a.name, a.manager()})
		}
	}
	return append(out, costly()...)
}

// costly are documents of nearly the greatest size, made to cost as much as
// such a document can.
func costly() []named {
	const room = 480_000
	file := func(f root.Format, signed, signatures string) []byte {
		d := forge.Root(f, 2, 2, people(f)...)
		d.Text = func(file []byte) []byte {
			file = []byte(strings.Replace(string(file), `"signed":{`, `"signed":{`+signed, 1))
			for _, open := range []string{`"signatures":[`, `"signatures":{`} {
				file = []byte(strings.Replace(string(file), open, open+signatures, 1))
			}
			return file
		}
		return d.Bytes()
	}
	many := func(each string) string { return strings.Repeat(each, min(room/len(each), 95_000)) }
	numbered := func(n int, each func(i int) string) string {
		var b strings.Builder
		for i := 0; i < n && b.Len() < room; i++ {
			b.WriteString(each(i))
		}
		return b.String()
	}
	id := func(i int) string { return strings.Repeat("0", 60) + string(rune('a'+i%26)) + "." }
	return []named{
		{"roles with long names and unknown keys", longRoles()},
		{"many strings", file(root.TUF, `"x":[`+many(`"",`)+`""],`, "")},
		{"many objects", file(root.Conda, `"x":[`+many(`{},`)+`{}],`, "")},
		{"many lists in lists", file(root.TUF, `"x":[`+many(`[[[[[[[]]]]]]],`)+`[]],`, "")},
		{"many members", file(root.TUF, numbered(95_000, func(i int) string { return `"` + id(i)[:1] + strings.Repeat("~", 3) + itoa(i) + `":0,` }), "")},
		{"a long string of controls", file(root.Conda, `"x":"`+strings.Repeat(`\u0001`, room/6)+`",`, "")},
		{"a long string beyond ASCII", file(root.Conda, `"x":"`+strings.Repeat("\U0001f600", room/4)+`",`, "")},
		{"many signatures", file(root.TUF, "", numbered(1_000, func(i int) string { return `{"keyid":"` + itoa(i) + `","sig":"` + strings.Repeat("00", 200) + `"},` }))},
		{"members in every case", file(root.TUF, numbered(5_000, func(i int) string { return `"` + upper("consistent_snapshot", i) + `":0,` }), "")},
		{"a long keyid with members in every case", edited(text(`"keys":{`, `"keys":{"`+strings.Repeat("/", 200_000)+`":{"scheme":"x","keyval":{},`+
			numbered(120, func(i int) string { return `"` + upper("keytype", i) + `":"x",` })+`"x":0},`))},
		{"keys with members in every case", file(root.TUF, `"keys2":{},`, numbered(900, func(i int) string {
			return `{"keyid":"` + itoa(i) + `","sig":"",` + numbered(30, func(j int) string { return `"` + upper("keyid", j+1) + `":0,` }) + `"x":0},`
		}))},
	}
}

func edited(edit func(*forge.Doc)) []byte { return attack{edit: edit}.forged() }

// longRoles has a finding, with a long pointer, for each of very many keyids.
func longRoles() []byte {
	d := forge.Root(root.TUF, 2, 2, people(root.TUF)...)
	ids := make([]any, 1_024)
	for i := range ids {
		ids[i] = itoa(i)
	}
	for i := range 57 {
		d.Roles()[itoa(i)+strings.Repeat("/", 250)] = map[string]any{"threshold": 1, "keyids": ids}
	}
	return d.Bytes()
}

func itoa(i int) string { return strconv.Itoa(i) }

// upper is the name with the letters in upper case that the bits say.
func upper(name string, bits int) string {
	out := []byte(name)
	for i := range out {
		if bits>>i&1 == 1 {
			out[i] = strings.ToUpper(name[i : i+1])[0]
		}
	}
	return string(out)
}
