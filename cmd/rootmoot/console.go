package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/terminal"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// A console is where a sitting is led, and what to do when it ends.
type console struct {
	plain.Console
	io.Closer
	terminal *terminal.Terminal // nil where there is none
	out      io.Writer          // the standard output, or what stands in for it
}

// openConsole is the terminal, or in a rehearsal the standard streams where
// there is none. From here on a crash leaves no dump that could hold a PIN.
func openConsole(cmd *cobra.Command, rehearsal bool) (console, error) {
	if err := machine.DisableCoreDumps(); err != nil && !rehearsal {
		return console{}, &verbs.Error{Code: verbs.Unread, Err: err}
	}
	c, person, err := consoleAt(cmd.InOrStdin(), cmd.OutOrStdout())
	if err == nil && !person && !rehearsal {
		err = &verbs.Error{Code: verbs.Usage, Err: errors.New("standard input is no terminal; PINs are read from a terminal only")}
	}
	return c, err
}

// tellSwap warns where a secret could be written to swap space, before one is
// typed. A sitting says so at its step of the room.
func tellSwap(say io.Writer, now func() time.Time) {
	for _, f := range machine.Findings(machine.Gather(now)) {
		if f.ID == machine.RoomSwap && f.Severity != machine.OK {
			fmt.Fprintf(say, "note: %s: %s\n", f.ID, visible.Line(f.Text))
		}
	}
}

// consoleAt is the terminal if standard input is one, with a person at it; else
// lines from there, and what is said goes to out.
func consoleAt(in io.Reader, out io.Writer) (c console, person bool, err error) {
	if f, ok := in.(*os.File); !ok || !terminal.IsTerminal(f) {
		return console{plain.NewPipe(in, out), io.NopCloser(nil), nil, out}, false, nil
	}
	t, err := terminal.Open()
	if err != nil {
		return console{}, false, &verbs.Error{Code: verbs.Unread, Err: err}
	}
	return console{plain.Terminal{Terminal: t}, t, t, out}, true, nil
}
