package strictyaml

import (
	"errors"
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v4"
)

// Document tells where the values of a decoded file stand.
type Document struct {
	places map[string]place // by path; the empty path is the whole
}

type place struct{ line, column int }

// Decode reads raw into v, a pointer to a struct. Members of structs are named
// by the tag `yaml:"name"` or `yaml:"name,omitempty"`; one without omitempty
// must be in the file. Text that is a number by nature, such as a serial number,
// may have the tag `digits:"plain"` and then stands without quotes too. Structs, pointers, slices, maps with text as keys, text,
// integers and booleans are known; another type in v is a mistake of its
// programmer, and panics.
//
// All errors are an [*Error] about the first thing wrong; v is then undefined.
func Decode(raw []byte, v any) (*Document, error) {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("strictyaml: decode into %T, want a pointer to a struct", v))
	}
	if err := checkText(raw); err != nil {
		return nil, err
	}
	var file yaml.Node
	if err := yaml.Load(raw, &file); err != nil {
		return nil, syntax(err)
	}
	d := decoder{places: map[string]place{}}
	if err := d.value(file.Content[0], "", target.Elem()); err != nil {
		return nil, err
	}
	return &Document{places: d.places}, nil
}

// syntax turns what the YAML library says into an error of ours. It gives no
// place for what is wrong with the file as a whole.
func syntax(err error) error {
	message, at := err.Error(), place{1, 1}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		message = load.Message
		if load.Mark.Line > 0 && load.Mark.Column > 0 {
			at = place{load.Mark.Line, load.Mark.Column}
		}
	}
	switch message {
	case "yaml: expected single document, found multiple":
		message = "more than one document in the file: want one, without --- between"
	case "yaml: no documents in stream":
		message = "the file is empty"
	default:
		message = "not YAML: " + message
	}
	return &Error{Line: at.line, Column: at.column, Message: message}
}

// Position is where the value with a path stands, or, if there is none, the
// nearest value that holds its place: the one place to look for what is missing.
func (d *Document) Position(path string) (line, column int) {
	for path != "" {
		if p, ok := d.places[path]; ok {
			return p.line, p.column
		}
		path = parent(path)
	}
	p := d.places[""]
	return p.line, p.column
}
