package arrows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// An arrow is one import.
type arrow struct {
	from string // a folder of the module
	test bool   // by a test
	to   string // an import path
}

func arrows(folders []folder) []arrow {
	var out []arrow
	for _, d := range folders {
		for _, f := range d.files {
			for _, to := range f.imports() {
				out = append(out, arrow{d.path, f.test, to})
			}
			if len(f.Imports) == 0 { // it is a package of the house all the same
				out = append(out, arrow{d.path, f.test, d.path})
			}
		}
	}
	slices.SortFunc(out, func(a, b arrow) int { return strings.Compare(a.from+" "+a.to, b.from+" "+b.to) })
	return slices.Compact(out)
}

func TestArrows(t *testing.T) {
	folders, _ := tree(t)
	for _, complaint := range judge(arrows(folders)) {
		t.Error(complaint)
	}
}

// judge compares arrows with the tables. Each complaint says what to do.
func judge(all []arrow) []string {
	var out []string
	for _, a := range all {
		complaint := a.inside()
		if complaint == "" {
			complaint = a.outside()
		}
		if complaint != "" && !slices.Contains(out, complaint) {
			out = append(out, complaint)
		}
	}
	return out
}

// free reports whether the arrow begins where the house's rules do not hold.
func (a arrow) free() bool {
	return a.test || within(forTests(), a.from) || within(tools(), a.from)
}

// inside judges imports of this module.
func (a arrow) inside() string {
	to, ours := strings.CutPrefix(a.to, module+"/")
	known := slices.IndexFunc(house(), func(r room) bool { return r.pkg == a.from })
	switch {
	case known < 0 && !a.free():
		return fmt.Sprintf("%s: not in the table: give it a room in internal/arrows/table_test.go", a.from)
	case !ours || a.free():
		return ""
	case within(forTests(), to):
		return fmt.Sprintf("%s imports %s, which is for tests only", a.from, to)
	case !within(house()[known].mayHouse, to):
		return fmt.Sprintf("%s imports %s: no such arrow; it may import %q of the house", a.from, to, house()[known].mayHouse)
	}
	return ""
}

// outside judges imports of other modules and of the standard library.
func (a arrow) outside() string {
	if below(module, a.to) || a.to == a.from {
		return ""
	}
	for _, b := range direct() {
		if b.pkg == a.from && !a.test && covers(b.never, a.to) {
			return fmt.Sprintf("%s imports %s, which it must not", a.from, a.to)
		}
	}
	l, leashed := leashOf(a.to)
	first, _, _ := strings.Cut(a.to, "/")
	foreign := strings.Contains(first, ".") // as the go command tells modules from the standard library
	switch {
	case a.test && (!foreign || leashed || covers(testModules(), a.to)):
		return ""
	case within(forTests(), a.from) && (!foreign || covers(testModules(), a.to)):
		return ""
	case within(tools(), a.from):
		return ""
	case leashed && !within(l.only, a.from) && !within(forTests(), a.from):
		return fmt.Sprintf("%s imports %s: only %q may", a.from, a.to, l.only)
	case foreign && !leashed:
		return fmt.Sprintf("%s imports %s: an unknown module; say in internal/arrows/table_test.go who may have it, and why", a.from, a.to)
	}
	return ""
}

// leashOf is the longest leash that an import is on.
func leashOf(p string) (leash, bool) {
	var best leash
	for _, l := range outside() {
		if below(l.path, p) && len(l.path) > len(best.path) {
			best = l
		}
	}
	return best, best.path != ""
}

// covers reports whether an import path is one of a list, or below one of it.
func covers(list, p string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(above string) bool { return below(above, p) })
}

// The tables must be able to say no.
func TestJudge(t *testing.T) {
	const m = module + "/"
	tests := []struct {
		name string
		arrow
		want string // part of the complaint; "" if there is none
	}{
		{"down", arrow{"verify", false, m + "root"}, ""},
		{"up", arrow{"root", false, m + "verify"}, "no such arrow"},
		{"from the ground", arrow{"internal/words", false, m + "root"}, "no such arrow"},
		{"a test upward", arrow{"root", true, m + "verify"}, ""},
		{"unknown package", arrow{"internal/utils", false, "fmt"}, "not in the table"},
		{"unknown package without imports", arrow{"internal/utils", false, "internal/utils"}, "not in the table"},
		{"a signer for the plan", arrow{"ceremony/plan", false, m + "internal/token"}, "no such arrow"},
		{"a signer for the guide", arrow{"ceremony/tui", false, m + "internal/token"}, "no such arrow"},
		{"a signer for the people", arrow{"ceremony/rehearse/people", false, m + "internal/token"}, "no such arrow"},
		{"a driver for the engine", arrow{"ceremony/sitting", false, m + "internal/token/rehearsal"}, "no such arrow"},
		{"a driver for the program", arrow{"cmd/rootmoot", false, m + "internal/token/piv"}, ""},
		{"a test's package in the product", arrow{"ceremony/sitting", false, m + "internal/token/tokentest"}, "for tests only"},
		{"sigstore in the engine", arrow{"ceremony/sitting", false, "github.com/sigstore/sigstore/pkg/signature"}, ""},
		{"sigstore in the verifier", arrow{"verify", false, "github.com/sigstore/sigstore/pkg/signature"}, "only"},
		{"Charm in the engine", arrow{"ceremony/sitting", false, "charm.land/lipgloss/v2"}, "only"},
		{"cobra below cmd", arrow{"ceremony/plain", false, "github.com/spf13/cobra"}, "only"},
		{"x509 in the verifier", arrow{"verify", false, "crypto/x509"}, "only"},
		{"x509 for attestations", arrow{"verify/attest", false, "crypto/x509/pkix"}, ""},
		{"x509 in a test", arrow{"root", true, "crypto/x509"}, ""},
		{"files in the verifier", arrow{"verify", false, "os"}, "must not"},
		{"os/exec is not os", arrow{"cmd/rootmoot", false, "os/exec"}, ""},
		{"a longer leash", arrow{"cmd/internal/verbs", false, "net/url"}, ""},
		{"a look-alike", arrow{"ceremony/tui", false, "charm.land.example/x"}, "unknown module"},
		{"unknown module", arrow{"root", false, "github.com/theupdateframework/go-tuf/v2/metadata"}, "unknown module"},
		{"a test's module in a test", arrow{"root", true, "github.com/theupdateframework/go-tuf/v2/metadata"}, ""},
		{"unknown module in a test", arrow{"root", true, "github.com/stretchr/testify/require"}, "unknown module"},
		{"test framework in the product", arrow{"root", false, "testing"}, "only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(judge([]arrow{tt.arrow}), "\n")
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The table must be one that a house can stand on: every room once, and no
// arrow to a room that is above or is not there.
func TestTable(t *testing.T) {
	seen := make(map[string]int)
	for i, r := range house() {
		if _, twice := seen[r.pkg]; twice {
			t.Errorf("%s: twice in the table", r.pkg)
		}
		seen[r.pkg] = i
	}
	for i, r := range house() {
		for _, to := range strings.Fields(r.mayHouse) {
			if strings.HasSuffix(to, "/...") {
				continue
			}
			if at, known := seen[to]; !known || at > i {
				t.Errorf("%s may import %s, which is not below it in the table", r.pkg, to)
			}
		}
	}
	for _, b := range slices.Concat(never(), direct()) {
		if _, known := seen[b.pkg]; !known {
			t.Errorf("%s: not in the table, yet with a ban", b.pkg)
		}
	}
}
