package tui

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/cryptotest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/verify"
)

// A shoot is a rehearsal at which pictures are taken. Its clock and its
// tokens' patience are in the hands of whoever directs it.
type shoot struct {
	*stage
	album     *album
	rehearsal *rehearse.Rehearsal
	passed    atomic.Int64 // since noon; the clock stands still until it is set on
	hurry     atomic.Bool  // the tokens wait for no touch
	held      *hand        // plays, but not now
}

// shootRehearsal prepares a rehearsal in a folder whose name is the same on
// every machine, and plays the first sitting of it.
func shootRehearsal(t *testing.T) (*rehearse.Rehearsal, verify.Trusted) {
	t.Helper()
	t.Chdir(t.TempDir())
	cryptotest.SetGlobalRandom(t, 2026)
	r := &rehearse.Rehearsal{Dir: "out/rehearsal-tuf", Format: plan.TUF, Now: noon, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := newStage(t, open(t, r, rehearse.Genesis, verify.Trusted{}), Options{Actor: people.New(r.Cast(rehearse.Genesis)), Still: true})
	s.run(s.Init())
	s.until("the end of the first sitting", func() bool { return s.quit })
	return r, trusted(t, r)
}

// newShoot opens the second sitting in a folder of its own, with an actor who
// plays the people.
func newShoot(t *testing.T, al *album, r *rehearse.Rehearsal, root verify.Trusted, dir string, actor Actor) *shoot {
	t.Helper()
	s := &shoot{album: al, rehearsal: r}
	r.Now = s.clock
	cfg := config(t, r, rehearse.Rotate, root)
	cfg.Dir, cfg.Tokens = filepath.Join(r.Dir, dir), s.tokens
	facts := cfg.Machine()
	facts.Interfaces.Value, facts.Binary.Value.SHA256 = []string{"eth0"}, sha256.Sum256([]byte("rootmoot"))
	cfg.Machine = func() machine.Facts { return facts }
	e, err := sitting.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	s.stage = newStage(t, e, Options{Actor: actor, PINs: r.Cast(rehearse.Rotate).PINs})
	s.run(s.Init())
	return s
}

func (s *shoot) clock() time.Time { return noon().Add(time.Duration(s.passed.Load())) }

// tokens are those in the readers. When it hurries, nobody touches one in time.
func (s *shoot) tokens(context.Context) ([]token.Token, error) {
	var o rehearsal.Options
	if s.hurry.Load() {
		o.Clock = impatient{}
	}
	list, err := rehearsal.List(filepath.Join(s.rehearsal.Dir, "tokens"), o)
	var out []token.Token
	for _, t := range list {
		out = append(out, t)
	}
	return out, err
}

// impatient is a clock whose waits are over at once.
type impatient struct{}

func (impatient) Now() time.Time { return noon() }

func (impatient) After(time.Duration) <-chan time.Time {
	over := make(chan time.Time, 1)
	over <- noon()
	return over
}

// away takes tokens out of the readers, or puts them back.
func (s *shoot) away(out bool, names ...string) {
	s.t.Helper()
	for _, name := range names {
		from := filepath.Join(s.rehearsal.Dir, "tokens", name+".token.json")
		to := from + ".away"
		if !out {
			from, to = to, from
		}
		if err := os.Rename(from, to); err != nil {
			s.t.Fatal(err)
		}
	}
}

// picture takes one in colour, of what somebody sees whom nobody plays.
func (s *shoot) picture(name, title string) {
	s.t.Helper()
	s.pictureIn(name, title, colorprofile.ANSI)
}

func (s *shoot) pictureIn(name, title string, colours colorprofile.Profile) {
	s.t.Helper()
	s.byHand(func() {
		var out bytes.Buffer
		w := colorprofile.Writer{Forward: &out, Profile: colours}
		if _, err := w.WriteString(s.draw()); err != nil {
			s.t.Fatal(err)
		}
		s.album.add(name, title, out.String(), s.width, s.height)
	})
}

// byHand does something while nobody plays.
func (s *shoot) byHand(f func()) {
	plays := s.hand
	s.hand = nil
	f()
	s.hand = plays
}

// halt takes the keyboard from whoever plays; resume gives it back.
func (s *shoot) halt() { s.hand, s.held = nil, s.hand }

func (s *shoot) resume() {
	s.hand, s.held = s.held, nil
	s.hand.act, s.hand.waits = nil, false
	s.run(s.play())
}

// press presses keys, one after the other.
func (s *shoot) press(keys ...tea.KeyPressMsg) {
	for _, k := range keys {
		s.take(k)
	}
}

// typing is a text, key by key.
func typing(text string) []tea.KeyPressMsg {
	var out []tea.KeyPressMsg
	for _, r := range text {
		out = append(out, typedKey(string(r)))
	}
	return out
}

// at is a terminal of another size. What was seen there does not count.
func (s *shoot) at(width, height int, f func()) {
	w, h, seen := s.width, s.height, s.scroll
	s.take(tea.WindowSizeMsg{Width: width, Height: height})
	f()
	s.take(tea.WindowSizeMsg{Width: w, Height: h})
	s.scroll = seen
}
