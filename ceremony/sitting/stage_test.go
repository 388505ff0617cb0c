package sitting_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// A stage is a rehearsal's folder with one sitting of it, and what a test wants
// to go wrong there.
type stage struct {
	t    failer
	ctx  context.Context
	r    *rehearse.Rehearsal
	cfg  sitting.Config
	s    *sitting.Sitting
	cast people.Cast

	liar  string                                        // whose token lies,
	lie   evil.Lie                                      // and how
	clock pivcard.Clock                                 // of the tokens
	kind  token.Kind                                    // that the tokens pretend to be of, if any
	says  map[string]func(*token.Info)                  // what a token says of itself instead
	wraps map[string]func(*rehearsal.Token) token.Token // something around a token
	lists func() error                                  // fails, and no token can be listed
	touch func(sitting.Progress)
	watch func(any) // sees every view, progress and error
}

// A failer is a test, or a check of rapid's.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// newStage prepares the genesis; the test opens it.
func newStage(t testing.TB) *stage {
	t.Helper()
	return stageIn(t, t.TempDir(), plan.TUF)
}

// stageIn prepares the genesis of a chain of some format in a folder.
func stageIn(t testing.TB, dir string, format plan.Format) *stage {
	t.Helper()
	st := &stage{t: t, ctx: t.Context()}
	st.r = &rehearse.Rehearsal{Dir: dir, Format: format, Now: time.Now, Rand: rand.Reader}
	if err := st.r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	st.cast = people.Cast{PINs: st.r.Cast(rehearse.Genesis).PINs}
	st.stand(rehearse.Genesis, verify.Trusted{})
	t.Cleanup(func() {
		if st.s != nil {
			st.s.Close()
		}
	})
	return st
}

// stand makes the configuration of a sitting.
func (st *stage) stand(name string, trusted verify.Trusted) {
	st.t.Helper()
	var err error
	if st.cfg, err = st.r.Config(st.ctx, name, trusted); err != nil {
		st.t.Fatal(err)
	}
	if st.cfg.Bundle, err = attest.RehearsalBundle(); err != nil {
		st.t.Fatal(err)
	}
	st.cfg.Tokens = st.tokens
	st.cfg.Machine = func() machine.Facts { return machine.Facts{OS: "test", Clock: st.cfg.Now()} }
	st.cfg.Tool = "test"
	st.touch = func(sitting.Progress) { st.do(sitting.Act{ID: sitting.ActTouch}) } //nolint:errcheck // the act that waits will tell
}

// open opens the sitting, or opens it again.
func (st *stage) open() {
	st.t.Helper()
	if st.s != nil {
		if err := st.s.Close(); err != nil {
			st.t.Fatal(err)
		}
	}
	var err error
	if st.s, err = sitting.Open(st.cfg); err != nil {
		st.t.Fatal(err)
	}
}

func (st *stage) see(v any) {
	if st.watch != nil {
		st.watch(v)
	}
}

func (st *stage) view() sitting.View {
	v := st.s.View()
	st.see(v)
	return v
}

// do carries out an act and touches tokens when they want it. Every refusal says
// what it is about and what to do.
func (st *stage) do(a sitting.Act) error {
	err := st.s.Do(st.ctx, a, func(p sitting.Progress) {
		st.see(p)
		if p.Kind == sitting.Touch {
			st.touch(p)
		}
	})
	st.see(err)
	var refusal *sitting.Refusal
	if errors.As(err, &refusal) && (refusal.Kind == "" || refusal.What == "" || refusal.Hint == "") {
		st.t.Errorf("%s: a refusal that does not say all: %+v", a.ID, refusal)
	}
	return err
}

// must carries out an act of the view, filled in as it should be.
func (st *stage) must(id, target string) {
	st.t.Helper()
	if err := st.do(st.fill(id, target)); err != nil {
		st.t.Fatalf("%s %s: %v", id, target, err)
	}
}

// fill fills an offer in as it should be.
func (st *stage) fill(id, target string) sitting.Act {
	st.t.Helper()
	v := st.view()
	o, ok := v.Offer(id, target)
	if !ok {
		st.t.Fatalf("%s %s is not offered at %q, but %s", id, target, v.Heading, offered(v))
	}
	return answer(v, o, st.cast.PINs[target])
}

// walk has the people go on until the step is reached, or the end if it is
// empty, and counts their acts.
func (st *stage) walk(step string) (acts int) {
	st.t.Helper()
	p := people.New(st.cast)
	for v := st.view(); !v.Done && now(v) != step; v = st.view() {
		a, ok := p.Answer(v)
		if !ok {
			st.t.Fatalf("the people do not know how to go on at %q: %s", v.Heading, offered(v))
		}
		if err := st.do(a); err != nil {
			st.t.Fatalf("%s %s at %q: %v", a.ID, a.Target, v.Heading, err)
		}
		acts++
	}
	return acts
}

// genesis plays the first sitting and gets ready for the second.
func (st *stage) genesis() verify.Trusted {
	st.t.Helper()
	st.open()
	st.walk("")
	raw := st.file("1.root.json")
	st.s.Close()
	st.s = nil
	t, report := verify.TrustFile(raw, verify.Options{At: time.Now(), Rehearsal: st.cfg.Place == "rehearsal-room"})
	if report.Verdict() != verify.Accepted {
		st.t.Fatalf("%+v", report.Failures())
	}
	return t
}

func (st *stage) file(name string) []byte {
	st.t.Helper()
	raw, err := os.ReadFile(filepath.Join(st.cfg.Dir, name))
	if err != nil {
		st.t.Fatal(err)
	}
	return raw
}

func (st *stage) journal() string { return string(st.file(sitting.JournalFile)) }

// refused wants an act refused, with these words, and nothing recorded.
func (st *stage) refused(a sitting.Act, want string) {
	st.t.Helper()
	before := st.journal()
	err := st.do(a)
	if err == nil {
		st.t.Fatalf("%s %s was carried out", a.ID, a.Target)
	}
	if !strings.Contains(err.Error(), want) {
		st.t.Errorf("%s %s: %q, want %q in it", a.ID, a.Target, err, want)
	}
	if st.journal() != before {
		st.t.Errorf("%s %s was refused (%v), but recorded", a.ID, a.Target, err)
	}
}

// files are the files of a directory.
func (st *stage) files(dir string) map[string]string {
	st.t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		st.t.Fatal(err)
	}
	out := make(map[string]string)
	for _, e := range list {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			st.t.Fatal(err)
		}
		out[e.Name()] = string(raw)
	}
	return out
}
