package repodata_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
)

// ours is the key in these tests: its hex is between those of other keys.
var ours = [32]byte{0x77}

var (
	k = hex.EncodeToString(ours[:])
	z = strings.Repeat("0", 128)
)

// set signs the records of these files, by a signature of zeros.
func set(x *repodata.Index, files ...string) func(int) (*[64]byte, error) {
	return func(n int) (*[64]byte, error) {
		if slices.Contains(files, string(x.Record(n).File)) {
			return new([64]byte), nil
		}
		return nil, nil
	}
}

func edited(t testing.TB, x *repodata.Index, e repodata.Edit) string {
	t.Helper()
	var b bytes.Buffer
	if err := x.WriteSigned(&b, e); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteSigned(t *testing.T) {
	sig := `{"signature":"` + z + `"}`
	for _, c := range []struct {
		name, in string
		files    string
		prune    bool
		want     string
	}{
		{"added at the end", `{"packages":{"b":{},"a":{}}}` + "\n", "a b", false, `{"packages":{"b":{},"a":{}},"signatures":{"a":{"` + k + `":` + sig + `},"b":{"` + k + `":` + sig + `}}}` + "\n"},
		{"added in its place", `{"packages":{"a":{}}, "t":1}`, "a", false, `{"packages":{"a":{}}, "signatures":{"a":{"` + k + `":` + sig + `}},"t":1}`},
		{"none", `{"packages":{"a":{}}}`, "", false, `{"packages":{"a":{}},"signatures":{}}`},
		{"blanks after colons", `{"packages": {"a": {}}}`, "a", false, `{"packages": {"a": {}}, "signatures": {"a": {"` + k + `": {"signature": "` + z + `"}}}}`},
		{
			"replaced, beside others", `{"signatures": {"a":{"88" :{"x" : 1},"` + k + `":0, "11":[ ]}}, "packages":{"a":{},"b":{}}}`, "a", false,
			`{"signatures": {"a": {"11": [ ], "` + k + `": {"signature": "` + z + `"}, "88": {"x" : 1}}}, "packages":{"a":{},"b":{}}}`,
		},
		{
			"what is not set stays", `{"signatures":{"c":{ },"b":{"q":1},"a":{"p":{"signature" :""} } },"packages":{"a":{},"b":{}}}`, "b", false,
			`{"signatures":{"a":{"p":{"signature" :""} },"b":{"` + k + `":` + sig + `,"q":1},"c":{ }},"packages":{"a":{},"b":{}}}`,
		},
		{"pruned", `{"signatures":{"c":{},"a":{}},"packages":{"a":{}}}`, "", true, `{"signatures":{"a":{}},"packages":{"a":{}}}`},
		{"both lists in one order", `{"packages":{"c":{},"a":{}},"packages.conda":{"d":{},"b":{}},"signatures":{"bb":{}}}`, "a c b", false, `{"packages":{"c":{},"a":{}},"packages.conda":{"d":{},"b":{}},"signatures":{"a":{"` +
			k + `":` + sig + `},"b":{"` + k + `":` + sig + `},"bb":{},"c":{"` + k + `":` + sig + `}}}`},
		{"names as they are escaped", `{"packages":{"\u0061":{}},"signatures":{"a":{"\u0070":1}}}`, "a", false, `{"packages":{"\u0061":{}},"signatures":{"\u0061":{"` + k + `":` + sig + `,"\u0070":1}}}`},
		{
			"in lines, by tabs", "\n{\n\t\"packages\": {\n\t\t\"a\": {}\n\t}\n}", "a", false,
			"\n{\n\t\"packages\": {\n\t\t\"a\": {}\n\t},\n\t\"signatures\": {\n\t\t\"a\": {\n\t\t\t\"" + k + "\": {\n\t\t\t\t\"signature\": \"" + z + "\"\n\t\t\t}\n\t\t}\n\t}\n}",
		},
		{
			"in lines, in its place", "{\n\"packages\":{\"a\":{}},\n\"z\":1\n}", "", false,
			"{\n\"packages\":{\"a\":{}},\n\"signatures\":{},\n\"z\":1\n}",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := parse(t, []byte(c.in))
			got := edited(t, x, repodata.Edit{Key: ours, Signature: set(x, strings.Fields(c.files)...), Prune: c.prune})
			if got != c.want {
				t.Errorf("got   %s\nwants %s", got, c.want)
			}
			again := parse(t, []byte(got))
			if twice := edited(t, again, repodata.Edit{Key: ours, Signature: set(again, strings.Fields(c.files)...)}); twice != got {
				t.Errorf("changes once more: %s", twice)
			}
		})
	}
}

// A step of indentation that makes a file a thousand times as large is not taken
// over.
func TestWriteSignedWide(t *testing.T) {
	x := parse(t, []byte("{\n"+strings.Repeat(" ", 1000)+`"packages":{"a":{}}}`))
	if got := edited(t, x, repodata.Edit{Key: ours, Signature: set(x, "a")}); len(got) > 2000 {
		t.Errorf("%d bytes", len(got))
	}
}

// Of a file in its canonical form another one is made: what Python writes, were
// the signatures set there.
func TestWriteSignedCanonical(t *testing.T) {
	text := repodatatest.Channel{Records: 2000, Seed: 5, Indent: true}.Bytes()
	for _, key := range [][32]byte{ours, {0x78}, {0x11}, ours} { // from the second time on there are signatures
		x := parse(t, text)
		v, err := canonical.Parse(text, canonical.Limits{Bytes: 1 << 30, Values: 1 << 30})
		if err != nil {
			t.Fatal(err)
		}
		var members []canonical.Member
		sig := func(n int) (*[64]byte, error) { return &[64]byte{byte(n), byte(n >> 8)}, nil }
		for i := range x.Len() {
			file := string(x.Record(i).File)
			s, _ := sig(i)
			one := canonical.NewObject(canonical.Member{Name: "signature", Value: canonical.NewString(hex.EncodeToString(s[:]))})
			entry := v.Get("signatures").Get(file)
			if entry == nil {
				entry = canonical.NewObject()
			}
			members = append(members, canonical.Member{Name: file, Value: entry.With(hex.EncodeToString(key[:]), one)})
		}
		want, err := canonical.AppendConda(nil, v.With("signatures", canonical.NewObject(members...)))
		if err != nil {
			t.Fatal(err)
		}
		if text = []byte(edited(t, x, repodata.Edit{Key: key, Signature: sig})); !bytes.Equal(text, want) {
			t.Fatalf("%d bytes, want %d", len(text), len(want))
		}
	}
}

// Writing takes four bytes a record, and some room that all records share.
func TestWriteSignedAllocates(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	x := parse(t, repodatatest.Channel{Records: 2000, Seed: 2, Keys: []ed25519.PrivateKey{key}}.Bytes())
	var sig [64]byte
	n := testing.AllocsPerRun(3, func() {
		err := x.WriteSigned(io.Discard, repodata.Edit{Key: ours, Signature: func(int) (*[64]byte, error) { return &sig, nil }})
		if err != nil {
			t.Error(err)
		}
	})
	if n > 40 {
		t.Errorf("%v allocations for %d records", n, x.Len())
	}
}

// Errors of the edit and of the writer come back.
func TestWriteSignedFails(t *testing.T) {
	x := parse(t, repodatatest.Channel{Records: 2000, Seed: 5}.Bytes())
	wrong := errors.New("no signature")
	e := repodata.Edit{Signature: func(n int) (*[64]byte, error) { return nil, wrong }}
	if err := x.WriteSigned(&bytes.Buffer{}, e); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	for _, room := range []int{0, 1000, 200_000} {
		if err := x.WriteSigned(&narrow{room}, repodata.Edit{Signature: set(x)}); !errors.Is(err, errFull) {
			t.Errorf("got %v", err)
		}
	}
}

var errFull = errors.New("no room left")

// A narrow writer takes so many bytes.
type narrow struct{ room int }

func (n *narrow) Write(p []byte) (int, error) {
	if len(p) > n.room {
		return 0, errFull
	}
	n.room -= len(p)
	return len(p), nil
}

// FuzzWriteSigned: of any channel another one is made that has the same bytes
// outside signatures, and in signatures what was set, and all else as before.
func FuzzWriteSigned(f *testing.F) {
	for _, s := range []string{
		small, `{"packages":{}}`, "{\n  \"packages\": {\n    \"b\": {},\n    \"a\": {}\n  }\n}\n", `{ "z":1 , "packages.conda" : { "a":{} } }`,
		`{"signatures":{"a":{"` + k + `":1,"00":2}},"packages":{"a":{},"b":{}}}`, `{"packages":{"a":{}},"signatures":{"b":{}, "a":{}}}`,
	} {
		f.Add([]byte(s), uint64(5))
	}
	f.Fuzz(func(t *testing.T, text []byte, which uint64) {
		x, err := repodata.Parse(text)
		if err != nil {
			return
		}
		some := func(n int) (*[64]byte, error) {
			if which>>(n%64)&1 == 0 {
				return nil, nil
			}
			return &[64]byte{1: byte(n)}, nil
		}
		out := []byte(edited(t, x, repodata.Edit{Key: ours, Signature: some}))
		y := agrees(t, out)
		if y == nil {
			t.Fatalf("%q becomes %q, which is refused", text, out)
		}
		outside(t, text, out, x, y)
		if got, want := signatures(y), expected(x, some); !slices.Equal(got, want) {
			t.Fatalf("%q becomes %q:\ngot   %q\nwants %q", text, out, got, want)
		}
	})
}

// outside wants all bytes outside signatures to be the same.
func outside(t *testing.T, text, out []byte, x, y *repodata.Index) {
	t.Helper()
	now := y.Member("signatures")
	if was := x.Member("signatures"); was != nil {
		rest := slices.Concat(out[:now.Offset], was.Value, out[now.Offset+len(now.Value):])
		if !bytes.Equal(rest, text) || now.Offset != was.Offset {
			t.Fatalf("%q becomes %q", text, out)
		}
		return
	}
	same := 0
	for same < len(text) && text[same] == out[same] {
		same++
	}
	if rest := slices.Concat(out[:same], out[same+len(out)-len(text):]); !bytes.Equal(rest, text) {
		t.Fatalf("%q becomes %q", text, out)
	}
}

// signatures says what the file has of them, sorted; expected what it should have.
func signatures(x *repodata.Index) (out []string) {
	for i := range x.Len() {
		r := x.Record(i)
		if r.Signed() {
			out = append(out, fmt.Sprintf("%q", r.File))
		}
		for s := range r.Signatures() {
			out = append(out, fmt.Sprintf("%q %q %q", r.File, s.Key, squeezed(s.Value)))
		}
	}
	for file, entry := range x.Strays() {
		out = append(out, fmt.Sprintf("stray %q %q", file, squeezed(entry)))
	}
	slices.Sort(out)
	return out
}

func expected(x *repodata.Index, set func(int) (*[64]byte, error)) []string {
	out := signatures(x)
	for i := range x.Len() {
		r := x.Record(i)
		sig, _ := set(i)
		if sig == nil {
			continue
		}
		file := fmt.Sprintf("%q", r.File)
		mine := fmt.Sprintf("%s %q ", file, k)
		out = slices.DeleteFunc(out, func(s string) bool { return s == file || strings.HasPrefix(s, mine) })
		out = append(out, file, fmt.Sprintf("%s%q", mine, squeezed([]byte(`{"signature":"`+hex.EncodeToString(sig[:])+`"}`))))
	}
	slices.Sort(out)
	return out
}

// squeezed is a value's canonical form, if it has one.
func squeezed(value []byte) string {
	var c repodata.Canon
	got, err := c.Append(nil, value)
	if err != nil {
		return string(value)
	}
	return string(got)
}
