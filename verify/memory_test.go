package verify_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// A memory is what was accepted before, in memory.
type memory struct{ verify.Files }

func (m memory) Newest(context.Context) (int64, error) {
	var newest int64
	for name := range m.Files {
		n, err := strconv.ParseInt(strings.TrimSuffix(name, ".root.json"), 10, 64)
		if err == nil {
			newest = max(newest, n)
		}
	}
	return newest, nil
}

// roots are good roots of these versions, by file name.
func roots(f root.Format, from, to int) verify.Files {
	out := verify.Files{}
	for n := from; n <= to; n++ {
		out[fmt.Sprintf("%d.root.json", n)] = forge.Root(f, n, 2, people(f)...).Bytes()
	}
	return out
}

// another is a root of that version that a quorum has signed as well.
func another(f root.Format, version int) []byte {
	d := forge.Root(f, version, 2, people(f)...)
	d.Signed["x-fork"] = true
	return d.Bytes()
}

// fewer is the same root with one signature less.
func fewer(f root.Format, version int) []byte {
	d := forge.Root(f, version, 2, people(f)...)
	d.Signers = d.Signers[:2]
	return d.Bytes()
}

type recollection struct {
	name   string
	trust  int // the version that is trusted
	seen   verify.Files
	source verify.Files
	ends   int64 // the version that is trusted after it
	fails  []string
	warns  string
	says   string // in the detail of the first failure
}

func recollections(f root.Format) []recollection {
	all := roots(f, 1, 5)
	digest := func(raw []byte) string {
		r, err := root.Parse(raw)
		if err != nil {
			panic(err)
		}
		return r.Digest.String()
	}
	return []recollection{
		{name: "nothing was seen", trust: 1, seen: nil, source: all, ends: 5},
		{name: "goes on", trust: 1, seen: roots(f, 1, 3), source: all, ends: 5},
		{name: "nothing new", trust: 1, seen: all, source: all, ends: 5},
		{name: "old versions are not kept by the source", trust: 1, seen: roots(f, 1, 4), source: roots(f, 4, 6), ends: 6},
		{name: "the pin is newer than what was seen", trust: 4, seen: roots(f, 1, 2), source: all, ends: 5},
		{name: "what was seen begins above the pin", trust: 1, seen: roots(f, 4, 5), source: roots(f, 1, 6), ends: 6},

		{name: "rolled back", trust: 1, seen: all, source: roots(f, 1, 3), ends: 5, fails: []string{"STATE-ROLLBACK"}, says: "ends with version 3, and version 5 was seen"},
		{name: "rolled back below a gap", trust: 1, seen: roots(f, 5, 5), source: roots(f, 1, 3), ends: 3, fails: []string{"STATE-ROLLBACK"}},
		{name: "an empty source", trust: 1, seen: all, source: verify.Files{}, ends: 5, fails: []string{"STATE-ROLLBACK"}, says: "shows no root that was seen"},

		{
			name: "equivocation on a version below", trust: 1, seen: all, source: with(all, "3.root.json", another(f, 3)), ends: 5,
			fails: []string{"STATE-EQUIVOCATION"}, says: "with digest " + digest(all["3.root.json"]) + ", now with digest " + digest(another(f, 3)),
		},
		{name: "equivocation on the newest", trust: 1, seen: all, source: with(all, "5.root.json", another(f, 5)), ends: 5, fails: []string{"STATE-EQUIVOCATION"}},
		{name: "equivocation on what was seen above a gap", trust: 1, seen: roots(f, 5, 5), source: with(all, "5.root.json", another(f, 5)), ends: 4, fails: []string{"STATE-EQUIVOCATION"}},
		{name: "what was seen is of another chain than the pin", trust: 1, seen: with(all, "1.root.json", another(f, 1)), source: all, ends: 1, fails: []string{"STATE-CHAIN"}, says: "is another root than the trusted one"},
		{name: "another root that nobody signed", trust: 1, seen: all, source: with(all, "3.root.json", unsignedFork(f, 3)), ends: 5, fails: []string{"QUORUM-OLD", "QUORUM-NEW", "STATE-EQUIVOCATION"}},
		{name: "too few signatures on what was seen", trust: 1, seen: all, source: with(all, "3.root.json", unsignedRoot(f, 3)), ends: 5, fails: []string{"QUORUM-OLD", "QUORUM-NEW"}, warns: "STATE-BYTES"},
		{name: "rubbish where a root was", trust: 1, seen: all, source: with(all, "3.root.json", []byte("{")), ends: 5, fails: []string{"ROOT-JSON"}},
		{name: "too much where a root was", trust: 1, seen: all, source: with(all, "3.root.json", make([]byte, 600_000)), ends: 5, fails: []string{"ROOT-SIZE"}},
		{name: "nothing is seen, and nothing is there", trust: 1, seen: nil, source: verify.Files{}, ends: 1},

		{name: "rubbish is remembered far above", trust: 1, seen: with(all, "99.root.json", []byte("junk")), source: all, ends: 1, fails: []string{"STATE-CHAIN"}, says: "not valid JSON"},
		{name: "another version is remembered far above", trust: 1, seen: with(all, "99.root.json", all["5.root.json"]), source: all, ends: 1, fails: []string{"STATE-CHAIN"}, says: "holds version 5"},
		{name: "too much is remembered far above", trust: 1, seen: with(all, "99.root.json", make([]byte, 600_000)), source: all, ends: 1, fails: []string{"STATE-CHAIN"}},

		{name: "other signatures", trust: 1, seen: all, source: with(all, "3.root.json", fewer(f, 3)), ends: 5, warns: "STATE-BYTES"},
		{name: "other signatures above a gap", trust: 1, seen: with(roots(f, 5, 5), "5.root.json", fewer(f, 5)), source: all, ends: 5, warns: "STATE-BYTES"},

		{name: "a remembered root that nobody signed", trust: 1, seen: with(all, "3.root.json", unsignedRoot(f, 3)), source: all, ends: 2, fails: []string{"STATE-CHAIN"}, says: "QUORUM-OLD"},
		{name: "a remembered root that was damaged", trust: 1, seen: with(all, "3.root.json", []byte("{")), source: all, ends: 2, fails: []string{"STATE-CHAIN"}, says: "ROOT-JSON"},
		{name: "a remembered root under another's name", trust: 1, seen: with(all, "3.root.json", all["4.root.json"]), source: all, ends: 2, fails: []string{"STATE-CHAIN"}, says: "CHAIN-NEXT"},
		{name: "a remembered root that is too large", trust: 1, seen: with(all, "3.root.json", make([]byte, 600_000)), source: all, ends: 2, fails: []string{"STATE-CHAIN"}},
		{name: "a damaged root is remembered under the pin", trust: 1, seen: with(all, "1.root.json", []byte("{")), source: all, ends: 1, fails: []string{"STATE-CHAIN"}},
		{name: "too much is remembered under the pin", trust: 1, seen: with(all, "1.root.json", make([]byte, 600_000)), source: all, ends: 1, fails: []string{"STATE-CHAIN"}},
	}
}

func unsignedRoot(f root.Format, version int) []byte {
	d := forge.Root(f, version, 2, people(f)...)
	d.Signers = nil
	return d.Bytes()
}

func unsignedFork(f root.Format, version int) []byte {
	d := forge.Root(f, version, 2, people(f)...)
	d.Signed["x-fork"], d.Signers = true, nil
	return d.Bytes()
}

func TestMemory(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		for _, c := range recollections(f) {
			t.Run(fmt.Sprint(f, "/", c.name), func(t *testing.T) {
				o := options()
				trusted := trust(t, forge.Root(f, c.trust, 2, people(f)...).Bytes(), o)
				o.Seen = memory{c.seen}
				newest, rep, err := verify.Chain(t.Context(), trusted, c.source, o, nil)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.fails, failing(rep)); diff != "" || newest.Version() != c.ends {
					t.Errorf("ended at %d, want %d; failures (-want +got):\n%s", newest.Version(), c.ends, diff)
				}
				if c.says != "" && !strings.Contains(rep.Failures()[0].Detail, c.says) {
					t.Errorf("says %q", rep.Failures()[0].Detail)
				}
				if has(rep, "STATE-BYTES", verify.Warn) != (c.warns != "") {
					t.Errorf("warned: %v, want %q", !(c.warns != ""), c.warns)
				}
				validate(t, rep)
			})
		}
	}
}

func TestNoMemory(t *testing.T) {
	files := roots(root.TUF, 1, 2)
	_, rep, err := verify.Chain(t.Context(), trust(t, files["1.root.json"], options()), files, options(), nil)
	if err != nil || rep.Verdict() != verify.Accepted || !has(rep, "STATE-ROLLBACK", verify.Skip) {
		t.Errorf("%v, %v: %s", err, rep.Verdict(), rep.AppendJSON(nil))
	}
}

// A forgetful memory cannot be asked for one name.
type forgetful struct {
	memory
	name string
}

var errForgot = errors.New("forgot")

func (f forgetful) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	if name == f.name {
		return nil, errForgot
	}
	return f.memory.Read(ctx, name, max)
}

func (f forgetful) Newest(ctx context.Context) (int64, error) {
	if f.name == "" {
		return 0, errForgot
	}
	return f.memory.Newest(ctx)
}

func TestMemoryThatFails(t *testing.T) {
	all := roots(root.Conda, 1, 3)
	trusted := trust(t, all["1.root.json"], options())
	for _, name := range []string{"", "1.root.json", "2.root.json", "3.root.json"} {
		o := options()
		o.Seen = forgetful{memory{all}, name}
		if _, rep, err := verify.Chain(t.Context(), trusted, all, o, nil); !errors.Is(err, errForgot) || rep.Verdict() != verify.Undecided {
			t.Errorf("%q: %v, %v", name, err, rep.Verdict())
		}
	}
	o := options()
	o.Seen = memory{all}
	if _, rep, err := verify.Chain(t.Context(), trusted, broken{all, "2.root.json", errForgot}, o, nil); !errors.Is(err, errForgot) || rep.Verdict() != verify.Undecided {
		t.Errorf("a source that fails on a remembered version: %v, %v", err, rep.Verdict())
	}
}

// Steps that were remembered say so, and come before those that are new.
func TestRememberedSteps(t *testing.T) {
	all := roots(root.Conda, 1, 4)
	o := options()
	o.Seen = memory{roots(root.Conda, 1, 3)}
	var got []string
	_, _, err := verify.Chain(t.Context(), trust(t, all["1.root.json"], options()), all, o, func(s verify.Step) error {
		got = append(got, fmt.Sprint(s.Name, " ", s.Remembered))
		return nil
	})
	if diff := cmp.Diff([]string{"2.root.json true", "3.root.json true", "4.root.json false"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestRecall(t *testing.T) {
	seen := memory{roots(root.TUF, 1, 3)}
	one, forked := trust(t, seen.Files["1.root.json"], options()), trust(t, another(root.TUF, 1), options())
	for _, c := range []struct {
		name    string
		m       verify.Memory
		trusted verify.Trusted
		raw     []byte
		want    verify.Result
		rule    string
	}{
		{"no memory", nil, one, another(root.TUF, 3), verify.Skip, "STATE-ROLLBACK"},
		{"new", seen, one, another(root.TUF, 4), verify.Pass, "STATE-ROLLBACK"},
		{"seen", seen, one, seen.Files["3.root.json"], verify.Pass, "STATE-EQUIVOCATION"},
		{"another", seen, one, another(root.TUF, 3), verify.Fail, "STATE-EQUIVOCATION"},
		{"older", seen, one, seen.Files["2.root.json"], verify.Fail, "STATE-ROLLBACK"},
		{"under another trusted root than was seen", seen, forked, another(root.TUF, 4), verify.Fail, "STATE-CHAIN"},
		{"another version is remembered under its name", memory{with(seen.Files, "3.root.json", seen.Files["2.root.json"])}, one, seen.Files["3.root.json"], verify.Fail, "STATE-CHAIN"},
	} {
		r, err := root.Parse(c.raw)
		if err != nil {
			t.Fatal(err)
		}
		checks, err := verify.Recall(t.Context(), c.m, c.trusted, r, c.raw)
		if err != nil || !has(verify.Report{Checks: checks}, c.rule, c.want) {
			t.Errorf("%s: %v, %v", c.name, checks, err)
		}
	}
	r, err := root.Parse(seen.Files["3.root.json"])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "1.root.json", "3.root.json"} {
		if _, err := verify.Recall(t.Context(), forgetful{seen, name}, one, r, nil); !errors.Is(err, errForgot) {
			t.Errorf("%q forgotten: %v", name, err)
		}
	}
}

// A state with nothing in it does not say that it has seen anything.
func TestEmptyMemory(t *testing.T) {
	files := roots(root.Conda, 1, 2)
	o := options()
	o.Seen = memory{verify.Files{}}
	_, rep, err := verify.Chain(t.Context(), trust(t, files["1.root.json"], o), files, o, nil)
	if err != nil || rep.Verdict() != verify.Accepted || !has(rep, "STATE-ROLLBACK", verify.Skip) || has(rep, "STATE-ROLLBACK", verify.Pass) {
		t.Errorf("%v: %s", err, rep.AppendJSON(nil))
	}
}

// What is remembered of another chain, newer or older, is told.
func TestMemoryOfAnotherChain(t *testing.T) {
	tuf := roots(root.TUF, 4, 5)
	o := options()
	o.Seen = memory{roots(root.Conda, 1, 3)}
	_, rep, err := verify.Chain(t.Context(), trust(t, tuf["4.root.json"], o), tuf, o, nil)
	if err != nil || cmp.Diff([]string{"STATE-CHAIN"}, failing(rep)) != "" {
		t.Errorf("of another format: %v, %v", failing(rep), err)
	}
	o.Seen = memory{roots(root.TUF, 1, 3)}
	if _, rep, err = verify.Chain(t.Context(), trust(t, tuf["4.root.json"], o), tuf, o, nil); err != nil || rep.Verdict() != verify.Accepted || !has(rep, "STATE-CHAIN", verify.Warn) {
		t.Errorf("below the pin: %v, %v", failing(rep), err)
	}
}

// A file with the trusted root's content and too few signatures is told.
func TestStrippedTrustedRoot(t *testing.T) {
	files := roots(root.TUF, 1, 2)
	trusted := trust(t, files["1.root.json"], options())
	_, rep, err := verify.Chain(t.Context(), trusted, with(files, "1.root.json", unsignedRoot(root.TUF, 1)), options(), nil)
	if err != nil || rep.Verdict() != verify.Accepted || !has(rep, "CHAIN-PIN", verify.Warn) {
		t.Errorf("%v: %s", err, rep.AppendJSON(nil))
	}
}

// A hole is one wherever it is between the roots that a source lists.
func TestHoles(t *testing.T) {
	files := roots(root.TUF, 1, 6)
	o := options()
	o.Seen = memory{files}
	trusted := trust(t, files["2.root.json"], o)
	for _, c := range []struct {
		versions []int64
		want     []string
	}{
		{[]int64{1, 2, 3, 4, 5, 6}, nil},
		{[]int64{1, 4, 5, 6}, nil}, // older ones are not kept
		{[]int64{2, 3, 5, 6}, []string{"CHAIN-NEXT"}},
		{[]int64{2, 3, 4, 5, 6, 9223372036854775807}, []string{"CHAIN-NEXT"}},
	} {
		source := verify.Files{}
		for _, n := range c.versions {
			if raw, is := files[fmt.Sprintf("%d.root.json", n)]; is {
				source[fmt.Sprintf("%d.root.json", n)] = raw
			}
		}
		_, rep, err := verify.Chain(t.Context(), trusted, listed{source, c.versions}, o, nil)
		if diff := cmp.Diff(c.want, failing(rep)); diff != "" || err != nil {
			t.Errorf("%v: %v\n%s", c.versions, err, diff)
		}
	}
}
