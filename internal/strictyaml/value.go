package strictyaml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// decoder fills Go values from the nodes of a file.
type decoder struct {
	places map[string]place
}

// fault is an error about n.
func fault(n *yaml.Node, path, format string, args ...any) error {
	return &Error{Line: n.Line, Column: n.Column, Path: path, Message: fmt.Sprintf(format, args...)}
}

// value decodes n into v, whose type says what n has to be.
func (d *decoder) value(n *yaml.Node, path string, v reflect.Value) error {
	d.places[path] = place{n.Line, n.Column}
	if err := plain(n, path); err != nil {
		return err
	}
	if isNull(n) {
		return fault(n, path, "has no value: give one, or leave the whole line out")
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(n, path, v.Elem())
	case reflect.Struct:
		return d.object(n, path, v)
	case reflect.Map:
		return d.table(n, path, v)
	case reflect.Slice:
		return d.list(n, path, v)
	default:
		return scalar(n, path, v)
	}
}

// plain refuses what makes a value mean something else than it looks like.
func plain(n *yaml.Node, path string) error {
	switch {
	case n.Kind == yaml.AliasNode:
		return fault(n, path, "an alias (*%s): write the value out", n.Value)
	case n.Anchor != "":
		return fault(n, path, "an anchor (&%s): not accepted, since aliases are not", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0, !slices.Contains(ownTags[:], n.Tag):
		return fault(n, path, "a tag (%s): not accepted, the type is known", n.Tag)
	}
	return nil
}

// ownTags are what the library gives to values without a tag.
var ownTags = [...]string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!map", "!!seq", "!!merge"}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// object decodes a mapping with known names.
func (d *decoder) object(n *yaml.Node, path string, v reflect.Value) error {
	fields := fieldsOf(v.Type())
	seen, err := d.members(n, path, func(key *yaml.Node, value *yaml.Node, at string) error {
		for _, f := range fields {
			if f.name == key.Value && f.digits && isDecimal(value) {
				d.places[at] = place{value.Line, value.Column}
				v.Field(f.index).SetString(value.Value)
				return plain(value, at)
			}
			if f.name == key.Value {
				return d.value(value, at, v.Field(f.index))
			}
		}
		return fault(key, at, "not a known name here, want one of: %s", names(fields))
	})
	if err != nil {
		return err
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; !ok && f.required {
			return fault(n, path, "%s is missing", f.name)
		}
	}
	return nil
}

// table decodes a mapping with names of the file's own.
func (d *decoder) table(n *yaml.Node, path string, v reflect.Value) error {
	t := v.Type()
	if t.Key().Kind() != reflect.String {
		panic("strictyaml: a map without text as keys: " + t.String())
	}
	v.Set(reflect.MakeMap(t))
	_, err := d.members(n, path, func(key *yaml.Node, value *yaml.Node, at string) error {
		element := reflect.New(t.Elem()).Elem()
		if err := d.value(value, at, element); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key.Value).Convert(t.Key()), element)
		return nil
	})
	return err
}

// members goes through a mapping and returns the lines of its names.
func (d *decoder) members(n *yaml.Node, path string, each func(key, value *yaml.Node, at string) error) (map[string]int, error) {
	if n.Kind != yaml.MappingNode {
		return nil, fault(n, path, "want names with values, not %s", shape(n))
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if err := checkKey(key, path); err != nil {
			return nil, err
		}
		at := Child(path, key.Value)
		if line, twice := seen[key.Value]; twice {
			return nil, fault(key, at, "stands twice, first in line %d", line)
		}
		seen[key.Value] = key.Line
		if err := each(key, value, at); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

func checkKey(key *yaml.Node, path string) error {
	if err := plain(key, path); err != nil {
		return err
	}
	if key.Kind == yaml.ScalarNode && key.Tag == "!!merge" {
		return fault(key, path, "a merge (<<): write the values out")
	}
	if key.Kind != yaml.ScalarNode {
		return fault(key, path, "a name has to be text, not %s", shape(key))
	}
	return checkString(key, path)
}

func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) error {
	if n.Kind != yaml.SequenceNode {
		return fault(n, path, "want a list, not %s", shape(n))
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, element := range n.Content {
		if err := d.value(element, Index(path, i), v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// shape says what n is, for an error.
func shape(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "names with values"
	case yaml.SequenceNode:
		return "a list"
	}
	return fmt.Sprintf("%q", shorten(n.Value))
}

// shorten keeps errors to a line.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "..."
	}
	return s
}

// field is a member of a struct.
type field struct {
	name     string
	index    int
	required bool
	digits   bool // text that may be plain digits
}

func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		name, option, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name == "" || option != "" && option != "omitempty" {
			panic(fmt.Sprintf("strictyaml: %s.%s has the tag %q, want a name, and omitempty if it may be left out",
				t, t.Field(i).Name, t.Field(i).Tag))
		}
		fields = append(fields, field{name: name, index: i, required: option == "", digits: t.Field(i).Tag.Get("digits") == "plain"})
	}
	return fields
}

func names(fields []field) string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.name
	}
	return strings.Join(list, ", ")
}
