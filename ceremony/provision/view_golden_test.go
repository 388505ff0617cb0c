package provision_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew")

// TestViewGolden compares every view of whole runs: what a front-end has to go
// by, and no layout. What is random is masked.
func TestViewGolden(t *testing.T) {
	st := newStage(t)
	st.open()
	compare(t, "protected", st.film(""))
	st.open()
	compare(t, "already", st.film(""))

	st = newStage(t)
	st.planned("management_key: protected", "management_key: sealed")
	st.open()
	first := st.film(provision.ActKey)
	st.hand.pull(1, false, false)
	first += "\n--- pulled\n" + st.film("")
	st.hand.insert()
	st.open()
	compare(t, "half-done-and-sealed", first+"\n--- another run\n"+st.film(""))
}

// film plays until an act is offered, or to the end, or until something is
// refused, and writes down every view and what is said.
func (st *stage) film(until string) string {
	st.t.Helper()
	var out strings.Builder
	for v := st.p.View(); ; v = st.p.View() {
		dump(&out, v)
		a, known := st.holder.Answer(v)
		if v.Done || !known || a.ID == until {
			return mask(out.String())
		}
		fmt.Fprintf(&out, "DOES %s\n", a.ID)
		err := st.do(a)
		for _, s := range st.said {
			fmt.Fprintf(&out, "  .. %s\n", s)
		}
		if err != nil {
			fmt.Fprintf(&out, "  !! %v\n", err)
			return mask(out.String())
		}
	}
}

// mask hides what differs from run to run.
func mask(text string) string {
	text = regexp.MustCompile(`\b[0-9a-f]{64}\b`).ReplaceAllString(text, "(digest)")
	text = regexp.MustCompile(`\b[0-9a-f]{8}\b`).ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "900001") {
			return s
		}
		return "(short)"
	})
	text = regexp.MustCompile(`words \[.+\]`).ReplaceAllString(text, "words (the management key)")
	return regexp.MustCompile(`\d+ bytes;`).ReplaceAllString(text, "NNN bytes;") // DER differs by some
}

// dump writes a view, a line for each thing that it says.
func dump(out *strings.Builder, v sitting.View) {
	fmt.Fprintf(out, "\n=== %s | %s, %s %s, rehearsal %v, at %s, done %v\n", v.Heading, v.Title, v.Format, v.Purpose, v.Rehearsal, v.Place, v.Done)
	fmt.Fprintf(out, "step  %s\nturn  %+v\n", step(v), v.Turn)
	for _, b := range v.Body {
		fmt.Fprintf(out, "block %q digest %v words %v\n", b.Title, b.Digest, b.Words)
		for _, l := range append(append([]string{}, b.Text...), b.Lines...) {
			fmt.Fprintf(out, "      %q\n", l)
		}
		for _, r := range b.Rows {
			fmt.Fprintf(out, "      %q = %q\n", r[0], r[1])
		}
		for _, c := range b.Checks {
			fmt.Fprintf(out, "      [%s] %q\n", c.Mark, c.Text)
		}
	}
	for _, n := range v.Notices {
		fmt.Fprintf(out, "note  %q\n", n)
	}
	for _, o := range v.Acts {
		fmt.Fprintf(out, "act   %s %q next %v, danger %v\n", o.ID, o.Label, o.Next, o.Danger)
		for _, f := range o.Fields {
			fmt.Fprintf(out, "      %s %s %q by %q, phrase %q, tries %d, same as %q\n", f.Name, f.Kind, f.Prompt, f.Who, f.Phrase, f.Tries, f.Same)
		}
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".views.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (make it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; if it should, run with -update and read it (-want +got):\n%s", file, diff)
	}
}
