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

func TestSigstore(t *testing.T) {
	files := sigstore(t)
	for from := 1; from <= 15; from++ {
		trusted := trust(t, files[fmt.Sprintf("%d.root.json", from)], options())
		for _, when := range []struct {
			at      string
			refused []string
		}{
			{"2026-11-01T00:00:00Z", nil},
			{"2026-11-20T13:58:17Z", nil},
			{"2026-11-20T13:58:18Z", []string{"FRESH-EXPIRED"}}, // the second itself is too late
			{"2026-11-21T00:00:00Z", []string{"FRESH-EXPIRED"}},
		} {
			newest, rep, err := verify.Chain(context.Background(), trusted, files, verify.Options{At: at(when.at)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(when.refused, failing(rep)); diff != "" {
				t.Errorf("from %d at %s: failures (-want +got):\n%s", from, when.at, diff)
			}
			if newest.Version() != 15 {
				t.Errorf("from %d: ended at version %d", from, newest.Version())
			}
			validate(t, rep)
		}
	}
}

func TestSigstoreStrict(t *testing.T) {
	files := sigstore(t)
	o := options()
	o.Strict = true
	for _, c := range []struct {
		from int
		ends int64
		rule string
	}{
		{12, 15, ""},      // four keys of the specification's own form
		{9, 10, "KEY-ID"}, // v11 has a key under a stale keyid
	} {
		trusted := trust(t, files[fmt.Sprintf("%d.root.json", c.from)], o)
		newest, rep, err := verify.Chain(context.Background(), trusted, files, o, nil)
		if err != nil || newest.Version() != c.ends || c.rule != "" && !has(rep, c.rule, verify.Fail) {
			t.Errorf("from %d: ended at %d with %v, %v", c.from, newest.Version(), failing(rep), err)
		}
	}
}

func TestAnaconda(t *testing.T) {
	for _, name := range []string{"anaconda/1.root.json", "anaconda/1.root.as-shipped-2026.json"} {
		trusted := trust(t, load(t, name), options())
		if got := trusted.Digest().String(); got != "33f936b66c39d4a4f79066cdb52442450728deef407b4d29a4b52f06e1c3728f" {
			t.Errorf("%s: digest %s", name, got)
		}
		_, rep, err := verify.Chain(context.Background(), trusted, verify.Files{"1.root.json": load(t, name)}, options(), nil)
		if err != nil || cmp.Diff([]string{"FRESH-EXPIRED"}, failing(rep)) != "" {
			t.Errorf("%s: %v, %v", name, failing(rep), err)
		}
	}
}

func TestCondaChain(t *testing.T) {
	files := verify.Files{}
	for _, name := range []string{"1.root.json", "2.root.json", "3.root.json"} {
		files[name] = load(t, "conda-test-chain/"+name)
	}
	o := verify.Options{At: at("2023-11-17T00:00:00Z")}
	one := trust(t, files["1.root.json"], o)
	newest, rep, err := verify.Chain(context.Background(), one, files, o, nil)
	if err != nil || newest.Version() != 3 {
		t.Fatalf("ended at %d: %v, %v", newest.Version(), failing(rep), err)
	}
	two, _ := verify.Next(one, files["2.root.json"], o)
	for _, c := range []struct {
		name  string
		judge func(raw []byte) verify.Report
		want  []string
	}{
		{"2.root_invalid.json", func(raw []byte) verify.Report { _, rep := verify.Next(one, raw, o); return rep }, []string{"QUORUM-OLD", "QUORUM-NEW"}},
		{"3.root_invalid.json", func(raw []byte) verify.Report { _, rep := verify.Next(two, raw, o); return rep }, []string{"QUORUM-OLD", "QUORUM-NEW"}},
		{"key_mgr.json", func(raw []byte) verify.Report { _, rep := verify.KeyManager(newest, raw, o); return rep }, nil},
		{"key_mgr_invalid.json", func(raw []byte) verify.Report { _, rep := verify.KeyManager(newest, raw, o); return rep }, []string{"QUORUM-DELEGATION"}},
	} {
		if diff := cmp.Diff(c.want, failing(c.judge(load(t, "conda-test-chain/"+c.name)))); diff != "" {
			t.Errorf("%s: failures (-want +got):\n%s", c.name, diff)
		}
	}
}

// asked: a source that cannot be asked, and one whose file is too large.
type broken struct {
	verify.Files
	name string
	err  error
}

func (b broken) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	if name == b.name {
		return nil, b.err
	}
	return b.Files.Read(ctx, name, max)
}

// listed is a source that tells which versions it has, or that it cannot.
type listed struct {
	verify.Files
	versions []int64
}

var errList = errors.New("no list")

func (l listed) Versions() ([]int64, error) {
	if l.versions == nil {
		return nil, errList
	}
	return l.versions, nil
}

func TestChainSources(t *testing.T) {
	files := sigstore(t)
	trusted := trust(t, files["1.root.json"], options())
	errDisk := errors.New("disk on fire")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name    string
		ctx     context.Context
		source  verify.Source
		ends    int64
		verdict verify.Verdict
		fails   []string
		err     error
	}{
		{"could not be asked", t.Context(), broken{files, "9.root.json", errDisk}, 8, verify.Undecided, nil, errDisk},
		{"pinned version could not be asked", t.Context(), broken{files, "1.root.json", errDisk}, 1, verify.Undecided, nil, errDisk},
		{"too large", t.Context(), broken{files, "9.root.json", verify.ErrTooLarge}, 8, verify.Refused, []string{"ROOT-SIZE"}, nil},
		{"cancelled", cancelled, files, 1, verify.Undecided, nil, context.Canceled},
		{"another root under the pinned version", t.Context(), with(files, "1.root.json", files["2.root.json"]), 1, verify.Refused, []string{"CHAIN-PIN"}, nil},
		{"rubbish under the pinned version", t.Context(), with(files, "1.root.json", []byte("{")), 1, verify.Refused, []string{"ROOT-JSON"}, nil},
		{"a file under another's name", t.Context(), with(files, "14.root.json", files["15.root.json"]), 13, verify.Refused, []string{"CHAIN-NEXT", "CHAIN-NAME"}, nil},
		{"nothing there", t.Context(), verify.Files{}, 1, verify.Undecided, nil, nil},
		{"older ones only", t.Context(), verify.Files{"0.root.json": files["1.root.json"]}, 1, verify.Undecided, nil, nil},
		{"the trusted root only", t.Context(), verify.Files{"1.root.json": files["1.root.json"]}, 1, verify.Refused, []string{"FRESH-EXPIRED"}, nil},
		{"a hole", t.Context(), listed{verify.Files{"1.root.json": files["1.root.json"], "2.root.json": files["2.root.json"]}, []int64{1, 2, 4}}, 2, verify.Refused, []string{"CHAIN-NEXT"}, nil},
		{"versions that cannot be told", t.Context(), listed{files, nil}, 15, verify.Undecided, nil, errList},
	} {
		t.Run(c.name, func(t *testing.T) {
			newest, rep, err := verify.Chain(c.ctx, trusted, c.source, options(), nil)
			if newest.Version() != c.ends || rep.Verdict() != c.verdict || !errors.Is(err, c.err) {
				t.Errorf("ended at %d, %v, %v; want %d, %v, %v", newest.Version(), rep.Verdict(), err, c.ends, c.verdict, c.err)
			}
			if c.fails != nil && cmp.Diff(c.fails, failing(rep)) != "" {
				t.Errorf("failures %v, want %v", failing(rep), c.fails)
			}
			if rep.Root == nil || rep.Root.Version != c.ends {
				t.Errorf("report says that trust ended at %v", rep.Root)
			}
			validate(t, rep)
		})
	}
}

func with(files verify.Files, name string, raw []byte) verify.Files {
	out := verify.Files{name: raw}
	for n, r := range files {
		if n != name {
			out[n] = r
		}
	}
	return out
}

func TestChainStreams(t *testing.T) {
	files := sigstore(t)
	var seen []string
	stop := errors.New("enough")
	_, rep, err := verify.Chain(t.Context(), trust(t, files["1.root.json"], options()), files, options(), func(s verify.Step) error {
		seen = append(seen, s.Name)
		if s.Root == nil || s.Trusted.Version() != s.Root.Version || !has(s.Report, "QUORUM-OLD", verify.Pass) || has(s.Report, "FRESH-EXPIRED", verify.Fail) {
			t.Errorf("step %s: %v", s.Name, s.Report.Failures())
		}
		if len(seen) == 3 {
			return stop
		}
		return nil
	})
	if diff := cmp.Diff([]string{"2.root.json", "3.root.json", "4.root.json"}, seen); diff != "" || !errors.Is(err, stop) || rep.Verdict() != verify.Undecided {
		t.Errorf("%v, %v, steps (-want +got):\n%s", err, rep.Verdict(), diff)
	}
}

// endless is a chain without an end: one person signs root after root.
type endless struct{ asked *int }

func (e endless) Read(_ context.Context, name string, _ int64) ([]byte, error) {
	*e.asked++
	version, err := strconv.Atoi(strings.TrimSuffix(name, ".root.json"))
	if err != nil {
		return nil, err
	}
	return forge.Root(root.Conda, version, 1, alice).Bytes(), nil
}

func TestChainLength(t *testing.T) {
	asked := 0
	trusted := trust(t, forge.Root(root.Conda, 1, 1, alice).Bytes(), options())
	newest, rep, err := verify.Chain(t.Context(), trusted, endless{&asked}, options(), nil)
	if err != nil || newest.Version() != verify.MaxRotations+1 || cmp.Diff([]string{"CHAIN-LENGTH"}, failing(rep)) != "" {
		t.Errorf("ended at %d: %v, %v", newest.Version(), failing(rep), err)
	}
	if len(rep.Checks) > 200 {
		t.Errorf("%d checks: the report grows with the chain", len(rep.Checks))
	}
}
