package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// cut is a stage in which the program is killed. A driver plays it in another
// process, which dies in the middle. Who plays by hand kills this one, and calls
// it again.
func (p *performance) cut(ctx context.Context, n int, s rehearse.Stage, args []string) error {
	if p.dies || !p.played() {
		return p.cutByHand(ctx, n, s, args)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, self, "rehearse", ".", "--scenario", p.scenario.Name, "--format", p.format, "--play", "--plain", "--dies", "--pace", p.pace.String())
	c.Stdout, c.Stderr = p.out, p.out
	err = c.Run()
	var killed *exec.ExitError
	if !errors.As(err, &killed) || killed.Exited() {
		return p.otherwise("the program was to be killed, and ended by itself: %v", err)
	}
	fmt.Fprintf(p.out, "\n(%v)\n", killed)
	return p.signed(s, args)
}

// cutByHand leads the sitting until this program is killed. The next call finds
// that it was begun ([performance.found]).
func (p *performance) cutByHand(ctx context.Context, n int, s rehearse.Stage, args []string) error {
	p.progress.Begun = true
	if err := p.folder.Keep(p.progress); err != nil {
		return err
	}
	err := p.sits(ctx, n, s, args)
	var left *verbs.Error
	if errors.As(err, &left) && left.Code == verbs.Incomplete {
		fmt.Fprintln(p.out, "That was no power cut, but it leaves the same behind: call the same command again.")
	}
	return err
}

// found says what became of a sitting whose program was killed by hand. That may
// have been at any moment, and nothing is shown that was not there.
func (p *performance) found(s rehearse.Stage, args []string) error {
	st, err := p.look(args)
	if err != nil {
		return err
	}
	fmt.Fprint(p.out, fold(fmt.Sprintf("The program was killed, or left, in this stage. The sitting stands at the step %s; entries in its journal: %d.", st.Step, st.Entries), "", ""))
	for _, standing := range st.Standings {
		if standing.Part == ceremony.PartSigned {
			return nil
		}
	}
	fmt.Fprintln(p.out, "Nobody had signed, so that no signature could be lost.")
	p.void = true
	return nil
}

// mortal is an engine whose program is killed between two touches of a
// participant's token.
type mortal struct {
	sitting.Engine
	whose string
}

// Do is the engine's, until then.
func (m mortal) Do(ctx context.Context, a sitting.Act, say func(sitting.Progress)) error {
	return m.Engine.Do(ctx, a, func(e sitting.Progress) {
		say(e)
		if e.Kind == sitting.Touch && e.Target == m.whose && a.ID == sitting.ActSign && e.Number == 2 {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				self.Kill() //nolint:errcheck // it does not return
			}
			select {} // until it is dead
		}
	})
}
