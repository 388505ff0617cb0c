package strictyaml

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type kind string

type key struct {
	Type   kind   `yaml:"type"`
	PEM    string `yaml:"pem,omitempty"`
	Serial string `yaml:"serial,omitempty" digits:"plain"`
}

type file struct {
	Version   int            `yaml:"version"`
	Name      string         `yaml:"name,omitempty"`
	At        string         `yaml:"at,omitempty"`
	On        bool           `yaml:"enabled,omitempty"`
	Small     int8           `yaml:"small,omitempty"`
	Count     uint16         `yaml:"count,omitempty"`
	Max       *int           `yaml:"max,omitempty"`
	Continues *key           `yaml:"continues,omitempty"`
	Leaving   []string       `yaml:"leaving,omitempty"`
	Keys      map[string]key `yaml:"keys,omitempty"`
}

const good = `# A reviewed file
version: 3
name: "123"
at: 2026-12-01T12:00:00Z
enabled: true
small: -128
count: 65535
max: 0
continues: {type: 'no'}
leaving: [fukuoka, "10", Ærø]
keys:
  amsterdam:
    type: ecdsa
    pem: |
      -----BEGIN PUBLIC KEY-----
      AAAA
      -----END PUBLIC KEY-----
    serial: 21334982
  "b.c": {type: "e\u0301", serial: "007"}
`

func TestDecode(t *testing.T) {
	var got file
	doc, err := Decode([]byte(good), &got)
	if err != nil {
		t.Fatal(err)
	}
	zero := 0
	want := file{
		Version: 3, Name: "123", At: "2026-12-01T12:00:00Z", On: true, Small: -128, Count: 65535, Max: &zero,
		Continues: &key{Type: "no"},
		Leaving:   []string{"fukuoka", "10", "Ærø"},
		Keys: map[string]key{
			"amsterdam": {Type: "ecdsa", Serial: "21334982", PEM: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"},
			"b.c":       {Type: "e\u0301", Serial: "007"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	places := map[string]place{
		"":                                  {2, 1},
		"version":                           {2, 10},
		"continues":                         {9, 12},
		"continues.type":                    {9, 19},
		"leaving[2]":                        {10, 26},
		"keys":                              {12, 3},
		"keys.amsterdam":                    {13, 5},
		"keys.amsterdam.serial":             {18, 13},
		"keys.amsterdam.hex":                {13, 5}, // missing: where it belongs
		"keys.boston.type":                  {12, 3},
		"leaving[7]":                        {10, 10},
		"nothing":                           {2, 1},
		Child(Child("keys", "b.c"), "type"): {19, 17},
		Child("keys", "x.y[\"z"):            {12, 3},
	}
	for path, want := range places {
		line, column := doc.Position(path)
		if (place{line, column}) != want {
			t.Errorf("%q is at %d:%d, want %d:%d", path, line, column, want.line, want.column)
		}
	}
}

func TestErrors(t *testing.T) {
	const notText = " is not text to every reader of YAML: write "
	tests := []struct {
		name string
		raw  string
		want string
	}{
		// What cannot be seen.
		{"empty", "", "1:1: the file is empty"},
		{"only a comment", "# nothing\n", "1:1: the file is empty"},
		{"too large", "version: 1\n#" + strings.Repeat("x", MaxSize), "1:1: larger than 1048576 bytes"},
		{"byte order mark", "\ufeffversion: 1\n", "1:1: begins with a byte order mark: save it as UTF-8 without one"},
		{"UTF-16", "\xff\xfev\x00", "1:1: byte 0xff is not UTF-8"},
		{"carriage return", "version: 1\r\n", "1:11: a carriage return: save it with line feeds only"},
		{"tab", "version:\t1\n", "1:9: a tab: use spaces"},
		{"zero byte", "version: 1\nname: a\x00b\n", "2:8: the character U+0000 cannot be seen: remove it, or write it as an escape in double quotes"},
		{"bidi in a comment", "version: 1 # \u202e1\n", "1:14: the character U+202E cannot be seen: remove it, or write it as an escape in double quotes"},
		{"no-break space", "version: 1\nname: Ærø\u00a0x\n", "2:10: the character U+00A0 cannot be seen: remove it, or write it as an escape in double quotes"},
		{"other line break", "version: 1\u2028name: x\n", "1:11: the character U+2028 cannot be seen: remove it, or write it as an escape in double quotes"},
		{"letter and mark are seen", "version: x # e\u0301\n", "1:10: version: want an integer in plain decimal, such as 12, not x"},
		{"mark alone", "version: 1 #\n\u0301", "2:1: the character U+0301 cannot be seen: remove it, or write it as an escape in double quotes"},
		{"not UTF-8", "version: 1\nname: \xc3(\n", "2:7: byte 0xc3 is not UTF-8"},

		// What YAML has and we do not take.
		{"not YAML", "version: [1\n", "2:1: not YAML: did not find expected ',' or ']'"},
		{"indentation", "version: 1\n  name: x\n", "2:7: not YAML: mapping values are not allowed in this context"},
		{"directive", "%YAML 1.1\n---\nversion: 1\n", "1:1: a directive, or a line that looks like one: not accepted"},
		{"two documents", "version: 1\n---\nversion: 2\n", "1:1: more than one document in the file: want one, without --- between"},
		{"anchor", "version: 1\nname: &a x\n", "2:7: name: an anchor (&a): not accepted, since aliases are not"},
		{"anchor on a name", "&a version: 1\n", "1:1: an anchor (&a): not accepted, since aliases are not"},
		{"anchor on the whole", "&a\nversion: 1\n", "1:1: an anchor (&a): not accepted, since aliases are not"},
		{"alias", "version: 1\ncontinues: {type: &a x}\n", "2:19: continues.type: an anchor (&a): not accepted, since aliases are not"},
		{"alias of nothing", "version: *a\n", "1:10: not YAML: unknown anchor 'a' referenced"},
		{"tag", "version: !!int 1\n", "1:10: version: a tag (!!int): not accepted, the type is known"},
		{"local tag", "version: !x 1\n", "1:10: version: a tag (!x): not accepted, the type is known"},
		{"bare tag", "version: 1\nname: ! x\n", "2:7: name: a tag (!): not accepted, the type is known"},
		{"tag on a list", "version: 1\nleaving: !!seq [a]\n", "2:10: leaving: a tag (!!seq): not accepted, the type is known"},
		{"bare tag on quoted text", "version: 1\nname: ! 'x'\n", "2:7: name: a tag (!): not accepted, the type is known"},
		{"bare tag on a list", "version: 1\nleaving: ! [a]\n", "2:10: leaving: a tag (!): not accepted, the type is known"},
		{"merge", "version: 1\nkeys:\n  <<: {a: {type: x}}\n", "3:3: keys: a merge (<<): write the values out"},
		{"list as a name", "? [a]\n: 1\n", "1:3: a name has to be text, not a list"},

		// Names.
		{"unknown", "version: 1\nkeys:\n  a:\n    typ: x\n", "4:5: keys.a.typ: not a known name here, want one of: type, pem, serial"},
		{"unknown in capitals", "Version: 1\n", "1:1: Version: not a known name here, want one of: version, name, at, enabled, small, count, max, continues, leaving, keys"},
		{"unknown and unseen", "version: 1\n\"\\u202ename\": x\n", `2:1: ["\u202ename"]: not a known name here, want one of: version, name, at, enabled, small, count, max, continues, leaving, keys`},
		{"missing", "version: 1\nkeys:\n  a: {pem: x}\n", "3:6: keys.a: type is missing"},
		{"missing at the top", "name: x\n", "1:1: version is missing"},
		{"duplicate", "version: 1\nname: x\nversion: 1\n", "3:1: version: stands twice, first in line 1"},
		{"duplicate in a table", "version: 1\nkeys:\n  a: {type: x}\n  'a': {type: x}\n", "4:3: keys.a: stands twice, first in line 3"},
		{"duplicate in other quotes", "version: 1\n\"version\": 1\n", "2:1: version: stands twice, first in line 1"},
		{"no as a name", "version: 1\nkeys:\n  no: {type: x}\n", `3:3: keys: no` + notText + `"no", in quotes`},
		{"number as a name", "version: 1\nkeys:\n  12: {type: x}\n", `3:3: keys: 12` + notText + `"12", in quotes`},

		// Types.
		{"list at the top", "- version: 1\n", "1:1: want names with values, not a list"},
		{"text at the top", "version\n", `1:1: want names with values, not "version"`},
		{"text for a list", "version: 1\nleaving: fukuoka\n", `2:10: leaving: want a list, not "fukuoka"`},
		{"list for text", "version: 1\nname: [x]\n", "2:7: name: want text, not a list"},
		{"names for an integer", "version: {a: 1}\n", "1:10: version: want an integer, not names with values"},
		{"text for names", "version: 1\ncontinues: x\n", `2:12: continues: want names with values, not "x"`},
		{"in a list", "version: 1\nleaving: [a, [b]]\n", "2:14: leaving[1]: want text, not a list"},

		// Integers.
		{"octal", "version: 010\n", "1:10: version: want an integer in plain decimal, such as 12, not 010"},
		{"new octal", "version: 0o10\n", "1:10: version: want an integer in plain decimal, such as 12, not 0o10"},
		{"hexadecimal", "version: 0x1\n", "1:10: version: want an integer in plain decimal, such as 12, not 0x1"},
		{"binary", "version: 0b1\n", "1:10: version: want an integer in plain decimal, such as 12, not 0b1"},
		{"underscore", "version: 1_000\n", "1:10: version: want an integer in plain decimal, such as 12, not 1_000"},
		{"plus", "version: +1\n", "1:10: version: want an integer in plain decimal, such as 12, not +1"},
		{"minus zero", "version: -0\n", "1:10: version: want an integer in plain decimal, such as 12, not -0"},
		{"float", "version: 1.0\n", "1:10: version: want an integer in plain decimal, such as 12, not 1.0"},
		{"exponent", "version: 1e3\n", "1:10: version: want an integer in plain decimal, such as 12, not 1e3"},
		{"infinite", "version: .inf\n", "1:10: version: want an integer in plain decimal, such as 12, not .inf"},
		{"not a number", "version: .nan\n", "1:10: version: want an integer in plain decimal, such as 12, not .nan"},
		{"in quotes", "version: \"1\"\n", `1:10: version: want an integer, not "1"`},
		{"true", "version: true\n", "1:10: version: want an integer in plain decimal, such as 12, not true"},
		{"too big", "version: 9223372036854775808\n", "1:10: version: 9223372036854775808 is out of range"},
		{"too big for its type", "version: 1\nsmall: 128\n", "2:8: small: 128 is out of range"},
		{"negative", "version: 1\ncount: -1\n", "2:8: count: want no minus sign, not -1"},

		// Booleans and nothing.
		{"yes", "version: 1\nenabled: yes\n", `2:10: enabled: want true or false, not "yes"`},
		{"on", "version: 1\nenabled: on\n", `2:10: enabled: want true or false, not "on"`},
		{"TRUE", "version: 1\nenabled: TRUE\n", `2:10: enabled: want true or false, not "TRUE"`},
		{"true in quotes", "version: 1\nenabled: 'true'\n", `2:10: enabled: want true or false, not "true"`},
		{"no value", "version:\n", "1:9: version: has no value: give one, or leave the whole line out"},
		{"null", "version: 1\nname: null\n", "2:7: name: has no value: give one, or leave the whole line out"},
		{"tilde", "version: 1\nmax: ~\n", "2:6: max: has no value: give one, or leave the whole line out"},
		{"no list", "version: 1\nleaving:\n", "2:9: leaving: has no value: give one, or leave the whole line out"},
		{"nothing in a list", "version: 1\nleaving:\n  -\n", "3:4: leaving[0]: has no value: give one, or leave the whole line out"},

		// Text that needs quotes.
		{"number", "version: 1\nname: 123\n", `2:7: name: 123` + notText + `"123", in quotes`},
		{"number with zeros", "version: 1\nname: 089\n", `2:7: name: 089` + notText + `"089", in quotes`},
		{"exponent in hex", "version: 1\nname: 12e34\n", `2:7: name: 12e34` + notText + `"12e34", in quotes`},
		{"infinity", "version: 1\nname: .inf\n", `2:7: name: .inf` + notText + `".inf", in quotes`},
		{"boolean", "version: 1\nname: false\n", `2:7: name: false` + notText + `"false", in quotes`},
		{"boolean of YAML 1.1", "version: 1\nname: Off\n", `2:7: name: Off` + notText + `"Off", in quotes`},
		{"letter", "version: 1\nname: n\n", `2:7: name: n` + notText + `"n", in quotes`},
		{"digits with zeros", "version: 1\ncontinues: {type: x, serial: 007}\n", `2:30: continues.serial: 007` + notText + `"007", in quotes`},
		{"digits with a tag", "version: 1\ncontinues: {type: x, serial: !!str 7}\n", "2:30: continues.serial: a tag (!!str): not accepted, the type is known"},
		{"long", "version: 1\nleaving: " + strings.Repeat("x", 60) + "\n", `2:10: leaving: want a list, not "` + strings.Repeat("x", 40) + `..."`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var v file
			_, err := Decode([]byte(tt.raw), &v)
			var e *Error
			if !errors.As(err, &e) || e.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	raw := []byte("a\n  threshold: 010\n東京\u202e: x\n")
	tests := []struct {
		name         string
		line, column int
		want         string
	}{
		{"middle", 2, 14, "2 |   threshold: 010\n  |              ^\n"},
		{"first", 1, 1, "1 | a\n  | ^\n"},
		{"wide and unseen", 3, 5, "3 | 東京\\u{202e}: x\n  |              ^\n"},
		{"after the end of the line", 1, 9, "1 | a\n  |  ^\n"},
		{"no such line", 9, 1, ""},
		{"no line", 0, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Excerpt(raw, tt.line, tt.column)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What the types of the target cannot hold is a programmer's mistake.
func TestWrongTarget(t *testing.T) {
	for name, v := range map[string]any{
		"not a pointer": file{},
		"no tag":        &struct{ A int }{},
		"inline": &struct {
			A key `yaml:"a,inline"`
		}{},
		"float": &struct {
			A float64 `yaml:"a"`
		}{},
		"number keys": &struct {
			A map[int]int `yaml:"a"`
		}{},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			raw := "a: 1\n"
			if name == "number keys" {
				raw = "a: {}\n"
			}
			_, _ = Decode([]byte(raw), v)
		})
	}
}

// A megabyte of brackets takes neither long nor the stack.
func TestDeep(t *testing.T) {
	for _, open := range []string{"[", "{a: ", "- ", "? "} {
		raw := []byte("version: 1\nleaving: " + strings.Repeat(open, MaxSize/len(open)/2))
		var v file
		if _, err := Decode(raw, &v); err == nil {
			t.Errorf("%q, repeated, was accepted", open)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(good))
	for _, s := range []string{"version: 010\n", "a: &a [*a]\n", "version: 1\n---\n", "? a\n: b\n", "{version: 1}", "version: 1\nname: ! x", "\"\\u202e\": 1"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v, w file
		doc, err := Decode(raw, &v)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || e.Message == "" {
				t.Errorf("an error without a place: %#v", err)
			} else if e.Line <= strings.Count(string(raw), "\n")+1 && Excerpt(raw, e.Line, e.Column) == "" {
				t.Errorf("no excerpt for %v", err)
			}
			return
		}
		if line, column := doc.Position("version"); line < 1 || column < 1 {
			t.Errorf("version is at %d:%d", line, column)
		}
		// Reading the same again gives the same, and nothing hangs on the order of maps.
		if _, err := Decode(raw, &w); err != nil || !cmp.Equal(v, w) {
			t.Errorf("read again: %v\n%s", err, cmp.Diff(v, w))
		}
	})
}
