package tui

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"testing/cryptotest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// noon is when these sittings are held.
func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// folder prepares a rehearsal in which everything random is the same in each
// run, so that what is shown can be compared letter by letter.
func folder(t *testing.T, format plan.Format) *rehearse.Rehearsal {
	t.Helper()
	return folderIn(t, t.TempDir(), format)
}

func folderIn(t *testing.T, dir string, format plan.Format) *rehearse.Rehearsal {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 2026)
	r := &rehearse.Rehearsal{Dir: dir, Format: format, Now: noon, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// open opens a sitting of it, on a machine of which little is known.
func open(t testing.TB, r *rehearse.Rehearsal, name string, trusted verify.Trusted) *sitting.Sitting {
	t.Helper()
	s, err := sitting.Open(config(t, r, name, trusted))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func config(t testing.TB, r *rehearse.Rehearsal, name string, trusted verify.Trusted) sitting.Config {
	t.Helper()
	cfg, err := r.Config(t.Context(), name, trusted)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Bundle, err = attest.RehearsalBundle(); err != nil {
		t.Fatal(err)
	}
	cfg.Machine = func() machine.Facts {
		return machine.Facts{
			OS: "linux", Arch: "amd64", Clock: noon(), Kernel: machine.Known[string]{Value: "6.1.0"},
			Interfaces: machine.Known[[]string]{Value: []string{"eth0", "wlan0"}},
			Binary:     machine.Known[machine.Binary]{Value: machine.Binary{SHA256: [32]byte{0xab, 0xcd}, Version: "v1.0.0", Go: "go1.26"}},
			Swap:       machine.Known[[]string]{Problem: "no permission"},
		}
	}
	return cfg
}

// trusted is the root that a sitting has made.
func trusted(t testing.TB, r *rehearse.Rehearsal) verify.Trusted {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(r.SittingDir(rehearse.Genesis), "1.root.json"))
	if err != nil {
		t.Fatal(err)
	}
	root, report := verify.TrustFile(raw, verify.Options{At: noon(), Rehearsal: true})
	if root.IsZero() {
		t.Fatal(report)
	}
	return root
}

// A stage runs a guide without a terminal: every command runs, and every
// message comes back, but for the clock's.
type stage struct {
	*app
	t    testing.TB
	msgs chan tea.Msg
	busy int // commands that run
	quit bool
}

func newStage(t testing.TB, e sitting.Engine, o Options) *stage {
	s := &stage{app: newApp(t.Context(), e, o), t: t, msgs: make(chan tea.Msg, 256)}
	s.still = 0            // nobody reads along
	t.Cleanup(s.acts.wait) // before the sitting is closed
	s.View()
	return s
}

// run has a command run, and what comes of it put into the queue.
func (s *stage) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	s.busy++
	go func() { s.msgs <- cmd() }()
}

// take gives a message to the guide and draws.
func (s *stage) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
		return
	case tea.QuitMsg:
		s.quit = true
		return
	case tickMsg:
		return
	}
	_, cmd := s.Update(msg)
	s.View()
	s.run(cmd)
}

// until takes messages until something holds; look is asked before each.
func (s *stage) until(what string, holds func() bool) {
	s.t.Helper()
	for !holds() {
		select {
		case msg := <-s.msgs:
			s.busy--
			s.take(msg)
		case <-time.After(20 * time.Second):
			s.t.Fatalf("waited for %s in vain; the screen:\n%s", what, s.draw())
		}
	}
}
