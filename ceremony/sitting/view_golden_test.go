package sitting_test

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// TestViewGolden has both sittings of a rehearsal played, everything random
// being the same in each run, and compares every view: what a front-end has to
// go by, and no layout.
func TestViewGolden(t *testing.T) {
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir()) // so that views name no folder of this machine
	cryptotest.SetGlobalRandom(t, 2026)
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	r := &rehearse.Rehearsal{Dir: "rehearsal", Format: plan.TUF, Now: func() time.Time { return noon }, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	var trusted verify.Trusted
	for _, name := range rehearse.Sittings() {
		st := &stage{t: t, ctx: t.Context(), r: r, cast: r.Cast(name)}
		if st.cfg, err = r.Config(t.Context(), name, trusted); err != nil {
			t.Fatal(err)
		}
		if st.cfg.Bundle, err = attest.RehearsalBundle(); err != nil {
			t.Fatal(err)
		}
		st.cfg.Machine = func() machine.Facts { return machine.Facts{OS: "test", Clock: noon} }
		st.cfg.Tool = "test"
		golden.Compare(t, filepath.Join(testdata, name+".views.golden"), st.film())
		if name == rehearse.Genesis {
			trusted, _ = verify.TrustFile(st.file("1.root.json"), verify.Options{At: noon, Rehearsal: true})
		}
	}
}

// film plays the sitting and writes down every view, act, progress and refusal.
func (st *stage) film() string {
	st.t.Helper()
	var out strings.Builder
	st.touch = func(p sitting.Progress) {
		st.s.Do(st.ctx, sitting.Act{ID: sitting.ActTouch}, nil) //nolint:errcheck // the act that waits will tell
	}
	st.watch = func(v any) {
		switch v := v.(type) {
		case sitting.Progress:
			fmt.Fprintf(&out, "  .. %s %s%s\n", v.Kind, v.Text, touchOf(v))
		case *sitting.Refusal:
			fmt.Fprintf(&out, "  !! %s: %v; %s\n", v.Kind, v, v.Hint)
		}
	}
	st.open()
	defer func() { st.s.Close(); st.s = nil }()
	p := people.New(st.cast)
	for v := st.view(); ; v = st.view() {
		dump(&out, v)
		if v.Done {
			return out.String()
		}
		a, known := p.Answer(v)
		if !known {
			st.t.Fatalf("the people do not know how to go on at %q: %s", v.Heading, offered(v))
		}
		fmt.Fprintf(&out, "DOES %s %s\n", a.ID, a.Target)
		st.do(a) //nolint:errcheck // watched
	}
}

func touchOf(p sitting.Progress) string {
	if p.Kind != sitting.Touch {
		return ""
	}
	return fmt.Sprintf(" {%s %s, %d of %d: %s, policy %s, press %v, %v}", p.Target, p.Serial, p.Number, p.Of, p.For, p.Policy, p.Press, p.Timeout)
}

// dump writes a view, a line for each thing that it says.
func dump(out *strings.Builder, v sitting.View) {
	fmt.Fprintf(out, "\n=== %s | %s %s, rehearsal %v, at %s, %s, done %v\n", v.Heading, v.Format, v.Purpose, v.Rehearsal, v.Place, v.Now.Format(time.RFC3339), v.Done)
	for _, i := range v.Agenda {
		if i.State == sitting.AgendaNow {
			fmt.Fprintf(out, "step  %s, %s\n", i.Step, i.Short)
		}
	}
	fmt.Fprintf(out, "turn  %+v\n", v.Turn)
	for _, m := range v.Meters {
		fmt.Fprintf(out, "meter %s %d/%d", m.Quorum, m.Have, m.Need)
		for _, k := range m.Keys {
			fmt.Fprintf(out, " | %s %s %s", k.Name, k.Short, k.State)
		}
		out.WriteByte('\n')
	}
	golden.Body(out, v, func(b sitting.Block) string {
		return fmt.Sprintf("%q whole %v, %d words, digest %v", b.Title, b.Whole, len(b.Words), b.Digest)
	})
	for _, o := range v.Acts {
		fmt.Fprintf(out, "act   %s %s %q next %v, danger %v, digest %v\n", o.ID, o.Target, o.Label, o.Next, o.Danger, o.Digest)
		for _, f := range o.Fields {
			fmt.Fprintf(out, "      %s %s %q by %q, at %v, phrase %q, tries %d, optional %v\n", f.Name, f.Kind, f.Prompt, f.Who, f.Positions, f.Phrase, f.Tries, f.Optional)
		}
	}
}
