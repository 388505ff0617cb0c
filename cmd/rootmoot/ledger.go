package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/ledger"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// ledgerHelp is the flag that says where the ledger lies.
const ledgerHelp = "`DIR` of this machine's ledger, which remembers what its keys have signed; on a machine that forgets (RAM only), a folder on the keyholder's own stick"

// openLedger opens this machine's ledger: where a flag says, beside the tokens
// of a rehearsal, or where the user's programs keep their state. That there was
// none is said: it may have been taken away.
func openLedger(dir, rehearsal string, say io.Writer) (*ledger.Ledger, error) {
	dir, err := ledgerDir(dir, rehearsal)
	if err != nil {
		return nil, err
	}
	if err := safefile.MakeDir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	folder, err := safefile.OpenDir(dir)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	l, err := ledger.Open(safefile.In(folder), rand.Reader, time.Sleep)
	if err != nil {
		return nil, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("ledger in %s: %w", dir, err), Hint: "without it nobody can tell what the keys here have signed: put a copy of it back, or name another folder and record an exception"}
	}
	if l.Begun() && rehearsal == "" {
		fmt.Fprintf(say, "note: a ledger is begun in %s: this machine remembers nothing that was signed here before\n", dir)
	}
	return l, nil
}

// ledgerDir is the folder of this machine's ledger.
func ledgerDir(dir, rehearsal string) (string, error) {
	switch {
	case dir != "":
		return dir, nil
	case rehearsal != "":
		return filepath.Join(filepath.Dir(filepath.Clean(rehearsal)), "ledger"), nil
	}
	dir, err := stateDir()
	if err != nil {
		err = &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("ledger: %w", err), Hint: "say where it lies: --ledger DIR"}
	}
	return dir, err
}

// stateDir is where the user's programs keep what they remember.
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "rootmoot"), nil
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, "rootmoot"), err
	}
	home, err := os.UserHomeDir()
	if err == nil && !filepath.IsAbs(home) {
		err = errors.New("the home directory is not absolute")
	}
	return filepath.Join(home, ".local", "state", "rootmoot"), err
}
