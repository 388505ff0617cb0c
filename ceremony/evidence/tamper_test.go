package evidence

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/verify"
)

// opened takes evidence apart, to be changed.
func opened(t testing.TB, raw []byte) Files {
	t.Helper()
	files, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	return maps.Clone(files)
}

// closed puts files together with a manifest that lists them as they are, as a
// forger would; what else the manifest says is computed anew, where it can be.
func (w *world) closed(t testing.TB, files Files) []byte {
	t.Helper()
	m, err := ParseManifest(files[ManifestFile])
	if err != nil {
		t.Fatal(err)
	}
	a := newAudit(w.options())
	a.files = files
	if a.plan() && a.chain() && a.journal() && a.gather() && a.fold() {
		m = describe(a.r.State, a.r.Gathered)
	}
	files[ManifestFile] = m.Encode()
	return listed(t, files)
}

// listed puts files together with a manifest that lists them as they are.
func listed(t testing.TB, files Files) []byte {
	t.Helper()
	m, err := ParseManifest(files[ManifestFile])
	if err != nil {
		t.Fatal(err)
	}
	m.Files = entries(files)
	files[ManifestFile] = m.Encode()
	raw, err := Write(files)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// lines are those of the journal.
func (f Files) lines() []string {
	return strings.Split(strings.TrimSuffix(string(f[JournalFile]), "\n"), "\n")
}

func (f Files) setLines(lines []string) {
	f[JournalFile] = []byte(strings.Join(lines, "\n") + "\n")
}

var linking = regexp.MustCompile(`^\{"n":\d+,"prev":"[0-9a-f]{64}"`)

// rehashed counts the entries from i on and makes their hashes anew.
func rehashed(lines []string, i int) []string {
	out := slices.Clone(lines)
	for ; i < len(out); i++ {
		sum := sha256.Sum256([]byte(out[i-1]))
		out[i] = linking.ReplaceAllString(out[i], fmt.Sprintf(`{"n":%d,"prev":"%x"`, i, sum))
	}
	return out
}

// A tampering changes one entry of a journal. Entry 0 is the header.
type tampering struct {
	name string
	do   func(lines []string, k int) []string // gives none where it cannot be done
}

func tamperings() []tampering {
	return []tampering{
		{"changed", func(lines []string, k int) []string {
			lines[k] = strings.Replace(lines[k], "2026-12-01T12:", "2026-12-01T13:", 1)
			return lines
		}},
		{"made no entry", func(lines []string, k int) []string {
			lines[k] = strings.Replace(lines[k], `"fact"`, `"fake"`, 1)
			return lines
		}},
		{"removed", func(lines []string, k int) []string { return slices.Delete(lines, k, k+1) }},
		{"swapped with the next", func(lines []string, k int) []string {
			if k+1 >= len(lines) {
				return nil
			}
			lines[k], lines[k+1] = lines[k+1], lines[k]
			return lines
		}},
		{"put before", func(lines []string, k int) []string {
			f := ceremony.Fact{Body: ceremony.Present{Name: "edinburgh", Note: "put in"}}
			return slices.Insert(lines, k, entryLine(k, sha256.Sum256([]byte(lines[k-1])), f))
		}},
	}
}

var firstBad = regexp.MustCompile(`first bad entry: entry (\d+)(?:, or one from entry (\d+) on)?`)

// named are the entries among which a report says that the first bad one is.
func named(t testing.TB, r verify.Report) (first, last int) {
	t.Helper()
	for _, c := range r.Checks {
		if m := firstBad.FindStringSubmatch(c.Detail); m != nil && c.Result == verify.Fail {
			last, _ = strconv.Atoi(m[1])
			if first = last; m[2] != "" {
				first, _ = strconv.Atoi(m[2])
			}
			return first, last
		}
	}
	return -1, -1
}

// TestEveryEntry: whichever entry before the last signed head is changed, taken
// away, moved or put in, by itself or with all hashes after it made anew, it is
// found, and the first bad entry is named. What comes after is claimed, and said
// to be.
func TestEveryEntry(t *testing.T) {
	p := finished(t)
	good := opened(t, p.hands())
	covered := 31
	for _, anew := range []bool{false, true} {
		for _, tt := range tamperings() {
			for k := 1; k < len(good.lines()); k++ {
				files := maps.Clone(good)
				lines := tt.do(good.lines(), k)
				if lines == nil || anew && tt.name == "made no entry" {
					continue
				}
				if anew {
					lines = rehashed(lines, k)
				}
				files.setLines(lines)
				at := fmt.Sprintf("entry %d %s, hashes made anew: %v", k, tt.name, anew)
				if k > covered {
					if anew && tt.name == "changed" {
						p.claims(at, files, covered)
					}
					continue
				}
				report, _ := Check(listed(t, files), p.w.options())
				first, last := named(t, report)
				if report.Verdict() != verify.Refused || k < first || k > last || !anew && last != k {
					t.Errorf("%s: named %d to %d: %v", at, first, last, report.Failures())
				}
			}
		}
	}
}

// claims wants what was changed to be taken, and said to be covered by nobody.
func (p *place) claims(at string, files Files, covered int) {
	p.t.Helper()
	report, found := Check(p.w.closed(p.t, files), p.w.options())
	last := len(files.lines()) - 1
	said := slices.Contains(found.Claimed, fmt.Sprintf("no signature covers the entries from %d to %d of the journal", covered+1, last))
	if report.Verdict() != verify.Accepted || found.Record.Covered != covered || !said {
		p.t.Errorf("%s: %v, claimed %q", at, report.Failures(), found.Claimed)
	}
}

// TestChangedHeader: the header is no entry, and covered like one.
func TestChangedHeader(t *testing.T) {
	p := finished(t)
	for _, anew := range []bool{false, true} {
		files := opened(t, p.hands())
		lines := files.lines()
		lines[0] = strings.Replace(lines[0], "amsterdam", "rotterdam", 1)
		if anew {
			lines = rehashed(lines, 1)
		}
		files.setLines(lines)
		report, _ := Check(p.w.closed(t, files), p.w.options())
		if !has(report, ruleHead, verify.Fail) {
			t.Errorf("hashes made anew: %v: %v", anew, report.Failures())
		}
	}
}

// TestBeside: who wrote the journal anew is found by a copy at another place,
// and the entry is named exactly.
func TestBeside(t *testing.T) {
	p := finished(t)
	b := p.w.place(t, "chennai", p.grounds.Plan.Raw())
	b.open()
	b.takes(p.journal())
	o := p.w.options()
	o.Beside = [][]byte{b.hands()}
	if report, _ := Check(p.hands(), o); report.Verdict() != verify.Accepted {
		t.Fatal(report.Failures())
	}
	for _, k := range []int{2, 9, 17, 29} {
		files := opened(t, p.hands())
		lines := files.lines()
		lines[k] = strings.Replace(lines[k], "2026-12-01T12:", "2026-12-01T13:", 1)
		files.setLines(rehashed(lines, k+1))
		report, _ := Check(p.w.closed(t, files), o)
		if first, last := named(t, report); first != k || last != k || !has(report, ruleEquivocation, verify.Fail) {
			t.Errorf("entry %d: named %d to %d: %v", k, first, last, report.Failures())
		}
	}
	o.Beside = [][]byte{[]byte("nothing")}
	if report, _ := Check(p.hands(), o); !has(report, ruleArchive, verify.Fail) {
		t.Errorf("what lies beside it is none: %v", report.Failures())
	}
}
