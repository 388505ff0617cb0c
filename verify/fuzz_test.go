package verify_test

import (
	"bytes"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// seeds are documents to begin with: real ones, and every attack, good root and
// costly document of the tables. Those of more than 10,000 bytes only slow the
// fuzzer down; TestAttacksCostLittle judges them.
func seeds(f *testing.F) [][]byte {
	var out [][]byte
	for _, name := range []string{
		"sigstore/1.root.json", "sigstore/5.root.json", "sigstore/9.root.json", "sigstore/11.root.json", "sigstore/14.root.json", "sigstore/15.root.json",
		"anaconda/1.root.json", "conda-test-chain/1.root.json", "conda-test-chain/2.root.json", "conda-test-chain/2.root_invalid.json",
		"conda-test-chain/3.root.json", "conda-test-chain/key_mgr.json", "conda-test-chain/key_mgr_invalid.json",
	} {
		out = append(out, load(f, name))
	}
	for _, c := range everyAttack() {
		if len(c.raw) < 10_000 {
			out = append(out, c.raw)
		}
	}
	for _, raw := range out {
		f.Add(raw)
	}
	return out
}

// A judge takes a document, or refuses it, and then its digest is zero.
type judge func(raw []byte) (root.Digest, verify.Report)

// fuzz goes from any bytes to a verdict: no panic, nothing taken but what is
// taken of the seeds (whose signatures nobody can make again), a report that is
// never empty, and JSON that says the verdict.
func fuzz(f *testing.F, judges ...judge) {
	taken := make([]map[root.Digest]bool, len(judges))
	all := seeds(f)
	for i, j := range judges {
		taken[i] = make(map[root.Digest]bool)
		for _, raw := range all {
			if digest, _ := j(raw); digest != (root.Digest{}) {
				taken[i][digest] = true
			}
		}
		if len(taken[i]) == 0 || len(taken[i]) == len(all) {
			f.Fatalf("judge %d takes %d of %d seeds", i, len(taken[i]), len(all))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for i, j := range judges {
			digest, rep := j(raw)
			good := digest != (root.Digest{})
			if good && !taken[i][digest] {
				t.Fatalf("judge %d takes another document: %v", i, digest)
			}
			if (rep.Verdict() == verify.Accepted) != good || len(rep.Checks) == 0 {
				t.Fatalf("judge %d: verdict %v with document %v", i, rep.Verdict(), good)
			}
			if !bytes.Contains(rep.AppendJSON(nil), []byte(`"verdict": "`+rep.Verdict()+`"`)) {
				t.Fatal("the JSON says something else")
			}
		}
	})
}

func next(trusted verify.Trusted) judge {
	return func(raw []byte) (root.Digest, verify.Report) {
		t, rep := verify.Next(trusted, raw, options())
		return t.Digest(), rep
	}
}

func keyManager(trusted verify.Trusted) judge {
	return func(raw []byte) (root.Digest, verify.Report) {
		o := options()
		o.At = at("2024-01-01T00:00:00Z") // when conda's was fresh
		m, rep := verify.KeyManager(trusted, raw, o)
		if m == nil {
			return root.Digest{}, rep
		}
		return m.Digest, rep
	}
}

func trusting(f *testing.F, raw []byte) verify.Trusted {
	t, rep := verify.TrustFile(raw, options())
	if t.IsZero() {
		f.Fatal(rep.Failures())
	}
	return t
}

func FuzzNext(f *testing.F) {
	fuzz(
		f,
		next(trusting(f, load(f, "sigstore/14.root.json"))),
		next(trusting(f, load(f, "conda-test-chain/1.root.json"))),
		next(trusting(f, forge.Root(root.TUF, 1, 2, people(root.TUF)...).Bytes())),
		next(trusting(f, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes())),
	)
}

func FuzzKeyManager(f *testing.F) {
	fuzz(
		f,
		keyManager(trusting(f, load(f, "conda-test-chain/3.root.json"))),
		keyManager(trusting(f, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes())),
	)
}

// FuzzTrust is of files to begin with, and of the pin that each would have.
func FuzzTrust(f *testing.F) {
	file := func(raw []byte) (root.Digest, verify.Report) {
		t, rep := verify.TrustFile(raw, options())
		return t.Digest(), rep
	}
	pinned := func(raw []byte) (root.Digest, verify.Report) {
		var p verify.Pin
		if r, err := root.Parse(raw); err == nil {
			p = verify.Pin{Version: r.Version, Digest: r.Digest}
		}
		t, rep := verify.TrustPin(p, raw, options())
		if t.Pin() != p {
			return root.Digest{}, rep // which is a refusal, or found out
		}
		return t.Digest(), rep
	}
	fuzz(f, file, pinned)
}
