package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
)

// TestKeysAtTerminal: at a terminal a password is asked for, twice where it is new,
// and never shown; signing says how far it is; and Control-C ends both, with the
// terminal as it was.
func TestKeysAtTerminal(t *testing.T) {
	x, c := newTmux(t), newChannel(t)
	exe, err := os.Executable() // which is the program too, under its name
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(x.folder, "rootmoot")
	if err := os.Symlink(exe, program); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(x.folder, "packages.key") // a short path, so that no line is broken
	asks := func(prompt string) {
		x.sees(prompt, func(s string) bool { return strings.Contains(s, prompt) })
	}
	answer := func(prompt, secret string) {
		asks(prompt)
		x.text(secret)
		x.keys("Enter")
	}
	ended := func(code int, parts ...string) {
		t.Helper()
		s := x.ended(code)
		wants(t, s, parts...)
		if strings.Contains(x.said(), keyPassword) {
			t.Errorf("the password is on the screen:\n%s", s)
		}
	}

	x.start(program, "keymgr", "new-key", key)
	answer("packages.key:", keyPassword)
	answer("The same again:", keyPassword+"?")
	ended(2, "the two are not the same")
	x.start(program, "keymgr", "new-key", key)
	asks("packages.key:")
	x.signal(syscall.SIGINT) // by C-c the script around it would end too
	ended(130, "interrupted")
	x.start(program, "keymgr", "new-key", key)
	answer("packages.key:", keyPassword)
	answer("The same again:", keyPassword)
	ended(0, "packages.key, encrypted", "fingerprint  ")

	public, err := verbs.PublicKey(filepath.Join(x.folder, "packages.pub"))
	if err != nil {
		t.Fatal(err)
	}
	c.manager(keymgrtest.Manager{Version: 3, Raw: [][]byte{public.Raw()}})
	c.write("repodata.json", repodatatest.Channel{Records: 30_000, Seed: 5}.Bytes())
	sign := []string{
		program, "keymgr", "sign-packages", c.path("repodata.json"), "--trust", c.path("1.root.json"), "--metadata", c.path("meta"),
		"--at", keymgrtest.At.Format(time.RFC3339), "--key-file", key,
	}
	x.start(sign...)
	answer("packages.key:", keyPassword)
	x.sees("how far it is", func(s string) bool { return strings.Contains(s, " of 30000 records, ") })
	x.signal(syscall.SIGINT) // by C-c the script around it would end too
	ended(130, "interrupted")
	x.start(sign...)
	answer("packages.key:", keyPassword)
	ended(0, "signed     30000\n")
	if n := signedBy(t, c.read("repodata.json"), public.Raw()); n != 30_000 {
		t.Errorf("%d good signatures", n)
	}
}
