package strictyaml

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// quoted is any style in which a scalar is text and nothing else.
const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// scalar decodes text, an integer or a boolean.
func scalar(n *yaml.Node, path string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		return text(n, path, v)
	case reflect.Bool:
		return boolean(n, path, v)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return integer(n, path, v)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return integer(n, path, v)
	}
	panic("strictyaml: cannot decode into a " + v.Type().String())
}

func text(n *yaml.Node, path string, v reflect.Value) error {
	if n.Kind != yaml.ScalarNode {
		return fault(n, path, "want text, not %s", shape(n))
	}
	if err := checkString(n, path); err != nil {
		return err
	}
	v.SetString(n.Value)
	return nil
}

// otherBooleans are words that YAML 1.1 takes for true or false and YAML 1.2
// for words (yaml.org/type/bool.html). Readers of both kinds are in use.
var otherBooleans = [...]string{"y", "n", "yes", "no", "on", "off"}

// checkString refuses text without quotes that some reader of YAML, machine or
// human, would take for something else. Times are the exception: nobody takes
// one for anything but a time, whose reading is the caller's.
func checkString(n *yaml.Node, path string) error {
	if n.Style&quoted != 0 {
		return nil
	}
	isText := n.Tag == "!!str" || n.Tag == "!!timestamp"
	if !isText || slices.Contains(otherBooleans[:], strings.ToLower(n.Value)) || octal.MatchString(n.Value) {
		return fault(n, path, "%s is not text to every reader of YAML: write %q, in quotes", shorten(n.Value), shorten(n.Value))
	}
	return nil
}

// octal are digits that YAML 1.1 would read as a number with another base, or as
// nothing: 0o17 has its own tag, 089 has none.
var octal = regexp.MustCompile(`^[-+]?[0-9][0-9_]*$`)

func boolean(n *yaml.Node, path string, v reflect.Value) error {
	if n.Kind != yaml.ScalarNode || n.Style&quoted != 0 || n.Value != "true" && n.Value != "false" {
		return fault(n, path, "want true or false, not %s", shape(n))
	}
	v.SetBool(n.Value == "true")
	return nil
}

var decimal = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// isDecimal says whether n is written as digits that every reader takes alike.
func isDecimal(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&quoted == 0 && decimal.MatchString(n.Value)
}

func integer(n *yaml.Node, path string, v reflect.Value) error {
	if n.Kind != yaml.ScalarNode || n.Style&quoted != 0 {
		return fault(n, path, "want an integer, not %s", shape(n))
	}
	if !decimal.MatchString(n.Value) {
		return fault(n, path, "want an integer in plain decimal, such as 12, not %s", shorten(n.Value))
	}
	var err error
	if v.CanInt() {
		var i int64
		i, err = strconv.ParseInt(n.Value, 10, v.Type().Bits())
		v.SetInt(i)
	} else {
		var u uint64
		u, err = strconv.ParseUint(n.Value, 10, v.Type().Bits())
		v.SetUint(u)
	}
	if errors.Is(err, strconv.ErrRange) {
		return fault(n, path, "%s is out of range", shorten(n.Value))
	}
	if err != nil {
		return fault(n, path, "want no minus sign, not %s", shorten(n.Value))
	}
	return nil
}
