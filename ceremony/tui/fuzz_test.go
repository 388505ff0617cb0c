package tui

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/root"
)

// A turnAt is an engine at somebody's turn to sign, in memory: one that takes
// everything but a PIN.
type turnAt struct {
	view   sitting.View
	signed int
	other  int
}

func newTurnAt() *turnAt {
	d := root.Digest{1, 2, 3}
	words := make([]string, 32)
	for i := range words {
		words[i] = "word"
	}
	pin := sitting.Field{Name: "pin", Kind: sitting.FieldSecret, Prompt: "PIN", Who: "ada", Tries: 3}
	typed := []sitting.Field{
		{Name: "words", Kind: sitting.FieldWords, Prompt: "Words", Positions: [3]int{1, 2, 3}},
		{Name: "witness", Kind: sitting.FieldWords, Prompt: "Witness", Positions: [3]int{4, 5, 6}},
	}
	text := sitting.Field{Name: "text", Kind: sitting.FieldText, Prompt: "Text"}
	return &turnAt{view: sitting.View{
		What:  "sitting",
		Title: "Fuzz", Rehearsal: true, Heading: "Signature of ada", Now: noon(),
		Turn:   sitting.Turn{Participant: "ada", Serial: "1", PINLeft: 3},
		Agenda: []sitting.AgendaItem{{Step: "signatures", Short: "Signatures", State: sitting.AgendaNow}},
		Meters: []sitting.Meter{{Quorum: "new", Need: 2, Keys: []sitting.MeterKey{{Name: "ada", State: sitting.KeyCould}}}},
		Body: []sitting.Block{
			{Title: "What changes", Lines: make([]string, 40), Whole: true},
			{Title: "Digest", Digest: d, Words: words},
		},
		Acts: []sitting.Offer{
			{ID: sitting.ActSign, Target: "ada", Label: "sign", Digest: d, Fields: append(typed, pin), Next: true, Danger: true},
			{ID: sitting.ActRefuse, Target: "ada", Label: "refuse", Digest: d, Fields: []sitting.Field{text, pin}},
			{ID: sitting.ActPutAway, Label: "put away"},
			{ID: sitting.ActException, Label: "exception", Fields: []sitting.Field{text}},
		},
	}}
}

func (e *turnAt) View() sitting.View { return e.view }

// Check takes any words: whether they are right is the engine's to say.
func (e *turnAt) Check(a sitting.Act, field string) error {
	if sitting.OneTimePassword([]byte(a.Fields[field])) || sitting.OneTimePassword(a.Secrets[sitting.PINField].Bytes()) {
		return &sitting.Refusal{Kind: sitting.StrayToken, What: "a token typed", Hint: "delete it"}
	}
	if field == "pin" && string(a.Secrets[sitting.PINField].Bytes()) != "271801" {
		return &sitting.Refusal{Kind: sitting.WrongPIN, What: "no PIN", Hint: "type it"}
	}
	return nil
}

func (e *turnAt) Do(_ context.Context, a sitting.Act, say func(sitting.Progress)) error {
	if a.ID == sitting.ActSign || a.ID == sitting.ActRefuse {
		e.signed++
		say(sitting.Progress{Kind: sitting.Passed, Text: "signed"})
		return nil
	}
	e.other++
	return nil
}

// keysOfFuzz are the keys that are not letters, from 0x80.
func keysOfFuzz() []string {
	return []string{"enter", "esc", "space", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "backspace", "delete", "tab", "ctrl+u", "ctrl+c", "東"}
}

// pressedKey is the message that a byte stands for.
func pressedKey(b byte) tea.Msg {
	keys := keysOfFuzz()
	switch {
	case b >= 0x20 && b < 0x7f && b != ' ':
		return keyOf(string(rune(b)))
	case b >= 0x80 && int(b-0x80) < len(keys):
		return keyOf(keys[b-0x80])
	case b >= 0xe0 && b < 0xf0:
		return tea.WindowSizeMsg{Width: 70 + 5*int(b-0xe0), Height: 20 + 2*int(b-0xe0)}
	case b == 0xf0:
		return tea.PasteMsg{Content: "27 words\nand \x1b[2J more"}
	case b == 0xf1:
		return tea.PasteMsg{Content: otp}
	}
	return keyOf("space")
}

// FuzzKeys: whatever is pressed, the guide draws what fits, and nothing is
// signed without its PIN.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("\x8a\x8a\x8a\x8a\x80words\x80words\x80000000\x80"))          // reads, and has the wrong PIN
	f.Add([]byte("\x8a\x8a\x8a\x8a\x80words\x80words\x80271801\x80\x80"))      // and the right one
	f.Add([]byte("2\x80\xf0\x80271801\x80\x80"))                               // refuses
	f.Add([]byte("3\x80y?\x81\x8fy"))                                          // puts away, reads the help, leaves
	f.Add([]byte("4\x80\xf1\x80abc\x85\x85\x8c\x8b\x8e\x90\x80\x8f\x81"))      // an exception, with much editing
	f.Add([]byte("\xe0\x8a\xef\x8a\x80\xe2words\xe1\x80" + otp + "\x80\xe4q")) // other sizes, a token that types
	f.Fuzz(func(t *testing.T, keys []byte) {
		if len(keys) > 120 {
			return
		}
		e := newTurnAt()
		a := newApp(t.Context(), e, Options{Still: true})
		a.still = 0
		a.View()
		pins := 0
		for _, b := range keys {
			drawn, end := drive(a, pressedKey(b))
			if end {
				break
			}
			if a.width >= minWidth && a.height >= minHeight {
				fits(t, "", drawn, a.width, a.height)
			}
			if r, is := rude(drawn); is {
				t.Fatalf("%U is drawn:\n%s", r, ansi.Strip(drawn))
			}
			if p, typing := a.pane.(*filling); typing && string(p.input.typed) == "271801" && p.field().Kind == sitting.FieldSecret {
				pins++
			}
		}
		if e.signed > pins {
			t.Errorf("signed %d times, with %d PINs: %q", e.signed, pins, keys)
		}
	})
}

// drive gives a message to the guide, and all that comes of it, in order, and
// draws; or the guide has ended.
func drive(a *app, msg tea.Msg) (drawn string, end bool) {
	queue := []tea.Msg{msg}
	for len(queue) > 0 {
		msg, queue = queue[0], queue[1:]
		switch msg := msg.(type) {
		case nil:
			continue
		case tea.QuitMsg:
			return "", true
		case tea.BatchMsg:
			for _, c := range msg {
				queue = append(queue, c())
			}
			continue
		}
		_, cmd := a.Update(msg)
		drawn = a.View().Content
		if cmd != nil {
			queue = append(queue, cmd())
		}
	}
	return drawn, false
}

// TestFuzzedEngine: the engine of the fuzz target can be signed at, by keys
// alone, and is not with a wrong PIN.
func TestFuzzedEngine(t *testing.T) {
	for _, c := range []struct {
		pin  string
		want int
	}{{"271801", 1}, {"000000", 0}} {
		e := newTurnAt()
		a := newApp(t.Context(), e, Options{Still: true})
		a.still = 0
		a.View()
		for _, b := range []byte("\x8a\x8a\x8a\x8a\x80words\x80words\x80" + c.pin + "\x80") {
			drive(a, pressedKey(b))
		}
		if e.signed != c.want {
			t.Errorf("PIN %s: signed %d times, want %d:\n%s", c.pin, e.signed, c.want, ansi.Strip(a.draw()))
		}
	}
}
