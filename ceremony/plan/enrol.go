package plan

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// Enrol is the text of the plan with these keys filled in, by name. Every other
// byte stays as the reviewers wrote it, comments and layout included; the same
// keys give the same text, in whatever order they come. It refuses a name that
// the plan does not know, a key that stands there already, a key of another
// type, and one that the plan names otherwise. The text is read again and
// compared before it is returned.
func (p *Plan) Enrol(keys map[string]root.PublicKey) ([]byte, error) {
	var edits []edit
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if err := p.enrollable(name, keys[name]); err != nil {
			return nil, fmt.Errorf("key %s: %w", name, err)
		}
		e, err := p.fill(name, keys[name])
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", name, err)
		}
		edits = append(edits, e)
	}
	text := apply(p.raw, edits)
	if err := p.filled(text, keys); err != nil {
		return nil, err
	}
	return text, nil
}

// Freeze is Enrol, and every key must then stand in the plan.
func (p *Plan) Freeze(keys map[string]root.PublicKey) ([]byte, error) {
	text, err := p.Enrol(keys)
	if err != nil {
		return nil, err
	}
	next, err := Load(text)
	if err != nil {
		return nil, err
	}
	if missing := next.Missing(); len(missing) > 0 {
		return nil, fmt.Errorf("plan: still a draft, these keys are to be enrolled: %s", strings.Join(missing, ", "))
	}
	return text, nil
}

func (p *Plan) enrollable(name string, k root.PublicKey) error {
	entry, known := p.Keys[name]
	if !known {
		return errors.New("the plan has no entry of that name under keys")
	}
	if there, full := p.keys[name]; full {
		return fmt.Errorf("stands in the plan already (%v): a key is never replaced; to change it, edit the plan and have it reviewed", there.Fingerprint())
	}
	if err := k.Sound(); err != nil {
		return err
	}
	if entry.Type.Algorithm() != k.Algorithm() {
		return fmt.Errorf("is of %v, and the plan asks for %s", k.Algorithm(), entry.Type)
	}
	if other, named := p.names[k.Fingerprint()]; named {
		return fmt.Errorf("is the key that the plan calls %s: one key has one name", other)
	}
	if other, named := p.witnessNames[k.Fingerprint()]; named {
		return fmt.Errorf("is the key of the witness %s: who witnesses signs nothing else", other)
	}
	return nil
}

// An edit puts text in at an offset.
type edit struct {
	at   int
	text string
}

// apply makes the edits, which are at different offsets.
func apply(raw []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return a.at - b.at })
	var out []byte
	done := 0
	for _, e := range edits {
		out = append(out, raw[done:e.at]...)
		out = append(out, e.text...)
		done = e.at
	}
	return append(out, raw[done:]...)
}

// fill is the edit that puts a key beside its type: as a line or a block of its
// own where the entry is written in lines, else within its braces.
func (p *Plan) fill(name string, k root.PublicKey) (edit, error) {
	start, end, ok := p.typeValue(name)
	if !ok {
		return edit{}, errors.New("its type is not written plainly: write {type: …}, or type: … on a line of its own")
	}
	if line, column := p.place("keys." + name); p.raw[p.offset(line, column)] == '{' {
		return edit{end, ", " + inline(k)}, nil
	}
	lineStart := bytes.LastIndexByte(p.raw[:start], '\n') + 1
	before := string(p.raw[lineStart:start])
	indent := before[:len(before)-len(strings.TrimLeft(before, " "))]
	if strings.TrimSpace(before) != "type:" {
		return edit{}, errors.New("its type is not on a line of its own: write it so, or as {type: …}")
	}
	lineEnd := bytes.IndexByte(p.raw[end:], '\n')
	if lineEnd < 0 {
		return edit{len(p.raw), "\n" + block(k, indent)}, nil
	}
	return edit{end + lineEnd + 1, block(k, indent)}, nil
}

// typeValue is where the entry's type stands, quotes included.
func (p *Plan) typeValue(name string) (start, end int, ok bool) {
	start = p.offset(p.place("keys." + name + ".type"))
	rest := string(p.raw[start:])
	for _, quote := range []string{"", `"`, `'`} {
		if word := quote + string(p.Keys[name].Type) + quote; strings.HasPrefix(rest, word) {
			return start, start + len(word), true
		}
	}
	return 0, 0, false
}

// offset is where a line and column are in the file. Columns count characters.
func (p *Plan) offset(line, column int) int {
	at := 0
	for ; line > 1; line-- {
		at += bytes.IndexByte(p.raw[at:], '\n') + 1
	}
	for i := range string(p.raw[at:]) {
		if column == 1 {
			return at + i
		}
		column--
	}
	return len(p.raw)
}

// inline is the key as members between braces.
func inline(k root.PublicKey) string {
	if k.Algorithm() == root.Ed25519 {
		return fmt.Sprintf("hex: %q", hex.EncodeToString(k.Raw()))
	}
	return fmt.Sprintf("pem: %q", k.PEM())
}

// block is the key as lines of their own.
func block(k root.PublicKey, indent string) string {
	if k.Algorithm() == root.Ed25519 {
		return indent + inline(k) + "\n"
	}
	var b strings.Builder
	b.WriteString(indent + "pem: |\n")
	for line := range strings.Lines(k.PEM()) {
		b.WriteString(indent + "  " + line)
	}
	return b.String()
}

// filled reads the new text and checks that it is the old plan with those keys
// and nothing else.
func (p *Plan) filled(text []byte, keys map[string]root.PublicKey) error {
	next, err := Load(text)
	if err != nil {
		return fmt.Errorf("plan with the keys filled in: %w", err)
	}
	same := next.Fields
	same.Keys = maps.Clone(next.Keys)
	for name, k := range keys {
		if got, ok := next.KeyOf(name); !ok || got.Fingerprint() != k.Fingerprint() {
			return fmt.Errorf("plan with the keys filled in: key %s does not read back", name)
		}
		same.Keys[name] = p.Keys[name]
	}
	if !reflect.DeepEqual(same, p.Fields) {
		return errors.New("plan with the keys filled in: something else changed too")
	}
	return nil
}
