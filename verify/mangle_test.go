package verify_test

import (
	"bytes"
	"testing"

	"github.com/rootmoot/rootmoot/verify"
)

// Whatever is done to one byte of a real root, it is refused or it is still
// the same root: the same signed part, by digest.
func TestMangleEveryByte(t *testing.T) {
	for _, c := range []struct{ before, file string }{
		{"sigstore/14.root.json", "sigstore/15.root.json"},
		{"conda-test-chain/1.root.json", "conda-test-chain/2.root.json"},
	} {
		trusted := trust(t, load(t, c.before), options())
		raw := load(t, c.file)
		good, rep := verify.Next(trusted, raw, options())
		if good.IsZero() {
			t.Fatalf("%s: %v", c.file, rep.Failures())
		}
		kept := 0
		for i := range raw {
			mangled := bytes.Clone(raw)
			mangled[i] ^= 1
			if i%2 == 1 {
				mangled = append(mangled[:i], mangled[i+1:]...)
			}
			next, _ := verify.Next(trusted, mangled, options())
			if next.IsZero() {
				continue
			}
			kept++
			if next.Digest() != good.Digest() {
				t.Fatalf("%s: byte %d changed makes another root that is accepted", c.file, i)
			}
		}
		// White space and signatures that are not needed may change.
		if kept == 0 || kept == len(raw) {
			t.Errorf("%s: %d of %d changes accepted: the test tests nothing", c.file, kept, len(raw))
		}
	}
}

// FuzzNext goes from any bytes to a verdict: no panic, no root of another
// content, a report that is never empty, and JSON that says the verdict.
func FuzzNext(f *testing.F) {
	tuf, _ := verify.TrustFile(load(f, "sigstore/14.root.json"), options())
	conda, _ := verify.TrustFile(load(f, "conda-test-chain/1.root.json"), options())
	tufNext, _ := verify.Next(tuf, load(f, "sigstore/15.root.json"), options())
	condaNext, _ := verify.Next(conda, load(f, "conda-test-chain/2.root.json"), options())
	for _, name := range []string{
		"sigstore/1.root.json", "sigstore/5.root.json", "sigstore/9.root.json", "sigstore/11.root.json", "sigstore/15.root.json",
		"anaconda/1.root.json", "conda-test-chain/2.root.json", "conda-test-chain/2.root_invalid.json",
		"conda-test-chain/3.root.json", "conda-test-chain/key_mgr.json",
	} {
		f.Add(load(f, name))
	}
	for _, a := range textAttacks() {
		if raw := a.forged(); len(raw) < 10_000 { // larger ones only slow the fuzzer down
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, w := range []struct{ trusted, next verify.Trusted }{{tuf, tufNext}, {conda, condaNext}} {
			next, rep := verify.Next(w.trusted, raw, options())
			if !next.IsZero() && next.Digest() != w.next.Digest() {
				t.Fatalf("another root is accepted: %v", next.Pin())
			}
			if (rep.Verdict() == verify.Accepted) == next.IsZero() || len(rep.Checks) == 0 {
				t.Fatalf("verdict %v with root %v", rep.Verdict(), !next.IsZero())
			}
			if !bytes.Contains(rep.AppendJSON(nil), []byte(`"verdict": "`+rep.Verdict()+`"`)) {
				t.Fatal("the JSON says something else")
			}
			verify.KeyManager(w.trusted, raw, options())
		}
	})
}
