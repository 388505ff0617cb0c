package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// planMenu are the verbs about a plan, in the order of their use.
func planMenu(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Write, review, complete and freeze the plan of a ceremony",
		Long: `The plan is the one file that everybody reviews before a ceremony, and the only
input of the next root besides the root that is trusted already. As a draft it
may lack keys; frozen, every public key stands in it in full, and its digest is
what all places read back to each other.`,
	}
	return verbs.Menu(cmd, planNew(now), planLint(now), planShow(now), planEnrol(), planFreeze(), planScript(now))
}

// loadPlan reads a plan. The error about one that is none names the place of
// its first fault; lint lists all of them.
func loadPlan(path string) (*plan.Plan, error) {
	raw, err := readBounded(path, maxPlan)
	if err != nil {
		return nil, err
	}
	return parsePlan(path, raw, verbs.Usage)
}

// parsePlan is loadPlan of bytes that were read from path; faulty is the exit
// code for bytes that are no plan.
func parsePlan(path string, raw []byte, faulty int) (*plan.Plan, error) {
	p, err := plan.Load(raw)
	if err == nil {
		return p, nil
	}
	faults := planFaults(err)
	e := &verbs.Error{Code: faulty, Err: fmt.Errorf("%s:%w", path, faults[0])}
	if more := len(faults) - 1; more > 0 {
		e.Hint = fmt.Sprintf("%d more wrong in this file: rootmoot plan lint %s lists all", more, path)
	}
	return nil, e
}

// maxPlan bounds a plan file, in bytes.
const maxPlan = 1 << 20

// readBounded reads a file that we stand on. One that is too large has been
// judged, and is faulty; any other failure came before there was anything to
// judge.
func readBounded(path string, max int64) ([]byte, error) {
	raw, err := safefile.ReadPath(path, max)
	var large *safefile.TooLargeError
	if errors.As(err, &large) {
		err = &verbs.Error{Code: verbs.Usage, Err: err}
	}
	return raw, err
}

// planFaults are what [plan.Load] found wrong, in the order of the file; at
// least one.
func planFaults(err error) []*strictyaml.Error {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	var out []*strictyaml.Error
	for _, err := range all {
		var fault *strictyaml.Error
		if !errors.As(err, &fault) {
			fault = &strictyaml.Error{Line: 1, Column: 1, Message: err.Error()}
		}
		out = append(out, fault)
	}
	return out
}

// trustedRoot reads a root that the user trusts as it is. A rehearsal's is read
// as one: whether it goes with the plan is a question for lint.
func trustedRoot(path string, now time.Time) (verify.Trusted, error) {
	r, raw, err := readRoot(path)
	if err != nil {
		return verify.Trusted{}, err
	}
	o := verify.Options{At: now.UTC(), Rehearsal: r.Rehearsal}
	t, report := verify.TrustFile(raw, o)
	if t.IsZero() {
		return t, verbs.Untrusted(path, report, o)
	}
	return t, nil
}

// readRoot reads a root and judges nothing; its bytes come with it.
func readRoot(path string) (*root.Root, []byte, error) {
	raw, err := readBounded(path, verify.MaxRoot)
	if err != nil {
		return nil, nil, err
	}
	r, err := root.Parse(raw)
	if err != nil {
		return nil, nil, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err)}
	}
	return r, raw, nil
}

// readManager reads a key manager document and judges nothing; its bytes come
// with it.
func readManager(path string) (*root.KeyManager, []byte, error) {
	raw, err := readBounded(path, verify.MaxRoot)
	if err != nil {
		return nil, nil, err
	}
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		return nil, nil, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err)}
	}
	return m, raw, nil
}

// An outlet is where the text of a plan goes: a new file, or standard output.
type outlet struct {
	path string
	json bool // the facts about it are printed as JSON
}

func (o *outlet) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.path, "out", "", "new `FILE` for the plan, never one that exists; standard output if not given")
	f.BoolVar(&o.json, "json", false, "print what was done as JSON; wants --out")
}

// check refuses what could only fail at the end.
func (o *outlet) check() error {
	if o.json && o.path == "" {
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("--json: standard output holds the plan already: give the plan a file with --out")}
	}
	return nil
}

// write puts the plan where it belongs, and returns where to talk about it.
func (o *outlet) write(cmd *cobra.Command, text []byte) (io.Writer, error) {
	if o.path == "" {
		_, err := cmd.OutOrStdout().Write(text)
		return cmd.ErrOrStderr(), err
	}
	if err := createFile("--out", o.path, text); err != nil {
		return nil, err
	}
	return cmd.OutOrStdout(), nil
}

// createFile makes the file that a flag names. It never replaces one.
func createFile(flag, path string, text []byte) error {
	dir, err := safefile.OpenDir(filepath.Dir(path))
	if err != nil {
		return &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("%s: %w", flag, err)}
	}
	defer dir.Close()
	err = safefile.Create(safefile.In(dir), filepath.Base(path), text, 0o644)
	var exists *safefile.ExistsError
	switch {
	case errors.As(err, &exists):
		return &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("%s %s: exists with other bytes, and is never overwritten", flag, path),
			Hint: "name a new file",
		}
	case err != nil:
		return fmt.Errorf("%s %s: %w", flag, path, err)
	}
	return nil
}

// state is what a plan is called by how complete it is.
func state(p *plan.Plan) string {
	if p.Frozen() {
		return "frozen"
	}
	return "draft"
}
