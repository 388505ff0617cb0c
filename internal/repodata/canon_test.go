package repodata_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
)

// refused are the reference's vectors that are refused on purpose: two readers
// could understand them differently, or no number says what they mean.
var refused = map[string]error{
	`"\ud800"`:             canonical.ErrSyntax,
	`"\udc00\ud800"`:       canonical.ErrSyntax,
	`{"a":1,"a":2}`:        canonical.ErrDuplicate,
	`NaN`:                  canonical.ErrSyntax,
	`[Infinity,-Infinity]`: canonical.ErrSyntax,
	`1e400`:                canonical.ErrNumber,
	`-1e400`:               canonical.ErrNumber,
}

func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/conda-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Input string `json:"input_json"`
		Hex   string `json:"canonical_hex"`
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	seen := 0
	var c repodata.Canon
	for _, v := range vectors {
		got, err := c.Append(nil, []byte(v.Input))
		if kind := refused[v.Input]; kind != nil {
			seen++
			if !errors.Is(err, kind) {
				t.Errorf("%s: %q, %v; want %v", v.Input, got, err, kind)
			}
			continue
		}
		if err != nil || hex.EncodeToString(got) != v.Hex {
			t.Errorf("%s: got %q, %v; the reference says %s", v.Input, got, err, v.Hex)
		}
	}
	if seen != len(refused) || len(vectors) < 50 {
		t.Errorf("%d vectors, of which %d are to be refused", len(vectors), seen)
	}
}

// What an error about a record says.
func TestCanonRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"neighbours twice", `{"a":1,"a":2}`, "line 1, byte 7: /a: duplicate member: readers disagree about which one counts"},
		{"twice, unsorted", "{\"b\":{\"y\":1,\n\"x\":1,\"y\":2}}", "line 2, byte 19: /b/y: duplicate member: readers disagree about which one counts"},
		{"twice, by an escape", `{"\u0061":1,"b":2,"a":2}`, "line 1, byte 18: /a: duplicate member: readers disagree about which one counts"},
		{"a float that is not finite", `{"a":[0,1e999]}`, "line 1, byte 8: /a/1: number not representable: larger than a float can be"},
		{"cut", `{"a":[0,1`, "line 1, byte 9: /a: not valid JSON: the text ends too early"},
		{"more", `{} {}`, "line 1, byte 3: not valid JSON: data after the value"},
		{"nothing", ``, "line 1, byte 0: not valid JSON: the text ends too early"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var canon repodata.Canon
			got, err := canon.Append(nil, []byte(c.in))
			if err == nil || err.Error() != c.want {
				t.Errorf("%q\nsays  %v\nwants %s", got, err, c.want)
			}
		})
	}
}

// sameAsTree wants the reader of trees to say what a Canon said.
func sameAsTree(t testing.TB, text, got []byte, err error) {
	t.Helper()
	v, treeErr := canonical.Parse(text, canonical.Limits{Bytes: 1 << 30, Values: 1 << 30})
	var want []byte
	if treeErr == nil {
		want, treeErr = canonical.AppendConda(nil, v)
	}
	if (err == nil) != (treeErr == nil) || !bytes.Equal(got, want) {
		t.Fatalf("%q: %q, %v; by a tree: %q, %v", text, got, err, want, treeErr)
	}
}

// FuzzCanon holds a Canon to the reader of trees, and to itself: a canonical form
// is its own.
func FuzzCanon(f *testing.F) {
	for _, s := range []string{
		`{}`, `[1,"a",null,true,-1.5e3]`, `{"b":{"d":[{}],"c":-0},"a":"\ud83d\ude00é\u007f"}`, `"\u0000\u007f\u2028\/"`,
		`{"a":1,"b":2,"a":3}`, `{"\uffff":1,"😀":2,"\u0061":3}`, `[`, `"\ud800"`, "\xef\xbb\xbf1", `-0`, `1e400`, `{"":0}`, `1e16`, `0.00001`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var c repodata.Canon
		got, err := c.Append(nil, text)
		sameAsTree(t, text, got, err)
		if err != nil {
			return
		}
		again, err := c.Append([]byte("before "), got)
		if err != nil || string(again) != "before "+string(got) {
			t.Fatalf("%q: %q, and then %q, %v", text, got, again, err)
		}
	})
}

// A record costs no memory of its own once there is room for the largest.
func TestCanonAllocates(t *testing.T) {
	x := parse(t, repodatatest.Channel{Records: 500, Seed: 4}.Bytes())
	var texts [][]byte
	for i := range x.Len() {
		texts = append(texts, x.Record(i).Text, bytes.ReplaceAll(x.Record(i).Text, []byte(`"name"`), []byte(`"a name"`))) // not sorted
	}
	var c repodata.Canon
	var dst []byte
	pass := func() {
		for _, text := range texts {
			var err error
			if dst, err = c.Append(dst[:0], text); err != nil {
				t.Fatal(err)
			}
		}
	}
	pass()
	if n := testing.AllocsPerRun(5, pass); n != 0 {
		t.Errorf("%v allocations for %d records", n, len(texts))
	}
}

// Unsorted members, however many, cost no more than sorting them.
func TestCanonSorts(t *testing.T) {
	const n = 100_000
	var in strings.Builder
	for i := range n {
		in.WriteString(`,"` + hex.EncodeToString([]byte{byte(i * 7), byte(i >> 8), byte(i >> 16), byte(i)}) + `":0`)
	}
	text := "{" + in.String()[1:] + "}"
	var c repodata.Canon
	got, err := c.Append(nil, []byte(text))
	sameAsTree(t, []byte(text), got, err)
	if err != nil {
		t.Fatal(err)
	}
}
