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
