package channel_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

func load(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata/conda-test-chain", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// realJudge stands on conda's own test chain.
func realJudge(t testing.TB) *channel.Judge {
	t.Helper()
	files := verify.Files{}
	for _, name := range []string{"1.root.json", "2.root.json", "3.root.json", verify.KeyManagerFile} {
		files[name] = load(t, name)
	}
	o := verify.Options{At: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	trusted, _ := verify.TrustFile(files["1.root.json"], o)
	newest, rep, err := verify.Chain(t.Context(), trusted, files, o, nil)
	if err != nil || rep.Verdict() != verify.Accepted {
		t.Fatal(err, rep.Failures())
	}
	m, _, rep, err := verify.Delegated(t.Context(), newest, files, o)
	if m == nil {
		t.Fatal(err, rep.Failures())
	}
	return channel.NewJudge(m, "osx-arm64", channel.Options{})
}

// TestRealSignatures: of conda's test chain the signatures are good or bad as its
// files are called. Its file names are made up, so that what is good is misplaced
// here: conda does not look.
func TestRealSignatures(t *testing.T) {
	type judged struct {
		signers int
		verdict channel.Verdict
		rule    string
	}
	got := make(map[string]judged)
	for file, r := range results(t, realJudge(t), load(t, "repodata.json")) {
		got[file] = judged{len(r.Signers), r.Verdict(), r.Finding.Rule}
	}
	want := map[string]judged{
		"first.tar.bz2":               {1, channel.Misplaced, channel.RuleFile},
		"second.conda":                {1, channel.Misplaced, channel.RuleFile},
		"third.conda":                 {1, channel.Misplaced, channel.RuleFile},
		"broken-0.0.1-broken.tar.bz2": {0, channel.Bad, channel.RuleValid},
		"broken-0.0.1-broken.conda":   {0, channel.Unsigned, channel.RuleSigned},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(judged{})); diff != "" {
		t.Error(diff)
	}
}

// TestRealRecordsInPlace: the same records and signatures under the names that the
// records say are trusted.
func TestRealRecordsInPlace(t *testing.T) {
	var file struct {
		Packages, Conda, Signatures map[string]json.RawMessage
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(load(t, "repodata.json"), &all); err != nil {
		t.Fatal(err)
	}
	for member, to := range map[string]*map[string]json.RawMessage{"packages": &file.Packages, "packages.conda": &file.Conda, "signatures": &file.Signatures} {
		if err := json.Unmarshal(all[member], to); err != nil {
			t.Fatal(err)
		}
	}
	rename := func(list map[string]json.RawMessage, was, is string) {
		list[is], file.Signatures[is] = list[was], file.Signatures[was]
		delete(list, was)
		delete(file.Signatures, was)
	}
	rename(file.Packages, "first.tar.bz2", "_anaconda_depends-2023.09-py311_openblas_1.tar.bz2")
	rename(file.Conda, "second.conda", "zstd-1.5.4-hd90d995_0.conda")
	rename(file.Conda, "third.conda", "zstd-1.5.5-hd90d995_0.conda")
	text, err := json.Marshal(map[string]any{"packages": file.Packages, "packages.conda": file.Conda, "signatures": file.Signatures})
	if err != nil {
		t.Fatal(err)
	}
	trusted := 0
	for _, r := range results(t, realJudge(t), text) {
		if r.Verdict() == channel.Trusted {
			trusted++
		}
	}
	if trusted != 3 {
		t.Errorf("%d trusted, want 3", trusted)
	}
}

// TestOpenSSL: what is trusted is what OpenSSL says of the bytes that Python's json
// makes of a record, and what is bad it refuses.
func TestOpenSSL(t *testing.T) {
	for _, program := range []string{"python3", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	dir := t.TempDir()
	j := realJudge(t)
	x := parse(t, load(t, "repodata.json"))
	for i := range x.Len() {
		r := x.Record(i)
		for s := range r.Signatures() {
			sig, _ := s.Raw()
			write(t, dir, "record", r.Text)
			write(t, dir, "signature", sig[:])
			write(t, dir, "key.der", append(unhex("302a300506032b6570032100"), unhex(string(s.Key))...))
			canonical, err := exec.Command("python3", "-c", "import json,sys; sys.stdout.write(json.dumps(json.load(open(sys.argv[1])), indent=2, sort_keys=True))", filepath.Join(dir, "record")).Output()
			if err != nil {
				t.Fatal(err, stderr(err))
			}
			write(t, dir, "message", canonical)
			out, err := exec.Command("openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", filepath.Join(dir, "key.der"),
				"-rawin", "-in", filepath.Join(dir, "message"), "-sigfile", filepath.Join(dir, "signature")).CombinedOutput()
			if ours := len(j.Record(r).Signers) == 1; ours != (err == nil) {
				t.Errorf("%s: good here is %v, and openssl says: %v\n%s", r.File, ours, err, out)
			}
		}
	}
}
