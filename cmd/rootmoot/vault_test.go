package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// A vault is where a production ceremony is led: the built program in a real
// terminal, with cards in the readers of a real smart card service.
type vault struct {
	person
	bin, dir string
	stack    *pcsctest.Stack
	cards    map[string]*card
	remove   [pcsctest.Slots]func() // takes out what lies in a slot
	env      []string               // of the program, beyond the usual
	said     bytes.Buffer           // without a terminal
}

// newVault is one with a card for each keyholder.
func newVault(t *testing.T, names ...string) *vault {
	t.Helper()
	v := &vault{person: person{t: t, term: newTmux(t)}, bin: buildBoth(t), dir: t.TempDir(), stack: pcsctest.Get(t), cards: make(map[string]*card)}
	maker := cards.NewMaker(t)
	v.pins = make(map[string]string)
	for i, name := range names {
		// Signs that stand in no digest, so that a secret is not found by chance.
		c := newCard(t, maker.Issuer, uint32(21334982+i), fmt.Sprintf("zw-7!q%d", i), fmt.Sprintf("pk-3!wy%d", i))
		v.cards[name], v.pins[name] = c, c.pin
	}
	v.write("ca.pem", maker.PEM)
	v.write("online.hex", []byte("0643e5477dfed4ef5378cca0dd44f7aa3c0927b7b9c793d389d89d284a66adbd\n"))
	return v
}

func (v *vault) write(name string, text []byte) {
	v.t.Helper()
	if err := os.WriteFile(v.path(name), text, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

func (v *vault) path(name string) string { return filepath.Join(v.dir, name) }

// put puts a card into a slot, instead of what lies there; nobody's leaves it
// empty.
func (v *vault) put(slot int, name string) {
	v.t.Helper()
	if v.remove[slot] != nil {
		v.remove[slot]()
		v.remove[slot] = nil
	}
	if name != "" {
		_, v.remove[slot] = v.stack.Insert(v.t, slot, v.cards[name])
	}
}

// pull takes the card of a slot out, whatever it is doing.
func (v *vault) pull(slot int) { v.t.Helper(); v.put(slot, "") }

// run runs the program without a terminal, and gives what it said.
func (v *vault) run(code int, args ...string) string {
	v.t.Helper()
	cmd := exec.Command(filepath.Join(v.bin, "rootmoot"), args...)
	cmd.Dir, cmd.Env = v.dir, append(os.Environ(), v.env...)
	out, err := cmd.CombinedOutput()
	v.said.Write(out)
	if got := cmd.ProcessState.ExitCode(); got != code {
		v.t.Fatalf("rootmoot %s: %v, want exit code %d\n%s", strings.Join(args, " "), err, code, out)
	}
	return string(out)
}

// begin begins the program in the terminal, of which a log is kept.
func (v *vault) begin(args ...string) {
	v.t.Helper()
	program := append(slices.Concat([]string{"env", "-C", v.dir}, v.env), filepath.Join(v.bin, "rootmoot"))
	v.term.start(append(program, args...)...)
	v.term.run("pipe-pane", "-o", "cat >>"+v.path("terminal.log"))
}

// draft writes the plan of a genesis in which both keyholders must sign.
func (v *vault) draft(format string, more ...string) {
	v.t.Helper()
	args := []string{
		"plan", "new", "--name", "Packages", "--format", format, "--threshold", "2", "--mode", "production", "--max-per-organisation", "1",
		"--deadline", time.Now().AddDate(0, 1, 0).Format(time.DateOnly), "--expires", time.Now().AddDate(1, 1, 0).Format(time.DateOnly), "--out", "plan.yaml",
	}
	for _, name := range []string{"amsterdam", "boston"} {
		if c := v.cards[name]; c != nil {
			args = append(args, "--keyholder", fmt.Sprintf("%s:Organisation %s:Earth:%d", name, name, c.serial))
		}
	}
	v.run(0, append(args, more...)...)
}

// step waits for a step with that heading.
func (v *vault) step(heading string) sight {
	v.t.Helper()
	return v.sees("step "+heading, func(s sight) bool {
		return (s.title == heading || strings.HasPrefix(s.title, heading+" · ")) && s.lists()
	})
}

// touch presses the finger of a keyholder when the screen asks for it.
func (v *vault) touch(name string, of int) {
	v.t.Helper()
	for n := 1; n <= of; n++ {
		v.asksTouch(name, n, of)
		v.cards[name].finger.Press()
	}
}

// asksTouch waits for the so manieth request for a touch.
func (v *vault) asksTouch(name string, n, of int) {
	v.t.Helper()
	count := ""
	if of > 1 {
		count = fmt.Sprintf("(%d of %d)", n, of)
	}
	s := v.sees("a touch "+count, func(s sight) bool { return s.blinks() && strings.Contains(oneLine(s.page), count) })
	v.want("the touch", oneLine(s.page), "TOUCH the token of "+name, fmt.Sprint(v.cards[name].serial))
}
