package verbs

import (
	"errors"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// judging are the flags of every command that judges.
type judging struct {
	trust, at, format, state string
	json, strict, rehearsal  bool
	steps, plainHTTP         bool // of chain only

	printed bool // a report has been printed, or begun
	// encode writes a report as JSON, where it is not to stand for itself.
	encode func(verify.Report) string
}

// runE runs a verb of one argument. Where machines read, they get a report also
// of what ended before there was one to print.
func (j *judging) runE(now func() time.Time, verb func(*judging, *cobra.Command, string, time.Time) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("state") && j.state == "" {
			return &Error{Code: Usage, Err: errors.New("--state: names no folder")}
		}
		err := verb(j, cmd, args[0], now())
		if err == nil || !j.json || j.printed {
			return err
		}
		return errors.Join(j.print(cmd, verify.Report{Subject: shown(args[0]), Open: true, Error: err.Error()}), err)
	}
}

// remember opens the folder of --state, if there is one, and has the run judged
// by it too.
func (j *judging) remember(o *verify.Options, from place) (*state, []string, error) {
	if j.state == "" {
		return nil, nil, nil
	}
	s, notes, err := openState(j.state, from)
	if err != nil {
		return nil, nil, err
	}
	o.Seen = s
	if notes == nil && s.seen() {
		notes = []string{"state: what was seen before, in " + j.state + ", is judged by too"}
	}
	if notes == nil {
		notes = []string{"state: nothing was seen before, in " + j.state}
	}
	return s, notes, nil
}

func (j *judging) register(cmd *cobra.Command, trust string) {
	j.registerGround(cmd, trust)
	f := cmd.Flags()
	f.StringVar(&j.format, "format", "auto", "take only roots of this format: auto, tuf or conda")
	f.BoolVar(&j.json, "json", false, "print the report as JSON (docs/report.schema.json)")
}

// registerGround adds the flags that every format has, and no report.
func (j *judging) registerGround(cmd *cobra.Command, trust string) {
	f := cmd.Flags()
	f.StringVar(&j.trust, "trust", "", trust)
	f.StringVar(&j.at, "at", "", "judge freshness at this `TIME` (RFC 3339) instead of now")
	f.StringVar(&j.state, "state", "", "`DIR` that remembers what was accepted, so that a roll-back shows")
	f.BoolVar(&j.strict, "strict", false, "take what the specification allows and no more")
	f.BoolVar(&j.rehearsal, "rehearsal", false, "take what a rehearsal made, and nothing else")
}

// At is the time to judge at, in UTC: that of the flag --at, if it was given,
// and then a note for the report says so; else now.
func At(flag string, now time.Time) (time.Time, []string, error) {
	if flag == "" {
		return now.UTC(), nil, nil
	}
	at, err := root.ParseTime(flag)
	if err != nil {
		return time.Time{}, nil, &Error{Code: Usage, Err: fmt.Errorf("--at %q: not a time like 2026-12-31T00:00:00Z", flag)}
	}
	return at.UTC(), []string{"judged at " + root.FormatTime(at) + ", which was given with --at and is not now"}, nil
}

// options fixes the one time of the run, and says what is unusual about it.
func (j *judging) options(now time.Time) (verify.Options, []string, error) {
	o := verify.Options{Strict: j.strict, Rehearsal: j.rehearsal}
	var notes []string
	var err error
	if o.At, notes, err = At(j.at, now); err != nil {
		return o, nil, err
	}
	if j.strict {
		notes = append(notes, "strict: only what the specification allows is taken")
	}
	if j.rehearsal {
		notes = append(notes, "rehearsal: nothing here is for production")
	}
	if j.format != "auto" {
		if _, err := root.ParseFormat(j.format); err != nil {
			return o, nil, &Error{Code: Usage, Err: fmt.Errorf("--format %q: want auto, tuf or conda", j.format)}
		}
	}
	return o, notes, nil
}

// wants refuses a trusted root of another format than asked for.
func (j *judging) wants(t verify.Trusted) error {
	if have := t.Root().Format.String(); j.format != "auto" && j.format != have {
		return &Error{Code: Usage, Err: fmt.Errorf("--format %s: the trusted root is of %s", j.format, have)}
	}
	return nil
}
