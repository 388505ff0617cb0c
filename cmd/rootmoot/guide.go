package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/ceremony/tui"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/terminal"
)

// display is how a sitting is shown: with the guide, or as lines.
type display struct{ plain, ascii, still bool }

func (d *display) flags(f *pflag.FlagSet) {
	f.BoolVar(&d.plain, "plain", false, "lines instead of the full screen, as also where there is no terminal or TERM is dumb")
	f.BoolVar(&d.ascii, "ascii", false, "draw with ASCII only, as also where TERM is linux or vt100 and its like, or the locale is not UTF-8")
	f.BoolVar(&d.still, "no-animation", false, "nothing moves by itself but the clock")
}

// company is who plays the people in a rehearsal, if anybody does, and the PINs
// of its tokens. In production there is none.
type company struct {
	actor   tui.Actor
	taken   func()
	pace    time.Duration
	pins    map[string]string
	console *console                            // where it is led, if that is open already
	between func(sitting.Engine) sitting.Engine // what stands between people and engine; may be nil
}

// openConsole is the company's console, or a new one.
func (with company) openConsole(cmd *cobra.Command, rehearsal bool) (console, error) {
	if with.console == nil {
		return openConsole(cmd, rehearsal)
	}
	c := *with.console
	c.Closer = io.NopCloser(nil)
	return c, nil
}

// lead runs a sitting, or what is led as one, at a console.
func (d display) lead(ctx context.Context, s sitting.Engine, c console, with company) error {
	if with.between != nil {
		s = with.between(s)
	}
	return ended(c, d.run(ctx, s, c, with))
}

// ended gives the end of a sitting its exit code. Leaving it is no error, and is
// said at the console.
func ended(console io.Writer, err error) error {
	const again = "the same command goes on at the same step"
	var fault *tui.Fault
	switch {
	case errors.Is(err, plain.ErrLeave), errors.Is(err, tui.ErrLeave):
		fmt.Fprintf(console, "\n%v: %s\n", err, again)
		return &verbs.Error{Code: verbs.Incomplete}
	case errors.Is(err, tui.ErrInterrupt), errors.Is(err, tui.ErrGone):
		return &verbs.Error{Code: verbs.Interrupted, Err: err, Hint: again}
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(console, "\nleft as it is: %s\n", again)
	case errors.As(err, &fault):
		fmt.Fprintf(console, "\n%s\n", fault.Stack)
		return &verbs.Error{Code: verbs.Unread, Err: err, Hint: "what was recorded is kept; the same command with --plain goes on as lines"}
	}
	return err
}

func (d display) run(ctx context.Context, s sitting.Engine, c console, with company) error {
	if d.guided(c) {
		return tui.Run(ctx, s, d.options(c, with))
	}
	if with.actor == nil {
		return plain.Run(ctx, s, c, nil)
	}
	return plain.Run(ctx, s, c, plain.Player{Actor: with.actor, Console: c, Pace: with.pace})
}

// guided says whether the guide leads: only where somebody sits at a terminal
// that can draw it. A serial line may not know its size.
func (d display) guided(c console) bool {
	if d.plain || c.terminal == nil || !isTerminal(c.out) || !drawable(os.Getenv("TERM")) {
		return false
	}
	columns, lines, err := c.terminal.Size()
	return err == nil && columns > 0 && lines > 0
}

func (d display) options(c console, with company) tui.Options {
	in, out := c.terminal.Files()
	return tui.Options{
		In: in, Out: out, Env: os.Environ(),
		Drop:   func() { _ = c.terminal.DropInput() }, // a terminal that has gone away has none
		Colour: coloured(os.Getenv),
		ASCII:  d.ascii || asciiOnly(os.Getenv),
		Still:  d.still,
		Actor:  with.actor, Pace: with.pace, Taken: with.taken, PINs: with.pins,
	}
}

// drawable says whether a terminal of this kind can move its cursor.
func drawable(term string) bool { return term != "" && term != "dumb" }

// dec are the terminals of DEC, which live on as names for serial lines: they
// have neither colours nor UTF-8.
var dec = regexp.MustCompile(`^vt[1-5]\d\d`)

// coloured says whether the 16 colours may be used (https://no-color.org).
func coloured(env func(string) string) bool {
	term := env("TERM")
	mono := dec.MatchString(term) || strings.HasSuffix(term, "-m") || strings.HasSuffix(term, "-mono")
	return env("NO_COLOR") == "" && !mono
}

// asciiOnly says whether signs outside ASCII may be missing: the Linux console
// has few of them, and only in a UTF-8 locale can they be sent at all. The
// locale is the first of three variables that is set (locale(7)).
func asciiOnly(env func(string) string) bool {
	if term := env("TERM"); term == "linux" || dec.MatchString(term) {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := env(name); locale != "" {
			codeset := strings.ToUpper(strings.ReplaceAll(locale, "-", ""))
			return !strings.Contains(codeset, "UTF8")
		}
	}
	return true // the C locale
}

// isTerminal says whether what is written to out reaches a terminal.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && terminal.IsTerminal(f)
}
