package verify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/verify"
)

// Roots of others, as published (testdata/ORIGIN.md). Of most chains only some
// versions are here, so that each stands for itself; where there are several in
// a row, the first is trusted.
func TestRealRoots(t *testing.T) {
	for _, c := range []struct {
		files  string // the folder and the versions
		at     string // when the last one was fresh
		warns  []string
		strict []string // what refuses the first one or its successors
	}{
		// ECDSA keys with an owner, of tuf-on-ci; two of four have signed
		{"sigstore-staging 8", "2024-06-01T00:00:00Z", []string{"KEY-ID", "SIG-EMPTY"}, []string{"KEY-ID"}},
		{"sigstore-staging 15", "2026-11-01T00:00:00Z", []string{"SIG-EMPTY"}, nil},
		// keyids that were made before the owners were added; signatures of keys that went
		{"github 1", "2024-03-01T00:00:00Z", []string{"KEY-ID"}, []string{"KEY-ID"}},
		{"github 3", "2025-01-01T00:00:00Z", []string{"KEY-ID", "SIG-EMPTY", "SIG-LISTED"}, []string{"KEY-ID"}},
		{"github 8", "2026-05-01T00:00:00Z", []string{"KEY-ID", "SIG-EMPTY", "SIG-LISTED"}, []string{"KEY-ID"}},
		// two keys, which sign for everything
		{"datadog-staging 29", "2025-06-01T00:00:00Z", []string{"ROLE-ONLINE"}, nil},
		{"datadog 1", "1969-12-31T23:59:59Z", []string{"ROLE-ONLINE"}, nil},
		// RSA of 3,072 bits, and signatures of all that ever had to sign
		{"bottlerocket 8", "2026-11-01T00:00:00Z", []string{"SIG-LISTED"}, nil},
		// every key under its new keyid and its old one, and the root key changes
		{"go-tuf 1 2 3 4 5", "2022-01-01T00:00:00Z", []string{"KEY-ID", "ROLE-KEY-TWICE"}, []string{"KEY-ID"}},
		{"python-tuf 1", "2022-01-01T00:00:00Z", []string{"KEY-ID"}, []string{"KEY-ID"}},
		// RSA of 2,048 bits, PEM without a newline at its end
		{"tough 1", "2026-11-01T00:00:00Z", []string{"ROLE-ONLINE"}, nil},
		// one root role with an ECDSA, an Ed25519 and an RSA key
		{"rstuf 1", "2025-01-01T00:00:00Z", []string{"KEY-ID"}, []string{"KEY-ID"}},
		{"mamba 1", "2022-01-01T00:00:00Z", nil, nil},
	} {
		t.Run(c.files, func(t *testing.T) {
			first, files := published(t, c.files)
			for _, strict := range []bool{false, true} {
				o := verify.Options{At: at(c.at), Strict: strict}
				newest, rep := judged(t, files[first], files, o)
				if !strict {
					if diff := cmp.Diff(c.warns, rules(rep, verify.Warn)); diff != "" || rep.Verdict() != verify.Accepted {
						t.Errorf("%v by %v, warnings (-want +got):\n%s", rep.Verdict(), rep.Failures(), diff)
					}
					if last := c.files[strings.LastIndex(c.files, " ")+1:]; fmt.Sprint(newest.Version()) != last {
						t.Errorf("ended at version %d, want %s", newest.Version(), last)
					}
				}
				if got := rules(rep, verify.Fail); strict && cmp.Diff(c.strict, got) != "" {
					t.Errorf("strict: refused by %v, want %v", got, c.strict)
				}
			}
		})
	}
}

// What is refused says why, and in days that can be counted.
func TestRealRootsRefused(t *testing.T) {
	for _, c := range []struct {
		files, at string
		fails     []string
		detail    string
	}{
		{"sigstore-staging 8 9", "2024-07-01T00:00:00Z", []string{"QUORUM-NEW", "QUORUM-OLD"}, "1 of 4 distinct keys have signed, 2 needed"},
		// dates that mean never to those who wrote them, and to the specification long ago
		{"datadog 1", "2026-11-01T00:00:00Z", []string{"FRESH-EXPIRED"}, "expired 1970-01-01T00:00:00Z, 20758 days before"},
		{"datadog-gov 1", "2026-11-01T00:00:00Z", []string{"FRESH-EXPIRED"}, "expired 0001-01-01T00:00:00Z, 739920 days before"},
		{"conda-content-trust 1", "2021-01-01T00:00:00Z", []string{"QUORUM-OWN", "ROLE-SET", "ROOT-SPEC"}, "the role that has to sign is missing"},
	} {
		t.Run(c.files, func(t *testing.T) {
			first, files := published(t, c.files)
			_, rep := judged(t, files[first], files, verify.Options{At: at(c.at)})
			if diff := cmp.Diff(c.fails, rules(rep, verify.Fail)); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
			if !slices.ContainsFunc(rep.Failures(), func(f verify.Check) bool { return strings.Contains(f.Detail, c.detail) }) {
				t.Errorf("%v: none says %q", rep.Failures(), c.detail)
			}
		})
	}
}

// published reads the named versions of a folder under testdata/real.
func published(t *testing.T, names string) (first string, files verify.Files) {
	t.Helper()
	words := strings.Fields(names)
	files = verify.Files{}
	for _, version := range words[1:] {
		files[version+".root.json"] = load(t, "real/"+words[0]+"/"+version+".root.json")
	}
	return words[1] + ".root.json", files
}

// judged is the verdict on a chain from its first root on, with the findings
// on that root itself.
func judged(t *testing.T, first []byte, files verify.Files, o verify.Options) (verify.Trusted, verify.Report) {
	t.Helper()
	trusted, rep := verify.TrustFile(first, o)
	validate(t, rep)
	if trusted.IsZero() {
		return trusted, rep
	}
	newest, chain, err := verify.Chain(t.Context(), trusted, files, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	validate(t, chain)
	chain.Add(rep.Checks...)
	return newest, chain
}

// rules are those with that result, each once, by name.
func rules(rep verify.Report, result verify.Result) []string {
	var out []string
	for _, c := range rep.Checks {
		if c.Result == result {
			out = append(out, c.Rule)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
