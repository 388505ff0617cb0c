package canonical_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/cjson"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// refused are the reference's vectors that we refuse on purpose: two readers
// could understand them differently, or no number says what they mean.
var refused = map[string]bool{
	`"\ud800"`:             true,
	`"\udc00\ud800"`:       true,
	`{"a":1,"a":2}`:        true,
	`NaN`:                  true,
	`[Infinity,-Infinity]`: true,
	`1e400`:                true,
	`-1e400`:               true,
}

func TestCondaVectors(t *testing.T) {
	var vectors []struct {
		Input string `json:"input_json"`
		Hex   string `json:"canonical_hex"`
	}
	raw, err := os.ReadFile("testdata/conda-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, vec := range vectors {
		v, err := canonical.Parse([]byte(vec.Input), canonical.Limits{})
		var got []byte
		if err == nil {
			got, err = canonical.AppendConda(nil, v)
		}
		if refused[vec.Input] {
			seen++
			if err == nil {
				t.Errorf("%s: accepted as %q, must be refused", vec.Input, got)
			}
			continue
		}
		if err != nil || hex.EncodeToString(got) != vec.Hex {
			t.Errorf("%s: got %q, %v; the reference says %s", vec.Input, got, err, vec.Hex)
		}
	}
	if seen != len(refused) {
		t.Errorf("%d of the %d refused vectors seen", seen, len(refused))
	}
}

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	for _, c := range []struct {
		name, in, want string
		kind           error
	}{
		{"empty", "", "line 1: not valid JSON: the text ends too early", canonical.ErrSyntax},
		{"cut", "{\"a\":\n[1,", "line 2: not valid JSON: the text ends too early", canonical.ErrSyntax},
		{"duplicate", "{\"a\":1,\n\"a\":2}", "line 2: /a: duplicate member: readers disagree about which one counts", canonical.ErrDuplicate},
		{"duplicate by escape", `{"a":1,"\u0061":2}`, "line 1: /a: duplicate member: readers disagree about which one counts", canonical.ErrDuplicate},
		{"trailing", "{} {}", "line 1: not valid JSON: data after the value", canonical.ErrSyntax},
		{"byte order mark", "\xef\xbb\xbf{}", "line 1: not valid JSON: starts with a byte order mark; save it as plain UTF-8", canonical.ErrSyntax},
		{"deep", deep, "line 1: " + strings.Repeat("/0", 32) + ": nested too deeply: at most 32 levels are taken", canonical.ErrDepth},
		{"utf-16", "\xff\xfe{\x00}\x00", "", canonical.ErrSyntax},
		{"invalid utf-8", "\"\xc3\x28\"", "", canonical.ErrSyntax},
		{"overlong", "\"\xc0\x80\"", "", canonical.ErrSyntax},
		{"surrogate as utf-8", "\"\xed\xa0\x80\"", "", canonical.ErrSyntax},
		{"lone surrogate", `"\ud800"`, "", canonical.ErrSyntax},
		{"leading zero", "01", "", canonical.ErrSyntax},
		{"plus", "+1", "", canonical.ErrSyntax},
		{"comment", "{} // no", "", canonical.ErrSyntax},
		{"single quotes", "{'a':1}", "", canonical.ErrSyntax},
		{"trailing comma", "[1,]", "", canonical.ErrSyntax},
		{"control character", "\"\x01\"", "", canonical.ErrSyntax},
		{"long number", strings.Repeat("9", 5000), "", canonical.ErrNumber},
		{"large", `"` + strings.Repeat("a", 1<<20) + `"`, "too large: 1048578 bytes, at most 1048576 are taken", canonical.ErrSize},
		{"many", "[" + strings.Repeat("1,", 100_000) + "1]", "", canonical.ErrCount},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := canonical.Parse([]byte(c.in), canonical.Limits{})
			if !errors.Is(err, c.kind) {
				t.Fatalf("got %v, want %v", err, c.kind)
			}
			if c.want != "" && err.Error() != c.want {
				t.Errorf("says  %q\nwants %q", err, c.want)
			}
		})
	}
}

func TestTUF(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"sorted, no space", `{ "b" : [ 1 , 2 ], "a":{} }`, `{"a":{},"b":[1,2]}`},
		{"only quote and backslash escaped", `"\"\\\/\n\u007f\u00e9<>&"`, "\"\\\"\\\\/\n\x7fé<>&\""},
		{"code points, not UTF-16", `{"\uffff":1,"\ud83d\ude00":2}`, "{\"\uffff\":1,\"\U0001f600\":2}"},
		{"integers of any size", `123456789012345678901234567890`, `123456789012345678901234567890`},
		{"others", `[null,true,false,-7]`, `[null,true,false,-7]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := canonical.Parse([]byte(c.in), canonical.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := canonical.AppendTUF(nil, v)
			if err != nil || string(got) != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
	for _, in := range []string{`{"a":[1.5]}`, `{"a":[1e3]}`, `{"a":[-0]}`} {
		v, err := canonical.Parse([]byte(in), canonical.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var e *canonical.Error
		if _, err := canonical.AppendTUF(nil, v); !errors.As(err, &e) || e.Pointer != "/a/0" {
			t.Errorf("%s: got %v, want a refusal at /a/0", in, err)
		}
	}
}

// FuzzParse checks that what is accepted has one meaning: its canonical forms
// read back as the same tree, and the TUF form is what go-securesystemslib (an
// implementation that is not ours) makes of it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{}`, `[1,"a",null,true,-1.5e3]`, `{"a":{"b":[{}]},"é":"\ud83d\ude00"}`, `"\u0000\u007f\u2028"`,
		`{"a":1,"a":2}`, `[`, `"\ud800"`, "\xef\xbb\xbf1", `-0`, `1e400`, `{"":0}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := canonical.Parse(raw, canonical.Limits{})
		if err != nil {
			return
		}
		if conda, err := canonical.AppendConda(nil, v); err == nil {
			again, err := canonical.Parse(conda, canonical.Limits{Bytes: 1 << 30, Depth: 64})
			if err != nil {
				t.Fatalf("%q: its conda form %q is refused: %v", raw, conda, err)
			}
			twice, err := canonical.AppendConda(nil, again)
			if err != nil || string(twice) != string(conda) {
				t.Fatalf("%q: conda form changes: %q, %q, %v", raw, conda, twice, err)
			}
		}
		tuf, err := canonical.AppendTUF(nil, v)
		if err != nil {
			return
		}
		oracle, err := cjson.EncodeCanonical(json.RawMessage(raw))
		if err != nil {
			return // integers beyond int64
		}
		if string(oracle) != string(tuf) {
			t.Fatalf("%q: we say %q, cjson says %q", raw, tuf, oracle)
		}
	})
}

func TestValues(t *testing.T) {
	v, err := canonical.Parse([]byte(`{"a":1,"b":{"c":[]}}`), canonical.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	w := v.With("a", canonical.NewString("x")).With("d", canonical.NewBool(true)).Without("b")
	got, err := canonical.AppendTUF(nil, w)
	if err != nil || string(got) != `{"a":"x","d":true}` {
		t.Errorf("got %s, %v", got, err)
	}
	if before, _ := canonical.AppendTUF(nil, v); string(before) != `{"a":1,"b":{"c":[]}}` {
		t.Errorf("the value that was changed is not the one it was: %s", before)
	}
	made, err := canonical.AppendTUF(nil, canonical.NewObject(
		canonical.Member{Name: "b", Value: canonical.NewNumber("2")},
		canonical.Member{Name: "a", Value: canonical.NewNumber("1")},
		canonical.Member{Name: "b", Value: v.Get("b")},
	))
	if err != nil || string(made) != `{"a":1,"b":{"c":[]}}` {
		t.Errorf("an object with a repeated name is %s, %v; the last value must stay", made, err)
	}
	if got := canonical.Names("a/b", "~"); got != "/a~1b/~0" {
		t.Errorf("pointer %s", got)
	}
}
