package sitting_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// TestResume closes the sitting after every act, and opens it again with what
// a person would have: the directory, no plan and no root.
func TestResume(t *testing.T) {
	st := newStage(t)
	st.open()
	// Six sign in; each of five keys is taken up and enrolled, three are taken
	// up and sign, one seals; and each of ten steps is ended, the room looked at.
	if acts, least := walkReopening(t, st), 6+5*2+3*2+2+10+1; acts < least {
		t.Errorf("the genesis took %d acts, want at least %d", acts, least)
	}
	first, report := verify.TrustFile(st.file("1.root.json"), verify.Options{At: st.cfg.Now(), Rehearsal: true})
	if report.Verdict() != verify.Accepted {
		t.Fatalf("%+v", report.Failures())
	}
	st.s.Close()
	st.s = nil

	st.stand(rehearse.Rotate, first)
	st.cast = st.r.Cast(rehearse.Rotate) // with its mishaps
	st.open()
	if acts, least := walkReopening(t, st), 7+2+4*2+2+10+1; acts < least {
		t.Errorf("the rotation took %d acts, want at least %d", acts, least)
	}
	second, report := verify.Candidate(first, st.file("2.root.json"), verify.Options{At: st.cfg.Now(), Rehearsal: true})
	if report.Verdict() != verify.Accepted {
		t.Fatalf("%+v", report.Failures())
	}
	if !shows(st.view(), second.Digest().String()) {
		t.Error("the end does not show the digest of the root that was written")
	}
	if name, done := st.s.Output(); name != "2.root.json" || !done {
		t.Errorf("output %q, %v", name, done)
	}
}

func walkReopening(t *testing.T, st *stage) (acts int) {
	t.Helper()
	p := people.New(st.cast)
	for v := st.view(); !v.Done; v = st.view() {
		a, ok := p.Answer(v)
		if !ok {
			t.Fatalf("the people do not know how to go on at %q: %s", v.Heading, offered(v))
		}
		if a.ID == sitting.ActToken { // a token on the table is not recorded
			if err := st.do(a); err != nil {
				t.Fatal(err)
			}
			acts++
			if a, ok = p.Answer(st.view()); !ok {
				t.Fatalf("the people do not know what to do with the token: %s", offered(st.view()))
			}
		}
		err := st.do(a)
		acts++
		st.cfg.Plan, st.cfg.Trusted = nil, verify.Trusted{}
		if err != nil { // a mishap: seen, then done right with the token still there
			if a, ok = p.Answer(st.view()); !ok {
				t.Fatalf("after %v: %s", err, offered(st.view()))
			}
			if err := st.do(a); err != nil {
				t.Fatal(err)
			}
			acts++
		}
		if _, away := st.view().Offer(sitting.ActPutAway, ""); away {
			st.must(sitting.ActPutAway, "")
		}
		before, journal := st.view(), st.journal()
		st.open()
		if diff := cmp.Diff(before, st.view(), ignoreChoice()...); diff != "" {
			t.Errorf("after %s %s and opening again (-before +after):\n%s", a.ID, a.Target, diff)
		}
		if st.journal() != journal {
			t.Errorf("after %s %s: opening again changed the journal", a.ID, a.Target)
		}
	}
	return acts
}

// ignoreChoice leaves out what may differ: the time, and which words are asked
// for, which is picked anew.
func ignoreChoice() []cmp.Option {
	return []cmp.Option{
		cmpopts.IgnoreFields(sitting.View{}, "Now"),
		cmpopts.IgnoreFields(sitting.Field{}, "Positions", "Prompt"),
		cmp.Transformer("rows", func(b sitting.Block) []any {
			rows := append([][2]string(nil), b.Rows...)
			for i := range rows {
				if rows[i][0] == "this machine" { // its clock
					rows[i][1] = ""
				}
			}
			return []any{b.Title, b.Text, rows, b.Lines, b.Digest, b.Words, b.Checks}
		}),
	}
}
