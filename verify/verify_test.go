package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func options() verify.Options { return verify.Options{At: at("2026-11-01T00:00:00Z")} }

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func trust(t *testing.T, raw []byte, o verify.Options) verify.Trusted {
	t.Helper()
	trusted, rep := verify.TrustFile(raw, o)
	if trusted.IsZero() {
		t.Fatalf("not trusted: %v", rep.Failures())
	}
	return trusted
}

func has(rep verify.Report, rule string, result verify.Result) bool {
	for _, c := range rep.Checks {
		if c.Rule == rule && c.Result == result {
			return true
		}
	}
	return false
}

// failing are the rules that refuse, in order.
func failing(rep verify.Report) []string {
	var out []string
	for _, c := range rep.Failures() {
		out = append(out, c.Rule)
	}
	return out
}

func load(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// sigstore is the production chain, v1 to v15.
func sigstore(t testing.TB) verify.Files {
	t.Helper()
	files := verify.Files{}
	for v := 1; v <= 15; v++ {
		name := fmt.Sprintf("%d.root.json", v)
		files[name] = load(t, "sigstore/"+name)
	}
	return files
}

var reportSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.NewCompiler().Compile("../docs/report.schema.json")
})

// validate holds a report to the published schema.
func validate(t *testing.T, rep verify.Report) {
	t.Helper()
	raw := rep.AppendJSON(nil)
	schema, err := reportSchema()
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("report is no JSON: %v\n%s", err, raw)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("report breaks its schema: %v\n%s", err, raw)
	}
}

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
	if _, rep := verify.Next(one, load(t, "conda-test-chain/2.root_invalid.json"), o); rep.Verdict() != verify.Refused {
		t.Error("2.root_invalid.json is accepted")
	}
	two, _ := verify.Next(one, files["2.root.json"], o)
	if _, rep := verify.Next(two, load(t, "conda-test-chain/3.root_invalid.json"), o); rep.Verdict() != verify.Refused {
		t.Error("3.root_invalid.json is accepted")
	}
	if _, rep := verify.KeyManager(newest, load(t, "conda-test-chain/key_mgr.json"), o); rep.Verdict() != verify.Accepted {
		t.Errorf("key_mgr.json: %v", rep.Failures())
	}
	if _, rep := verify.KeyManager(newest, load(t, "conda-test-chain/key_mgr_invalid.json"), o); rep.Verdict() != verify.Refused {
		t.Error("key_mgr_invalid.json is accepted")
	}
}

func TestKeyManager(t *testing.T) {
	trusted := trust(t, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes(), options())
	for _, c := range []struct {
		name string
		edit func(*forge.Doc)
		want []string
	}{
		{"good", func(*forge.Doc) {}, nil},
		{"another's signature", func(d *forge.Doc) { d.Signers = []forge.Key{mallory} }, []string{"QUORUM-DELEGATION"}},
		{"root keys do not count", func(d *forge.Doc) { d.Signers = people(root.Conda) }, []string{"QUORUM-DELEGATION"}},
		{"OpenPGP form does not count", func(d *forge.Doc) { d.Raw = false }, []string{"QUORUM-DELEGATION"}},
		{"a package signer's document", set("type", "pkg_mgr"), []string{"ROOT-TYPE"}},
		{"no expiry", func(d *forge.Doc) { delete(d.Signed, "expiration") }, []string{"ROOT-FORM"}},
		{"expired", set("expiration", "2026-10-31T00:00:00Z"), []string{"FRESH-EXPIRED"}},
		{"no version", func(d *forge.Doc) { delete(d.Signed, "version") }, nil},
		{"version zero", set("version", 0), []string{"ROOT-VERSION"}},
		{"a rehearsal's", set(root.RehearsalMember, true), []string{"REHEARSAL-MARK"}},
		{"no package signers", func(d *forge.Doc) { d.Signed["delegations"] = map[string]any{} }, []string{"ROLE-SET"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := forge.KeyManager(1, forge.Ed25519("packages"), forge.Ed25519("online"))
			c.edit(d)
			m, rep := verify.KeyManager(trusted, d.Bytes(), options())
			if diff := cmp.Diff(c.want, failing(rep)); diff != "" || (m == nil) != (c.want != nil) {
				t.Errorf("document %v, failures (-want +got):\n%s", m != nil, diff)
			}
			validate(t, rep)
		})
	}
	tuf := trust(t, load(t, "sigstore/15.root.json"), options())
	if m, rep := verify.KeyManager(tuf, forge.KeyManager(1, alice, bob).Bytes(), options()); m != nil || !has(rep, "CHAIN-FORMAT", verify.Fail) {
		t.Error("a TUF root has no key manager")
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
		{"too large", t.Context(), broken{files, "9.root.json", verify.ErrTooLarge}, 8, verify.Refused, []string{"ROOT-SIZE", "FRESH-EXPIRED"}, nil},
		{"cancelled", cancelled, files, 1, verify.Undecided, nil, context.Canceled},
		{"another root under the pinned version", t.Context(), with(files, "1.root.json", files["2.root.json"]), 1, verify.Refused, []string{"CHAIN-PIN", "FRESH-EXPIRED"}, nil},
		{"rubbish under the pinned version", t.Context(), with(files, "1.root.json", []byte("{")), 1, verify.Refused, []string{"ROOT-JSON", "FRESH-EXPIRED"}, nil},
		{"a file under another's name", t.Context(), with(files, "14.root.json", files["15.root.json"]), 13, verify.Refused, []string{"CHAIN-NEXT", "CHAIN-NAME", "FRESH-EXPIRED"}, nil},
		{"nothing there", t.Context(), verify.Files{}, 1, verify.Refused, []string{"FRESH-EXPIRED"}, nil},
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

func TestTrust(t *testing.T) {
	raw := load(t, "sigstore/3.root.json")
	good := trust(t, raw, options()).Pin()
	for _, c := range []struct {
		name string
		pin  verify.Pin
		raw  []byte
		want []string
	}{
		{"good, though expired", good, raw, nil},
		{"another version", verify.Pin{Version: 4, Digest: good.Digest}, raw, []string{"CHAIN-PIN"}},
		{"another digest", verify.Pin{Version: 3}, raw, []string{"CHAIN-PIN"}},
		{"own threshold not met", pinOf(unsigned()), unsigned(), []string{"QUORUM-OWN"}},
	} {
		trusted, rep := verify.TrustPin(c.pin, c.raw, options())
		if cmp.Diff(c.want, failing(rep)) != "" || trusted.IsZero() != (c.want != nil) {
			t.Errorf("%s: %v", c.name, failing(rep))
		}
		validate(t, rep)
	}
	if _, rep := verify.TrustFile(unsigned(), options()); cmp.Diff([]string{"QUORUM-OWN"}, failing(rep)) != "" {
		t.Errorf("an unsigned file is trusted: %v", failing(rep))
	}
}

func unsigned() []byte {
	d := forge.Root(root.TUF, 1, 2, people(root.TUF)...)
	d.Signers = d.Signers[:1]
	return d.Bytes()
}

func pinOf(raw []byte) verify.Pin {
	r, err := root.Parse(raw)
	if err != nil {
		panic(err)
	}
	return verify.Pin{Version: r.Version, Digest: r.Digest}
}

func TestParsePin(t *testing.T) {
	digest := "eca99c3f26949ca734fc4c03ef2a128736158b2f76868773b0334974cc1f3470"
	p, err := verify.ParsePin("3:" + digest)
	if err != nil || p.String() != "3:"+digest {
		t.Errorf("%v, %v", p, err)
	}
	for _, bad := range []string{"", "3", ":" + digest, "0:" + digest, "-1:" + digest, "03:" + digest, "+3:" + digest, "3:", "3:" + digest[1:], "3:" + digest + "0", "3:" + "E" + digest[1:], "99999999999999999999:" + digest} {
		if p, err := verify.ParsePin(bad); err == nil {
			t.Errorf("%q is taken as %v", bad, p)
		}
	}
}

func TestNoTimeNoTrust(t *testing.T) {
	raw := load(t, "sigstore/1.root.json")
	if trusted, rep := verify.TrustFile(raw, verify.Options{}); !trusted.IsZero() || !has(rep, "RUN-TIME", verify.Fail) {
		t.Error("trusted without a time")
	}
	good := trust(t, raw, options())
	if c := verify.Fresh(good, verify.Options{}); c.Result != verify.Fail {
		t.Error("fresh at no time")
	}
	for name, f := range map[string]func(verify.Trusted, verify.Options) verify.Report{
		"next":      func(t verify.Trusted, o verify.Options) verify.Report { _, r := verify.Next(t, raw, o); return r },
		"candidate": func(t verify.Trusted, o verify.Options) verify.Report { _, r := verify.Candidate(t, raw, o); return r },
		"chain": func(t verify.Trusted, o verify.Options) verify.Report {
			_, r, _ := verify.Chain(context.Background(), t, verify.Files{}, o, nil)
			return r
		},
		"key manager": func(t verify.Trusted, o verify.Options) verify.Report { _, r := verify.KeyManager(t, raw, o); return r },
	} {
		if rep := f(good, verify.Options{}); !has(rep, "RUN-TIME", verify.Fail) {
			t.Errorf("%s judges without a time", name)
		}
		if rep := f(verify.Trusted{}, options()); rep.Verdict() != verify.Refused {
			t.Errorf("%s starts from nothing: %v", name, rep.Verdict())
		}
	}
}

// A rehearsal takes only what a rehearsal made, and production nothing of it,
// as the trusted root and as what follows.
func TestRehearsal(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		doc := func(version int, marked bool) []byte {
			d := forge.Root(f, version, 2, people(f)...)
			if marked {
				d.Signed[root.RehearsalMember] = true
			}
			return d.Bytes()
		}
		play, real := options(), options()
		play.Rehearsal = true
		for _, c := range []struct {
			one, two bool
			o        verify.Options
			trusted  bool
			accepted bool
		}{
			{false, false, real, true, true}, {true, true, play, true, true},
			{false, true, real, true, false}, {true, false, play, true, false},
			{true, true, real, false, false}, {false, false, play, false, false},
		} {
			trusted, _ := verify.TrustFile(doc(1, c.one), c.o)
			if !trusted.IsZero() != c.trusted {
				t.Errorf("%v: marked %v, rehearsal %v: trusted %v", f, c.one, c.o.Rehearsal, !trusted.IsZero())
			}
			next, rep := verify.Next(trusted, doc(2, c.two), c.o)
			if !next.IsZero() != c.accepted {
				t.Errorf("%v: marked %v then %v, rehearsal %v: %v", f, c.one, c.two, c.o.Rehearsal, rep.Failures())
			}
		}
		// A root trusted in one world is not trusted in the other.
		trusted := trust(t, doc(1, true), play)
		if next, rep := verify.Next(trusted, doc(2, true), real); !next.IsZero() || !has(rep, "REHEARSAL-MARK", verify.Fail) {
			t.Errorf("%v: a rehearsal's root leads production", f)
		}
	}
}

func TestFormatsDoNotMix(t *testing.T) {
	trusted := trust(t, forge.Root(root.TUF, 1, 2, people(root.TUF)...).Bytes(), options())
	if next, rep := verify.Next(trusted, forge.Root(root.Conda, 2, 2, people(root.Conda)...).Bytes(), options()); !next.IsZero() || !has(rep, "CHAIN-FORMAT", verify.Fail) {
		t.Errorf("a chain changes its format: %v", failing(rep))
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
