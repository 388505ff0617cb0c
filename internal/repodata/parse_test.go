package repodata_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
)

const small = `{"info": {"subdir": "noarch", "x": [{"y": 1}]}, "removed": ["old-1-0.conda"],
 "signatures": {"b-1-0.conda": {"k1": {"signature": "00"}, "k\u0032": 7}, "gone-1-0.conda": {}, "a-1-0.tar.bz2": {}},
 "packages": {"a-1-0.tar.bz2": {"name": "a"}, "c\u002d1-0.tar.bz2": {}},
 "packages.conda": {"b-1-0.conda" : {"name":"b", "n": {"m": [1,2]}} }, "repodata_version": 1}
`

func TestParse(t *testing.T) {
	x := parse(t, []byte(small))
	var got []string
	for i := range x.Len() {
		r := x.Record(i)
		if n, ok := x.Find(string(r.File)); !ok || n != i || r.Number != i {
			t.Errorf("record %d has number %d and is found as %d, %v", i, r.Number, n, ok)
		}
		if !strings.HasPrefix(small[r.Offset:], string(r.Text)) {
			t.Errorf("record %d is not at %d", i, r.Offset)
		}
		got = append(got, fmt.Sprintf("%s %s %s %v", r.List, r.File, r.Text, r.Signed()))
		for s := range r.Signatures() {
			got = append(got, fmt.Sprintf("  key %s: %s", s.Key, s.Value))
		}
		for name, value := range r.Members() {
			got = append(got, fmt.Sprintf("  %s = %s", name, value))
		}
	}
	for file, entry := range x.Strays() {
		got = append(got, fmt.Sprintf("stray %s %s", file, entry))
	}
	want := []string{
		`packages a-1-0.tar.bz2 {"name": "a"} true`,
		`  name = "a"`,
		`packages c-1-0.tar.bz2 {} false`,
		`packages.conda b-1-0.conda {"name":"b", "n": {"m": [1,2]}} true`,
		`  key k1: {"signature": "00"}`,
		`  key k2: 7`,
		`  name = "b"`,
		`  n = {"m": [1,2]}`,
		`stray gone-1-0.conda {}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s, ok := x.Subdir(); s != "noarch" || !ok {
		t.Errorf("subdir %q, %v", s, ok)
	}
	if got := x.Others(); !slices.Equal(got, []string{"removed", "repodata_version"}) {
		t.Errorf("others %q", got)
	}
	if m := x.Member("removed"); m == nil || string(m.Value) != `["old-1-0.conda"]` {
		t.Errorf("removed is %v", m)
	}
	if from, to := x.In(repodata.Packages); from != 0 || to != 2 {
		t.Errorf("packages are %d to %d", from, to)
	}
	if from, to := x.In(repodata.PackagesConda); from != 2 || to != 3 {
		t.Errorf("packages.conda are %d to %d", from, to)
	}
	if _, ok := x.Find("gone-1-0.conda"); ok {
		t.Error("a stray is found as a record")
	}
}

// Members may come in any order, and one list may be missing.
func TestParseOrders(t *testing.T) {
	for _, c := range []struct {
		name, in string
		list     repodata.List
	}{
		{"only packages", `{"packages":{"a":{}}}`, repodata.Packages},
		{"only packages.conda", ` {"packages.conda":{"a":{}},"info":{}} `, repodata.PackagesConda},
		{"packages.conda first", `{"packages.conda":{"a":{}},"packages":{}}`, repodata.PackagesConda},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := parse(t, []byte(c.in))
			if r := x.Record(0); x.Len() != 1 || r.List != c.list || r.Signed() {
				t.Errorf("%d records, %+v", x.Len(), r)
			}
			if s, ok := x.Subdir(); ok {
				t.Errorf("subdir %q", s)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	form := repodata.ErrForm
	for _, c := range []struct {
		name, in string
		kind     error
		want     string
	}{
		{"empty", "", canonical.ErrSyntax, "line 1, byte 0: not valid JSON: the text ends too early"},
		{"an array", "[]", form, "line 1, byte 0: not the form of repodata: the file must be an object"},
		{"no JSON at all", "<html>", canonical.ErrSyntax, "line 1, byte 0: not valid JSON: unexpected '<': want a value"},
		{"something else", `{"signatures":{},"signed":{}}`, form, "line 1, byte 0: not the form of repodata: neither packages nor packages.conda is there: this is no repodata.json"},
		{"byte order mark", "\xef\xbb\xbf{}", canonical.ErrSyntax, "line 1, byte 0: not valid JSON: starts with a byte order mark; save it as plain UTF-8"},
		{"utf-16", "\xff\xfe{\x00}\x00", canonical.ErrSyntax, "line 1, byte 0: not valid JSON: unexpected '�': want a value"},
		{"cut", "{\"packages\":\n{\"a\":{", canonical.ErrSyntax, "line 2, byte 19: /packages/a: not valid JSON: the text ends too early"},
		{"more", `{"packages":{}} {}`, canonical.ErrSyntax, "line 1, byte 16: not valid JSON: data after the value"},
		{"packages is an array", `{"packages":[]}`, form, "line 1, byte 12: /packages: not the form of repodata: packages must be an object"},
		{"packages.conda is null", `{"packages":{},"packages.conda":null}`, form, "line 1, byte 32: /packages.conda: not the form of repodata: packages.conda must be an object"},
		{"a record is a string", `{"packages":{"a":{},"b~/":"x"}}`, form, "line 1, byte 26: /packages/b~0~1: not the form of repodata: a record must be an object"},
		{"info is an array", `{"info":[],"packages":{}}`, form, "line 1, byte 8: /info: not the form of repodata: info must be an object"},
		{"subdir is a number", `{"info":{"subdir":1},"packages":{}}`, form, "line 1, byte 18: /info/subdir: not the form of repodata: subdir must be a string"},
		{"signatures is an array", `{"packages":{},"signatures":[]}`, form, "line 1, byte 28: /signatures: not the form of repodata: signatures must be an object"},
		{"signatures of a file are an array", `{"packages":{},"signatures":{"a":[]}}`, form, "line 1, byte 33: /signatures/a: not the form of repodata: the signatures of a file must be an object"},
		{"Packages", `{"Packages":{},"packages":{}}`, form, "line 1, byte 1: /Packages: not the form of repodata: differs from packages by its case only"},
		{"signatureſ", `{"packages":{},"signatureſ":{}}`, form, "line 1, byte 15: /signatureſ: not the form of repodata: differs from signatures by its case only"},
		{"Subdir", `{"info":{"Subdir":""},"packages":{}}`, form, "line 1, byte 9: /info/Subdir: not the form of repodata: differs from subdir by its case only"},
		{"packages twice", `{"packages":{},"packages":{}}`, canonical.ErrDuplicate, "line 1, byte 15: /packages: duplicate member: readers disagree about which one counts"},
		{"packages twice, by an escape", `{"packages":{},"packag\u0065s":{}}`, canonical.ErrDuplicate, "line 1, byte 15: /packages: duplicate member: readers disagree about which one counts"},
		{"another member twice", `{"b":{},"packages":{},"a":1,"b":1}`, canonical.ErrDuplicate, "line 1, byte 28: /b: duplicate member: readers disagree about which one counts"},
		{"subdir twice", `{"packages":{},"info":{"subdir":"a","b":1,"subdir":"a"}}`, canonical.ErrDuplicate, "line 1, byte 42: /info/subdir: duplicate member: readers disagree about which one counts"},
		{"a record twice", `{"packages":{"a":{},"b":{},"a":{}}}`, canonical.ErrDuplicate, "line 1, byte 27: /packages/a: duplicate member: readers disagree about which one counts"},
		{"a record in both lists", `{"packages":{"a":{}},"packages.conda":{"b":{},"a":{}}}`, form, "line 1, byte 46: /packages.conda/a: not the form of repodata: this file name is in packages and in packages.conda"},
		{"signatures of a file twice", `{"signatures":{"a":{},"b":{},"a":{}},"packages":{"a":{}}}`, canonical.ErrDuplicate, "line 1, byte 29: /signatures/a: duplicate member: readers disagree about which one counts"},
		{"signatures of no file twice", `{"signatures":{"a":{},"b":{},"a":{}},"packages":{}}`, canonical.ErrDuplicate, "line 1, byte 29: /signatures/a: duplicate member: readers disagree about which one counts"},
		{"a key twice", `{"packages":{},"signatures":{"a":{"k":1,"k":1}}}`, canonical.ErrDuplicate, "line 1, byte 40: /signatures/a/k: duplicate member: readers disagree about which one counts"},
		{"a member of a record twice", `{"packages":{"a":{"y":1,"x":[{"z":1,"y":1,"z":1}]}}}`, canonical.ErrDuplicate, "line 1, byte 42: /packages/a/x/0/z: duplicate member: readers disagree about which one counts"},
		{"deep", `{"packages":{"a":{"x":` + deep + `}}}`, canonical.ErrDepth, "line 1, byte 51: /packages/a/x" + strings.Repeat("/0", 29) + ": nested too deeply: at most 32 levels are taken"},
		{"deep elsewhere", `{"packages":{},"x":` + deep + `}`, canonical.ErrDepth, "line 1, byte 50: /x" + strings.Repeat("/0", 31) + ": nested too deeply: at most 32 levels are taken"},
		{"a long number", `{"packages":{"a":{"x":` + strings.Repeat("9", 4301) + `}}}`, canonical.ErrNumber, "line 1, byte 22: /packages/a/x: number not representable: 4301 digits, at most 4300 are taken"},
		{"NaN", `{"packages":{"a":{"x":NaN}}}`, canonical.ErrSyntax, "line 1, byte 22: /packages/a/x: not valid JSON: unexpected 'N': want a value"},
		{"not UTF-8", "{\"packages\":{\"a\":{\"x\":\"\xc3\x28\"}}}", canonical.ErrSyntax, "line 1, byte 23: /packages/a/x: not valid JSON: not UTF-8"},
		{"half a pair", `{"packages":{"a":{"x":"\ud800"}}}`, canonical.ErrSyntax, "line 1, byte 23: /packages/a/x: not valid JSON: half of a surrogate pair"},
		{"a large record", `{"packages":{"a":{"x":"` + strings.Repeat("x", 1<<20) + `"}}}`, canonical.ErrSize, "line 1, byte 13: /packages/a: too large: 1048588 bytes, at most 1048576 are taken"},
		{"large signatures", `{"packages":{},"signatures":{"a":{"x":"` + strings.Repeat("x", 1<<20) + `"}}}`, canonical.ErrSize, "line 1, byte 29: /signatures/a: too large: 1048588 bytes, at most 1048576 are taken"},
		{"a long pointer", `{"packages":{"` + strings.Repeat("x", 400) + `":0}}`, form, "line 1, byte 416: /packages/" + strings.Repeat("x", 290) + "…: not the form of repodata: a record must be an object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, err := repodata.Parse([]byte(c.in))
			if x != nil || !errors.Is(err, c.kind) {
				t.Fatalf("got %v, %v; want %v", x, err, c.kind)
			}
			if err.Error() != c.want {
				t.Errorf("says  %s\nwants %s", err, c.want)
			}
		})
	}
}

func TestRaw(t *testing.T) {
	good := strings.Repeat("0123456789abcdef", 8)
	for _, c := range []struct {
		name, value string
		ok          bool
	}{
		{"raw", `{ "signature" : "` + good + `" }`, true},
		{"upper case", `{"signature":"` + strings.ToUpper(good) + `"}`, false},
		{"short", `{"signature":"` + good[2:] + `"}`, false},
		{"long", `{"signature":"` + good + `00"}`, false},
		{"no hex", `{"signature":"` + good[2:] + `0g"}`, false},
		{"escaped", `{"signature":"\u0030` + good[1:] + `"}`, false},
		{"other headers", `{"signature":"` + good + `","other_headers":"00"}`, false},
		{"other headers first", `{"other_headers":"00","signature":"` + good + `"}`, false},
		{"another name", `{"sig":"` + good + `"}`, false},
		{"nothing", `{}`, false},
		{"a string", `"` + good + `"`, false},
		{"a number", `{"signature":1}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := parse(t, []byte(`{"packages":{"a":{}},"signatures":{"a":{"k":`+c.value+`}}}`))
			for s := range x.Record(0).Signatures() {
				sig, ok := s.Raw()
				if ok != c.ok || ok && fmt.Sprintf("%x", sig) != good {
					t.Errorf("%x, %v", sig, ok)
				}
			}
		})
	}
}

func TestUnquote(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{`"a\u00e9\ud83d\ude00\n"`, "aé😀\n", true}, {`""`, "", true}, {`1`, "", false}, {`"a`, "", false}, {`"a" `, "", false}, {``, "", false},
	} {
		if got, ok := repodata.Unquote([]byte(c.in)); got != c.want || ok != c.ok {
			t.Errorf("%s: %q, %v", c.in, got, ok)
		}
	}
}
