package pcsc_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
)

// GnuPG's scdaemon takes a reader and keeps it: it is what people will meet.
func TestSCDaemon(t *testing.T) {
	const scdaemon = "/usr/lib/gnupg/scdaemon" // not in the PATH
	b := newBench(t, map[string]string{"gpg-connect-agent": "gpgconf", "gpg-agent": "gpg-agent", scdaemon: "scdaemon"})
	// A short path: sockets lie in it.
	home, err := os.MkdirTemp("", "gpg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	t.Setenv("GNUPGHOME", home)
	conf := "disable-ccid\nreader-port " + b.reader + "\n"
	if err := os.WriteFile(filepath.Join(home, "scdaemon.conf"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.try("gpg-connect-agent", "--no-autostart", "killagent", "/bye") })
	// "undefined" is an application that fits every card.
	b.run("OK", "gpg-connect-agent", "scd serialno undefined", "/bye")

	r := pcsc.NewReader(b.reader)
	err = r.Begin(t.Context())
	wantError(t, err, pcsc.ErrBusy, "it may be ")
	var e *pcsc.Error
	if !errors.As(err, &e) || !strings.Contains(strings.Join(e.Holders, " "), "scdaemon (pid ") {
		t.Errorf("scdaemon is not named: %v", err)
	}
	b.run("OK", "gpg-connect-agent", "scd killscd", "/bye")
	pcsctest.Eventually(t, "turn after scdaemon", func() error { return r.Begin(t.Context()) })
	if err := r.End(); err != nil {
		t.Error(err)
	}
}
