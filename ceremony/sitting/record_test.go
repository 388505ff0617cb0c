package sitting_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

func (st *stage) path(name string) string { return filepath.Join(st.cfg.Dir, name) }

func (st *stage) write(name string, data []byte) {
	st.t.Helper()
	if err := os.WriteFile(st.path(name), data, 0o600); err != nil {
		st.t.Fatal(err)
	}
}

// TestOpenRefuses: on other grounds than it stands on, a sitting is not opened,
// and what is there is not touched.
func TestOpenRefuses(t *testing.T) {
	st := newStage(t)
	first := st.genesis()
	st.stand(rehearse.Rotate, first)
	st.open()
	st.walk("signatures")
	if err := st.takeAnd(sitting.ActSign, "amsterdam"); err != nil {
		t.Fatal(err)
	}
	st.s.Close()
	st.s = nil
	good := st.cfg
	lines := bytes.SplitAfter([]byte(st.journal()), []byte("\n"))
	edited := bytes.Replace([]byte(st.journal()), []byte(`"name":"boston"`), []byte(`"name":"dakar"`), 1)
	for _, c := range []struct {
		name   string
		change func()
		want   string
	}{
		{"another plan", func() { st.cfg.Plan = bytes.Replace(good.Plan, []byte("threshold: 3"), []byte("threshold: 2"), 1) }, "belongs to the sitting of another plan"},
		{"no plan at all", func() { st.cfg.Dir, st.cfg.Plan = t.TempDir(), nil }, "holds none; give the plan to begin one"},
		{"no YAML", func() { st.cfg.Plan = []byte("{") }, "plan: 2:1: not YAML"},
		{"plan edited", func() {
			st.write(sitting.PlanFile, bytes.Replace(good.Plan, []byte("Rehearsal packages"), []byte("Other packages"), 1))
		}, "plan"},
		{"trusted root edited", func() {
			st.cfg.Trusted = verify.Trusted{}
			st.write(sitting.TrustedFile, bytes.Replace(first.Raw(), []byte("T"), []byte("t"), 1))
		}, "trusted root"},
		{"no trusted root", func() { st.cfg.Trusted, st.cfg.Dir = verify.Trusted{}, t.TempDir() }, "say which root you trust"},
		{"entry edited", func() { st.write(sitting.JournalFile, edited) }, "entry "},
		{"entry removed", func() { st.write(sitting.JournalFile, bytes.Join(append(lines[:3:3], lines[4:]...), nil)) }, "entry 3: counted as 4"},
		{"not a fact", func() { st.write(sitting.JournalFile, nil) }, "header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.t, st.cfg = t, good
			files := st.files(st.cfg.Dir)
			c.change()
			changed := st.files(good.Dir)
			s, err := sitting.Open(st.cfg)
			if err == nil {
				s.Close()
				t.Fatal("was opened")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q in it", err, c.want)
			}
			st.cfg.Dir = good.Dir
			for name, data := range st.files(good.Dir) {
				if changed[name] != data {
					t.Errorf("%s was changed", name)
				}
			}
			for name, data := range files {
				st.write(name, []byte(data))
			}
		})
	}
	st.t, st.cfg = t, good
	st.open()
	if got := st.view().Meters[0].Have; got != 1 {
		t.Errorf("%d signatures after all that, want 1", got)
	}
}

// TestMendedPlan: a plan that cannot stand leaves nothing behind, so that the
// mended one can be opened in the same directory.
func TestMendedPlan(t *testing.T) {
	st := newStage(t)
	good := st.cfg.Plan
	for _, bad := range []string{"threshold: 0", "threshold: 3\n  nonsense: 1"} {
		st.cfg.Plan = bytes.Replace(good, []byte("threshold: 3"), []byte(bad), 1)
		if s, err := sitting.Open(st.cfg); err == nil {
			s.Close()
			t.Fatalf("%q was opened", bad)
		}
	}
	st.cfg.Plan = good
	st.open()
}

func TestSecondOpener(t *testing.T) {
	st := newStage(t)
	st.open()
	s, err := sitting.Open(st.cfg)
	if !errors.Is(err, journal.ErrLocked) {
		t.Errorf("got %v, %v", s, err)
	}
	st.must(sitting.ActSignIn, "amsterdam") // the first goes on
}

// TestDamagedTail: a whole last line was changed. It may have been recorded, so
// nobody is told that nothing was lost.
func TestDamagedTail(t *testing.T) {
	st := newStage(t)
	st.open()
	st.must(sitting.ActSignIn, "amsterdam")
	st.s.Close()
	st.s = nil
	raw := []byte(st.journal())
	raw[len(raw)-3] ^= 1
	st.write(sitting.JournalFile, raw)
	st.open()
	if v := st.view(); len(v.Notices) != 1 || !strings.Contains(v.Notices[0], "it may have been recorded and changed since") {
		t.Errorf("notices %q", v.Notices)
	}
}

// TestTornTail: power failed while an entry was written.
func TestTornTail(t *testing.T) {
	st := newStage(t)
	st.open()
	st.must(sitting.ActSignIn, "amsterdam")
	st.s.Close()
	st.s = nil
	raw := []byte(st.journal())
	st.write(sitting.JournalFile, append(raw, raw[len(raw)-100:len(raw)-40]...))
	st.open()
	v := st.view()
	if len(v.Notices) != 1 || !strings.Contains(v.Notices[0], "cut short") || !strings.Contains(v.Notices[0], "60 bytes") {
		t.Errorf("notices %q", v.Notices)
	}
	if _, again := v.Offer(sitting.ActSignIn, "amsterdam"); again {
		t.Error("who had signed in has to do so again")
	}
	st.walk("")
}

// TestMediumFails: the stick is pulled between the touch and the signature's
// being written. The act is refused and says so; opened again, all is there but
// that.
func TestMediumFails(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	if err := st.takeAnd(sitting.ActSign, "amsterdam"); err != nil {
		t.Fatal(err)
	}
	st.must(sitting.ActToken, "boston")
	touch := st.touch
	st.touch = func(p sitting.Progress) {
		if err := st.s.BreakJournal(); err != nil {
			t.Error(err)
		}
		touch(p)
	}
	st.refused(st.fill(sitting.ActSign, "boston"), "the journal cannot be written")
	st.touch = touch
	if got := st.view().Meters[0].Have; got != 1 {
		t.Errorf("%d signatures count, one of them not written", got)
	}
	st.refused(st.fill(sitting.ActException, ""), "the journal takes no more; nothing was done")
	st.open()
	if got := st.view().Meters[0].Have; got != 1 {
		t.Errorf("%d signatures, want 1", got)
	}
	st.walk("")
}

// TestOtherFilesInTheWay: what the sitting writes never replaces what stands
// there, and a file that was changed is not handed over.
func TestOtherFilesInTheWay(t *testing.T) {
	st := newStage(t)
	st.open()
	for _, c := range []struct{ step, act, name string }{
		{"freeze", sitting.ActReadBack, sitting.FrozenFile},
		{"check", sitting.ActCheck, "1.root.json"},
	} {
		st.walk(c.step)
		st.write(c.name, []byte("somebody else's"))
		st.refused(st.fill(c.act, ""), "exists with other bytes")
		if err := os.Remove(st.path(c.name)); err != nil {
			t.Fatal(err)
		}
		st.must(c.act, "")
	}
	st.walk("hand-over")
	for _, name := range []string{sitting.PlanFile, sitting.FrozenFile, "1.root.json"} {
		good := st.file(name)
		st.write(name, append(good, ' '))
		st.refused(st.fill(sitting.ActHandOver, ""), "exists with other bytes")
		if _, err := os.Stat(st.path(sitting.ManifestFile)); err == nil {
			t.Error("there is a manifest")
		}
		st.write(name, good)
	}
	if err := os.Remove(st.path("1.root.json")); err != nil {
		t.Fatal(err)
	}
	st.must(sitting.ActHandOver, "")
	if len(st.file("1.root.json")) == 0 {
		t.Error("what was taken away was not written again")
	}
}

// TestSweep: what an interrupted write left behind is removed, by who holds the
// directory alone.
func TestSweep(t *testing.T) {
	st := newStage(t)
	st.open()
	const left = ".tmp-0123456789abcdef"
	st.write(left, []byte("half a manifest"))
	if s, err := sitting.Open(st.cfg); err == nil {
		s.Close()
		t.Fatal("opened twice")
	}
	if string(st.file(left)) != "half a manifest" {
		t.Error("a file was pulled from under another's hands")
	}
	st.open()
	for name := range st.files(st.cfg.Dir) {
		if strings.HasPrefix(name, ".tmp-") {
			t.Errorf("%s is still there", name)
		}
	}
}
