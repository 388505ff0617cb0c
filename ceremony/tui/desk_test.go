package tui

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// A desk is a stage with somebody at its keyboard, and what they know.
type desk struct {
	*stage
	r      *rehearse.Rehearsal
	sits   *sitting.Sitting
	engine *watched
	pins   map[string]string
}

// A watched engine remembers what was begun, but for touches.
type watched struct {
	sitting.Engine
	mu    sync.Mutex
	begun []string
}

func (w *watched) Do(ctx context.Context, a sitting.Act, say func(sitting.Progress)) error {
	if a.ID != sitting.ActTouch {
		w.mu.Lock()
		w.begun = append(w.begun, a.ID)
		w.mu.Unlock()
	}
	return w.Engine.Do(ctx, a, say)
}

// count is how many acts of these ids were begun; all of them if there is none.
func (w *watched) count(ids ...string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, id := range w.begun {
		if len(ids) == 0 || slices.Contains(ids, id) {
			n++
		}
	}
	return n
}

// newDesk opens the first sitting of a rehearsal where an act is offered. What
// the configuration should have otherwise, tune says.
func newDesk(t *testing.T, id, target string, tune ...func(*sitting.Config)) *desk {
	t.Helper()
	r := folder(t, plan.TUF)
	cfg := config(t, r, rehearse.Genesis, verify.Trusted{})
	for _, f := range tune {
		f(&cfg)
	}
	s, err := sitting.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	walk(t, s, r, func(v sitting.View) bool { _, there := v.Offer(id, target); return there })
	return sitDown(t, r, s)
}

func sitDown(t testing.TB, r *rehearse.Rehearsal, s *sitting.Sitting) *desk {
	e := &watched{Engine: s}
	return &desk{stage: newStage(t, e, Options{Still: true}), r: r, sits: s, engine: e, pins: r.Cast(rehearse.Genesis).PINs}
}

// walk has people who make no mistakes go on without a screen until the view
// is as wanted.
func walk(t testing.TB, s *sitting.Sitting, r *rehearse.Rehearsal, there func(sitting.View) bool) {
	t.Helper()
	p := people.New(people.Cast{PINs: r.Cast(rehearse.Genesis).PINs})
	for v := s.View(); !there(v); v = s.View() {
		a, known := p.Answer(v)
		if !known {
			t.Fatalf("the people do not know how to go on at %q", v.Heading)
		}
		if err := s.Do(t.Context(), a, func(p sitting.Progress) {
			if p.Kind == sitting.Touch {
				s.Do(t.Context(), sitting.Act{ID: sitting.ActTouch}, nil) //nolint:errcheck // the act that waits will tell
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// keyOf is a key by its name; a single character is itself.
func keyOf(name string) tea.KeyPressMsg {
	named := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "space": {Code: tea.KeySpace, Text: " "},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
		"backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete}, "tab": {Code: tea.KeyTab},
		"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	}
	if k, is := named[name]; is {
		return k
	}
	r, n := utf8.DecodeRuneInString(name)
	if n != len(name) {
		panic("no key is called " + name)
	}
	if lower := unicode.ToLower(r); lower != r {
		return tea.KeyPressMsg{Code: lower, ShiftedCode: r, Mod: tea.ModShift, Text: name}
	}
	return tea.KeyPressMsg{Code: r, Text: name}
}

// press presses keys, and waits after each until nothing more comes of it.
func (d *desk) press(names ...string) {
	d.t.Helper()
	for _, n := range names {
		d.take(keyOf(n))
		d.settle()
	}
}

// types types a text, without an Enter.
func (d *desk) types(text string) {
	d.t.Helper()
	for _, r := range text { // drawing each letter takes long
		_, cmd := d.Update(keyOf(string(r)))
		d.run(cmd)
	}
	d.View()
	d.settle()
}

// settle waits until no command runs, but for an act that waits for a touch.
func (d *desk) settle() {
	d.t.Helper()
	d.until("what comes of a key", func() bool {
		p, working := d.pane.(*working)
		return d.busy == 0 || working && p.touch != nil && !p.given && !d.leaving && d.busy == 2 || d.quit
	})
}

// touch touches the token that waits for it.
func (d *desk) touch() {
	d.t.Helper()
	p, working := d.pane.(*working)
	if !working || p.touch == nil {
		d.t.Fatalf("no touch is waited for:\n%s", d.screen())
	}
	was := p.touch
	d.take(keyOf("space"))
	d.until("the touch", func() bool { return d.pane != pane(p) || p.touch != was })
	d.settle()
}

// choose goes to an act and begins it, reading before what must be read.
func (d *desk) choose(id, target string) {
	d.t.Helper()
	p, choosing := d.pane.(*choosing)
	at := slices.IndexFunc(d.view.Acts, func(o sitting.Offer) bool { return o.ID == id && o.Target == target })
	if !choosing || at < 0 {
		d.t.Fatalf("%s %s cannot be chosen here:\n%s", id, target, d.screen())
	}
	for p.at < at {
		d.press("down")
	}
	for p.at > at {
		d.press("up")
	}
	d.readOn()
	d.press("enter")
}

// readOn turns the page until all of it was on the screen.
func (d *desk) readOn() {
	d.t.Helper()
	for n := d.unread(); n > 0; n = d.unread() {
		if d.press("pgdown"); d.unread() >= n {
			d.t.Fatalf("%d lines stay unread:\n%s", n, d.screen())
		}
	}
}

// fill answers the fields that are asked for, rightly but where wrong says
// otherwise, until nothing is asked any more or something is refused.
func (d *desk) fill(wrong map[string]string) {
	d.t.Helper()
	for p, asked := d.pane.(*filling); asked; p, asked = d.pane.(*filling) {
		before := p.refused
		text, other := wrong[p.field().Name]
		if !other {
			text = d.right(p)
		}
		d.types(text)
		d.press("enter")
		if p.refused != nil && p.refused != before {
			return
		}
	}
}

// right is the right answer to what is asked.
func (d *desk) right(p *filling) string {
	f := p.field()
	switch {
	case f.Kind == sitting.FieldWords:
		for _, b := range d.view.Body {
			if b.Digest == p.offer.Digest && len(b.Words) > 0 {
				return strings.Join([]string{b.Words[f.Positions[0]-1], b.Words[f.Positions[1]-1], b.Words[f.Positions[2]-1]}, " ")
			}
		}
		d.t.Fatalf("the words of %s are not on the screen", p.offer.ID)
	case f.Kind == sitting.FieldSecret:
		return d.pins[p.offer.Target]
	case f.Kind == sitting.FieldPhrase:
		return f.Phrase
	case f.Name == "person":
		return "" // the same for two parts would be one person in both
	case f.Name == "outside":
		return d.view.Now.Format(time.RFC3339)
	}
	return "as it was said aloud"
}

// do does an act to its end by hand: what comes of it stays on the screen.
func (d *desk) do(id, target string, wrong map[string]string) {
	d.t.Helper()
	d.choose(id, target)
	d.fill(wrong)
	if _, asked := d.pane.(*confirming); asked {
		d.press("y")
	}
	for p, on := d.pane.(*working); on && p.touch != nil; p, on = d.pane.(*working) {
		d.touch()
	}
}

// screen is what there is to see, without colours.
func (d *desk) screen() string { return ansi.Strip(d.draw()) }

// reads is the screen as running text, without agenda and rules.
func (d *desk) reads() string {
	var out []string
	for l := range strings.Lines(d.screen()) {
		if _, after, found := strings.Cut(l, d.look.vertical); found {
			l = after
		}
		out = append(out, strings.Fields(l)...)
	}
	return strings.Join(out, " ")
}

// shows wants texts on the screen.
func (d *desk) shows(texts ...string) {
	d.t.Helper()
	for _, want := range texts {
		if !strings.Contains(d.reads(), want) {
			d.t.Errorf("the screen does not say %q:\n%s", want, d.screen())
		}
	}
}

// journal is the record as it lies on the disk.
func (d *desk) journal() string {
	d.t.Helper()
	raw, err := os.ReadFile(filepath.Join(d.r.SittingDir(rehearse.Genesis), sitting.JournalFile))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(raw)
}
