package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// told is how wide a scenario is told, in columns.
const told = 78

// tellScenario says what it is about, and who plays.
func (p *performance) tellScenario() {
	fmt.Fprintf(p.out, "\nSCENARIO  %s: %s\n", p.scenario.Name, p.scenario.Line)
	if p.progress.Stages > 0 {
		fmt.Fprintf(p.out, "It goes on: %d of %d stages are over.\n", p.progress.Stages, len(p.scenario.Stages))
	}
	fmt.Fprintln(p.out)
	for _, t := range p.scenario.Tells {
		p.paragraph(t)
	}
	p.paragraph(fmt.Sprintf("A first root, three of five, is published: its sitting lies in %s. Commands are shown as they are typed in the folder %s.", rehearse.Genesis, p.dir))
	if p.played() {
		p.paragraph("A driver plays the people. Press any key to take over.")
	} else {
		p.paragraph("You play all the people; what is to be done is said before each sitting, and stands at the foot of the screen. Leave when you like: the same command goes on.")
	}
}

// played reports whether the driver plays, and nobody has taken over.
func (p *performance) played() bool { return p.rehearsing.play && !p.taken.Load() }

// tellStage says what has happened.
func (p *performance) tellStage(n int, s rehearse.Stage) {
	if s.Title == "" {
		return
	}
	at := p.clock(n, s)().UTC().Format("2006-01-02 15:04 UTC")
	head := fmt.Sprintf("%s %d of %d: %s", p.scenario.Name, n+1, len(p.scenario.Stages), s.Title)
	fmt.Fprintf(p.out, "\n%s\n%s%s\n\n", strings.Repeat("-", told), head, pad(at, told-visible.Width(head)))
	if s.After > 0 {
		p.paragraph(elapsed(s.After) + " later.")
	}
	for _, t := range s.Tells {
		p.paragraph(t)
	}
}

// pad sets a text at the right, if there is room.
func pad(text string, room int) string {
	return strings.Repeat(" ", max(2, room-visible.Width(text))) + text
}

func elapsed(d time.Duration) string {
	if n := int(d / (24 * time.Hour)); n != 1 {
		return fmt.Sprintf("%d days", n)
	}
	return "A day"
}

// paragraph is a text in as many lines as it takes. {wall} is what the clock on
// the wall shows.
func (p *performance) paragraph(text string) {
	s := p.scenario.Stages[min(p.progress.Stages, len(p.scenario.Stages)-1)]
	wall := p.clock(p.progress.Stages, s)().Add(s.Cast.Clock)
	text = strings.ReplaceAll(text, "{wall}", wall.UTC().Format("2006-01-02 15:04"))
	fmt.Fprint(p.out, fold(text, "", ""), "\n")
}

// tellTask says what is to be done by hand, and with which PINs.
func (p *performance) tellTask(s rehearse.Stage) {
	if !s.Sits() || p.played() {
		return
	}
	fmt.Fprint(p.out, "\n", fold(s.Task, "To do:   ", "         "))
	if s.Dies != "" {
		kill := fmt.Sprintf("kill -9 %d, from another terminal. Then call the same command again, in a new one: this one is left as it was.", os.Getpid())
		fmt.Fprint(p.out, fold(kill, "Kill:    ", "         "))
	}
	if s.Comes != nil {
		fmt.Fprint(p.out, fold(strings.Join(s.Comes, ", "), "Here:    ", "         "))
	}
	var pins []string
	for name, pin := range p.folder.CastOf(s).PINs {
		if s.Comes == nil || slices.Contains(s.Comes, name) {
			pins = append(pins, name+" "+pin)
		}
	}
	slices.Sort(pins)
	fmt.Fprint(p.out, fold(strings.Join(pins, ", "), "PINs:    ", "         "))
}

// tellEnd says what was shown, and where it lies.
func (p *performance) tellEnd() {
	fmt.Fprintf(p.out, "\n%s\n%s is over. What was to be shown, and was checked on the way:\n\n", strings.Repeat("-", told), p.scenario.Name)
	for _, t := range p.progress.Proven {
		fmt.Fprint(p.out, fold(t, "  [pass] ", "         "))
	}
	fmt.Fprintf(p.out, "\n%s", fold(fmt.Sprintf("Everything lies in %s: the plans, a folder for each sitting, stick/ for what was carried, chain/ for what is published. What to do on such a day: docs/runbooks.md.", p.dir), "", ""))
}

// wordsPerPace is how many words are read in the time of one of the driver's
// answers.
const wordsPerPace = 3

// pause waits until somebody who plays by hand wants to go on, or until what was
// told can have been read. False: they leave.
func (p *performance) pause(ctx context.Context, told []string) (bool, error) {
	if !p.played() {
		line, err := p.out.ReadLine(ctx, "Press Enter to go on, or q and Enter to leave: ")
		if err == io.EOF {
			return false, nil
		}
		return strings.TrimSpace(line) != "q", err
	}
	if p.pace == 0 {
		return true, nil
	}
	words := len(strings.Fields(strings.Join(told, " ")))
	keys, stop, err := p.out.AnyKey()
	if err != nil {
		return true, nil //nolint:nilerr // who cannot be heard does not take over
	}
	defer stop()
	select {
	case <-keys:
		p.taken.Store(true)
		fmt.Fprintln(p.out, "\nYou have taken over. From here on you play.")
		return true, nil
	case <-time.After(p.pace * time.Duration(3+words/wordsPerPace)):
		return true, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// fold breaks a text at spaces: first stands before the first line, rest before
// the others.
func fold(text, first, rest string) string {
	var out strings.Builder
	line, empty := first, true
	for _, word := range strings.Fields(text) {
		if !empty && visible.Width(line)+1+visible.Width(word) > told {
			out.WriteString(strings.TrimRight(line, " ") + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return out.String() + strings.TrimRight(line, " ") + "\n"
}

// folded breaks what a command printed where it is wider than that.
func folded(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		bare := strings.TrimSuffix(line, "\n")
		if visible.Width(bare) <= told+2 {
			out.WriteString(line)
			continue
		}
		indent := bare[:len(bare)-len(strings.TrimLeft(bare, " "))]
		out.WriteString(fold(bare, indent, indent+"  "))
	}
	return out.String()
}

// typed is a command as it is shown: broken where one would break it.
func typed(args []string) string {
	lines, line := []string{}, "$ "+args[0]
	for i := 1; i < len(args); i++ {
		word := args[i]
		if strings.HasPrefix(word, "--") && i+1 < len(args) && !strings.HasPrefix(args[i+1], "--") {
			i++
			word += " " + args[i] // a flag stays with what it says
		}
		if len(line)+1+len(word) > told-2 && line != "    " {
			lines = append(lines, line+" \\")
			line = "   "
		}
		line += " " + word
	}
	return strings.Join(append(lines, line), "\n") + "\n"
}
