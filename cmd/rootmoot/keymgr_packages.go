package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/verify"
)

// signingPackages is the verb that signs a channel's records.
type signingPackages struct {
	ground verbs.Ground
	packageKey
	out                      string
	ahead, prune, zstd, json bool
}

func keymgrSignPackages(now func() time.Time) *cobra.Command {
	s := &signingPackages{}
	cmd := &cobra.Command{
		Use:   "sign-packages REPODATA",
		Short: "Sign the package records of a channel",
		Long: `Sign every record of a repodata.json or repodata.json.zst, in its place. What
the key has signed already stays, records that are new or have changed are
signed, and every other byte of the file stays as it is, other keys' signatures
among them. With nothing to do the file is not touched; killed at any moment it
is the old one whole or the new one whole.

The key must be listed under pkg_mgr by the key manager that lies with the
chain, from a root that you trust; --ahead takes one that is not listed yet,
before a rotation. A key that signs roots or key managers is always refused.

It is in an encrypted key file, or on an HSM. A smart card that wants a touch is
refused: it would want one for each record.

Exit codes: 0 signed, or nothing to do; 1 the key, the authority or the file is
refused; 2 wrong usage, or what you trust is faulty; 3 a file or device failed,
or somebody else writes the file; 130 interrupted, and the old file stays.`,
		Example: `  # with a key file; the password is asked for
  rootmoot keymgr sign-packages channel/linux-64/repodata.json \
    --trust 1.root.json --metadata public --key-file packages.key

  # each night, with an HSM; repodata.json.zst is written anew too
  pass show hsm | rootmoot keymgr sign-packages channel/noarch/repodata.json \
    --trust 1.root.json --metadata public --state seen --zst --password-stdin \
    --pkcs11-module /usr/lib/softhsm/libsofthsm2.so --serial 4a11f0e9c2d37b58`,
		Args: verbs.Arguments("REPODATA"),
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0], now) },
	}
	f := cmd.Flags()
	s.ground.Register(f)
	s.packageKey.flags(f)
	s.flags(f)
	return cmd
}

func (s *signingPackages) flags(f *pflag.FlagSet) {
	f.StringVar(&s.out, "out", "", "new `FILE` to write instead, .json or .json.zst")
	f.BoolVar(&s.zstd, "zst", false, "write REPODATA.zst beside it too")
	f.BoolVar(&s.ahead, "ahead", false, "take a key that the key manager does not list yet")
	f.BoolVar(&s.prune, "prune", false, "leave out signatures of files that have no record any more")
	f.BoolVar(&s.json, "json", false, "print the summary as JSON")
}

func (s *signingPackages) run(cmd *cobra.Command, path string, now func() time.Time) error {
	ctx := cmd.Context()
	if err := s.check(path); err != nil {
		return err
	}
	walked, err := s.ground.Walk(ctx, now())
	if err != nil {
		return err
	}
	for _, note := range walked.Notes {
		fmt.Fprintln(cmd.ErrOrStderr(), "note: "+visible.Line(note))
	}
	authority, err := s.authority(walked)
	if err != nil {
		return err
	}
	key, err := s.find(ctx, walked.Options.Rehearsal)
	if err != nil {
		return err
	}
	defer key.Close()
	permit, err := authority.Permit(key.public, s.ahead)
	if err != nil {
		return ofPermit(err)
	}
	files, done, err := s.files(path)
	if err != nil {
		return err
	}
	defer done()
	unlocked, err := key.unlock(cmd, s.passwordFlag)
	if err != nil {
		return err
	}
	signer, err := keymgr.NewSigner(permit, unlocked)
	if err != nil {
		return &verbs.Error{Code: verbs.No, Err: err}
	}
	m := verbs.Meter{Out: cmd.ErrOrStderr(), Now: now}
	signer.Workers, signer.Prune, signer.Progress = runtime.GOMAXPROCS(0), s.prune, m.Progress()
	// What opening the key took, some 64 MiB, is given back before a file is read
	// that may take a gigabyte.
	debug.FreeOSMemory()
	report, err := signer.File(ctx, files)
	m.Clear()
	if err != nil {
		return ofSigning(err)
	}
	return s.print(cmd, summary{path: path, out: s.out, report: report, permit: permit, authority: authority, walked: walked})
}

// check refuses what cannot be meant, before anything is read.
func (s *signingPackages) check(path string) error {
	form, err := repodata.FormOf(path)
	switch {
	case err != nil:
		return &verbs.Error{Code: verbs.Usage, Err: err}
	case s.zstd && (form == repodata.Zstd || s.out != ""):
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("--zst: is for a plain REPODATA that is signed in its place")}
	}
	if s.out != "" {
		if _, err := repodata.FormOf(s.out); err != nil {
			return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--out: %w", err)}
		}
	}
	if _, err := os.Lstat(path); err != nil {
		return err
	}
	return s.packageKey.check()
}

// authority is who may sign packages; the keys of all roots of the walk may not.
func (s *signingPackages) authority(w verbs.Walked) (*keymgr.Authority, error) {
	a, rep := keymgr.NewAuthority(w.Newest(), w.Manager, w.Options)
	if a == nil {
		return nil, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%s: %s", verify.KeyManagerFile, verbs.Why(rep))}
	}
	for _, t := range w.Roots {
		a.Add(t)
	}
	return a, nil
}

// files opens the folders.
func (s *signingPackages) files(path string) (f keymgr.Files, done func(), err error) {
	in, err := safefile.OpenDir(filepath.Dir(path))
	if err != nil {
		return f, nil, err
	}
	done = func() { in.Close() }
	f = keymgr.Files{In: keymgr.Place{Dir: safefile.In(in), Name: filepath.Base(path)}, Zstd: s.zstd}
	if s.out == "" {
		return f, done, nil
	}
	out, err := safefile.OpenDir(filepath.Dir(s.out))
	if err != nil {
		done()
		return f, nil, fmt.Errorf("--out: %w", err)
	}
	f.Out = &keymgr.Place{Dir: safefile.In(out), Name: filepath.Base(s.out)}
	return f, func() { in.Close(); out.Close() }, nil
}

// ofPermit gives the refusal of a key its exit code.
func ofPermit(err error) error {
	var unlisted *keymgr.UnlistedError
	hint := "sign packages with a key of their own, which rootmoot keymgr new-key makes"
	if errors.As(err, &unlisted) {
		hint = "have the key manager list it; or sign ahead of that, with --ahead"
	}
	return &verbs.Error{Code: verbs.No, Err: err, Hint: hint}
}

// ofSigning gives what went wrong with a file its exit code: that it is no good
// repodata is an answer.
func ofSigning(err error) error {
	var form *repodata.Error
	var bad *keymgr.MalformedError
	var exists *safefile.ExistsError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &form), errors.As(err, &bad), errors.Is(err, canonical.ErrSize):
		return &verbs.Error{Code: verbs.No, Err: err, Hint: "nothing was written"}
	case errors.As(err, &exists):
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--out: %w", err), Hint: "name a new file"}
	case errors.Is(err, safefile.ErrLocked):
		return &verbs.Error{Code: verbs.Unread, Err: err, Hint: "another run signs it now: wait for it"}
	case errors.Is(err, keymgr.ErrChanged), errors.Is(err, keymgr.ErrBadSignature):
		return &verbs.Error{Code: verbs.Unread, Err: err}
	case verbs.ExitCode(err) == verbs.Unread:
		return err
	}
	return ofToken(err)
}
