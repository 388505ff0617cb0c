package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// show checks what a rehearsal made from scratch, by another program that gets
// the files and the pin alone, and says where everything is.
func (r rehearsing) show(cmd *cobra.Command, stage *rehearse.Rehearsal, out io.Writer) error {
	first, err := readBounded(filepath.Join(stage.Chain(), chain.Name(1)), verify.MaxRoot)
	if err != nil {
		return err
	}
	genesis, err := root.Parse(first)
	if err != nil {
		return err
	}
	pin := fmt.Sprintf("1:%v", genesis.Digest)
	fmt.Fprintf(out, "\nChecked from scratch, by rootmoot-verify, from the pin alone:\n")
	if err := r.verifier(cmd.Context(), out, verbs.Yes, "chain", "--rehearsal", "--trust", pin, stage.Chain()); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nWithout --rehearsal it is refused, as it must be:\n")
	if err := r.verifier(cmd.Context(), out, verbs.Usage, "chain", "--trust", pin, stage.Chain()); err != nil {
		return err
	}
	if err := r.realRoots(cmd.Context(), out); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nEverything is in %s:\n", stage.Dir)
	for _, l := range r.places() {
		fmt.Fprintf(out, "  %-30s %s\n", l[0], l[1])
	}
	fmt.Fprintf(out, "\nThe rehearsal is finished, and its chain is accepted from the pin alone. What\nwas refused above was meant to be.\n")
	return nil
}

// places are the folders of a rehearsal, and what is in them.
func (r rehearsing) places() [][2]string {
	out := [][2]string{
		{"chain/", "what is published"},
		{"1-genesis/, 2-rotate/", "the sittings: plan, journal, root, manifest"},
		{"1-genesis.yaml, 2-rotate.yaml", "the plans as drafted"},
		{"tokens/", "the rehearsal tokens"},
	}
	if r.format == string(plan.Conda) {
		out = append(out, [2]string{rehearse.KeyManager + "/ and .yaml", "the key manager's sitting, and its plan"})
	}
	return out
}

// realRoots verifies roots of the real world that lie in the project's
// testdata: the production chain of sigstore, and Anaconda's root.
func (r rehearsing) realRoots(ctx context.Context, out io.Writer) error {
	if r.real == "" {
		return nil
	}
	sigstore, anaconda := filepath.Join(r.real, "sigstore"), filepath.Join(r.real, "anaconda")
	for _, c := range []struct {
		say  string
		code int
		args []string
	}{
		{"The production chain of sigstore, as of 1 November 2026: accepted.", verbs.Yes, []string{
			"chain", "--trust", filepath.Join(sigstore, "1.root.json"), "--at", "2026-11-01T00:00:00Z", sigstore,
		}},
		{"The same a day after its newest root expired: the signatures are as good, and it is refused.", verbs.No, []string{
			"chain", "--trust", filepath.Join(sigstore, "1.root.json"), "--at", "2026-11-21T00:00:00Z", sigstore,
		}},
		{"Anaconda's production root: the signatures are good, and it expired in 2022.", verbs.No, []string{
			"chain", "--trust", filepath.Join(anaconda, "1.root.json"), "--at", "2026-11-01T00:00:00Z", anaconda,
		}},
	} {
		fmt.Fprintf(out, "\n%s\n", c.say)
		if err := r.verifier(ctx, out, c.code, c.args...); err != nil {
			return err
		}
	}
	return nil
}

// verifier calls rootmoot-verify, and wants a certain exit code.
func (r rehearsing) verifier(ctx context.Context, out io.Writer, want int, args ...string) error {
	fmt.Fprintf(out, "$ rootmoot-verify %s\n", strings.Join(args, " "))
	got, err := callVerifier(ctx, out, args)
	if err != nil {
		return err
	}
	if got != want {
		return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("rootmoot-verify says %d, want %d", got, want)}
	}
	fmt.Fprintf(out, "(exit code %d)\n", want)
	return nil
}

// callVerifier runs the rootmoot-verify that lies beside this program, and gives
// its exit code.
func callVerifier(ctx context.Context, out io.Writer, args []string) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	path := filepath.Join(filepath.Dir(self), "rootmoot-verify")
	if _, err := os.Stat(path); err != nil {
		return 0, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("the verifier is not beside this program: %w", err), Hint: "make build makes both"}
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Stdout, c.Stderr = out, out
	err = c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, &verbs.Error{Code: verbs.Unread, Err: err}
	}
	return c.ProcessState.ExitCode(), nil
}
