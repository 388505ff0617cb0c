package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// listScenarios is the name that stands for all of them.
const listScenarios = "list"

// scenarioHelp is the flag's.
const scenarioHelp = "a scenario instead, most are bad days, by its `NAME`; list shows all of them"

// A performance is a scenario that is played, by hand or by a driver.
type performance struct {
	rehearsing
	folder   *rehearse.Rehearsal
	scenario rehearse.Scenario
	progress rehearse.Progress
	dir      string // as it was named
	cmd      *cobra.Command
	out      console
	void     bool // the stage was gone through without what it was to show
}

// scenarios prints them with a line each.
func scenarios(w io.Writer) error {
	for _, s := range rehearse.Scenarios() {
		if _, err := fmt.Fprintf(w, "%-18s %s\n", s.Name, s.Line); err != nil {
			return err
		}
	}
	return nil
}

// perform plays a scenario, from where it was left.
func (r rehearsing) perform(cmd *cobra.Command, dir string) error {
	s, known := rehearse.ScenarioOf(r.scenario)
	if !known {
		var names []string
		for _, s := range rehearse.Scenarios() {
			names = append(names, s.Name)
		}
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--scenario: there is no %q", r.scenario), Hint: "take one of " + strings.Join(names, ", ")}
	}
	p := &performance{rehearsing: r, scenario: s, dir: dir, cmd: cmd}
	if err := p.begin(cmd.Context()); err != nil {
		return err
	}
	var err error
	if p.out, err = openConsole(cmd, true); err != nil {
		return err
	}
	defer p.out.Close()
	return p.run(cmd.Context())
}

// begin makes the folder, or finds it, and goes there: commands are shown as
// they would be typed in it.
func (p *performance) begin(ctx context.Context) error {
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return err
	}
	if err := os.Chdir(p.dir); err != nil {
		return err
	}
	p.folder = p.stage(".")
	var begun bool
	var err error
	if p.progress, begun, err = p.folder.Progress(); err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: err}
	}
	switch {
	case begun && p.progress.Scenario != p.scenario.Name:
		return otherFolder("%s holds the scenario %s", p.dir, p.progress.Scenario)
	case begun && p.progress.Format != string(p.folder.Format):
		return otherFolder("%s holds the scenario in the format %s", p.dir, p.progress.Format)
	case !begun && exists(rehearse.Rotate+".yaml"):
		return otherFolder("%s holds a rehearsal that has come further than its genesis", p.dir)
	}
	p.progress.Scenario, p.progress.Format = p.scenario.Name, string(p.folder.Format)
	if err := p.folder.Prepare(ctx); err != nil {
		return err
	}
	return p.folder.Keep(p.progress)
}

func otherFolder(format string, args ...any) error {
	return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf(format, args...), Hint: "name another folder"}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// run goes on where the scenario was left.
func (p *performance) run(ctx context.Context) error {
	if err := p.genesis(ctx); err != nil {
		return err
	}
	p.tellScenario()
	if more, err := p.pause(ctx, p.scenario.Tells); err != nil || !more {
		return errors.Join(err, &verbs.Error{Code: verbs.Incomplete})
	}
	for p.progress.Stages < len(p.scenario.Stages) {
		if err := p.stageOf(ctx, p.progress.Stages); err != nil {
			return err
		}
		p.progress.Stages++
		p.progress.Begun = false
		if err := p.folder.Keep(p.progress); err != nil {
			return err
		}
	}
	p.tellEnd()
	return nil
}

// genesis makes the root that every scenario begins from. It is the rehearsal's
// first sitting, and nobody watches.
func (p *performance) genesis(ctx context.Context) error {
	if exists(filepath.Join(rehearse.ChainDir, chain.Name(1))) {
		return nil
	}
	unseen := p.rehearsing
	unseen.play, unseen.pace, unseen.taken, unseen.plain = true, 0, new(atomic.Bool), true
	quiet := console{plain.NewPipe(strings.NewReader(""), io.Discard), io.NopCloser(nil), nil, io.Discard}
	_, err := unseen.sitting(ctx, p.folder, rehearse.Genesis, 1, verify.Trusted{}, quiet)
	return err
}
