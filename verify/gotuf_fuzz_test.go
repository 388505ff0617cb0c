package verify_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// FuzzAgainstGoTUF looks for roots that go-tuf judges as we do not, and that no
// row of the table explains. What it changes is signed again, so that it gets
// past the quorums:
//
//	mode 0  the file, after sigstore v14
//	mode 1  the file, after a root whose keys are known
//	mode 2  the signed part as text
//	mode 3  the signed part by a recipe
//	+4      signed in the form that go-tuf checks, where it has another
//
// In modes 2 and 3 a second recipe changes the signed file.
func FuzzAgainstGoTUF(f *testing.F) {
	production := from(f, load(f, "sigstore/14.root.json"))
	known := from(f, (&forgery{signed: plainRoot(1)}).file())
	f.Add(byte(0), load(f, "sigstore/15.root.json"), []byte{})
	f.Add(byte(1), (&forgery{signed: plainRoot(2)}).file(), []byte{})
	for _, mode := range []byte{2, 6} {
		f.Add(mode, plainRoot(2), []byte{})
	}
	for _, mode := range []byte{3, 7} {
		f.Add(mode, []byte{}, []byte{})
		f.Add(mode, []byte{0, 3, 1, 2, 9, 5, 1, 12, 14}, []byte{0, 2, 8})
	}
	for _, a := range goTUFAttackTable() {
		if raw := a.forged(); len(raw) < 10_000 {
			f.Add(byte(1), raw, []byte{})
		}
	}
	f.Fuzz(func(t *testing.T, mode byte, in, outer []byte) {
		switch mode % 4 {
		case 0:
			production.compare(in).hold(t)
			return
		case 1:
			known.compare(in).hold(t)
			return
		case 2:
			in = bytes.Clone(in)
		case 3:
			in = recipe(in).cook(plainRoot(2))
		}
		file := recipe(outer).cook((&forgery{signed: in, theirs: mode&4 != 0}).file())
		known.compare(file).hold(t)
		compareFirst(file).hold(t)
	})
}

// A recipe changes JSON, three bytes a change: where, how, and with what. The
// result is JSON if what it began with is.
type recipe []byte

// maxChanges keeps a recipe short enough to be understood.
const maxChanges = 8

func (r recipe) cook(text []byte) []byte {
	if len(r) < 3 {
		return text
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return text
	}
	for n := 0; len(r) >= 3 && n < maxChanges; n++ {
		all := places(v, nil)
		if len(all) == 0 {
			break
		}
		change(all[int(r[0])%len(all)], all, r[1], int(r[2]))
		r = r[3:]
	}
	out, err := json.Marshal(v)
	if err != nil {
		return text
	}
	return out
}

// A place is a member of an object or an element of an array.
type place struct {
	object map[string]any
	name   string
	array  []any
	index  int
}

func (p place) get() any {
	if p.object != nil {
		return p.object[p.name]
	}
	return p.array[p.index]
}

func (p place) set(v any) {
	if p.object != nil {
		p.object[p.name] = v
	} else {
		p.array[p.index] = v
	}
}

// places are all of a tree, in an order that does not change.
func places(v any, out []place) []place {
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			out = places(v[name], append(out, place{object: v, name: name}))
		}
	case []any:
		for i := range v {
			out = places(v[i], append(out, place{array: v, index: i}))
		}
	}
	return out
}

func change(p place, all []place, how byte, with int) {
	switch how % 7 {
	case 0:
		p.set(ingredient(with))
	case 1:
		p.set(clone(all[with%len(all)].get()))
	case 2:
		if p.object != nil {
			delete(p.object, p.name)
		}
	case 3:
		if p.object != nil {
			v := p.get()
			delete(p.object, p.name)
			p.object[otherName(p.name, with)] = v
		}
	case 4:
		if p.object != nil {
			p.object[otherName(p.name, with)] = clone(p.get())
		}
	case 5:
		if list, ok := p.get().([]any); ok {
			p.set(append(slices.Clip(list), ingredient(with)))
		}
	case 6:
		if s, ok := p.get().(string); ok {
			p.set(otherText(s, with))
		}
	}
}

func ingredient(n int) any { return clone(ingredients()[n%len(ingredients())]) }

// clone is a copy, so that no place is inside itself or in two trees.
func clone(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if d.Decode(&out) != nil {
		return nil
	}
	return out
}

// theirForm is the form of a signed part that go-tuf checks, ours where it has
// none.
func theirForm(signed []byte) []byte {
	if form, err := goTUFForm(slices.Concat([]byte(`{"signed":`), signed, []byte(`,"signatures":[]}`))); err == nil {
		return form
	}
	return ourForm(signed)
}

func ourForm(signed []byte) []byte {
	tree, err := canonical.Parse(signed, canonical.Limits{})
	if err != nil {
		return signed
	}
	form, err := canonical.AppendTUF(nil, tree)
	if err != nil {
		return signed
	}
	return form
}
