package pcsc_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// The tests in the files oracle_*_test.go have programs that are not ours
// speak to the card in software, and then ask it ourselves what they did.
// docs/tokens-testing.md says which operation has which oracle.

// A bench is a card in slot 0, ourselves at it, and a folder for files.
type bench struct {
	t      *testing.T
	dir    string
	reader string
	client *pivcard.Client
}

// newBench puts a card on the bench, or skips the test if a command is missing.
// Its firmware is from before the management key became AES, which
// yubico-piv-tool 2.2 does not know.
func newBench(t *testing.T, packages map[string]string) *bench {
	t.Helper()
	for command, pkg := range packages {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("no %s here: install Debian's package %s", command, pkg)
		}
	}
	stack := pcsctest.Get(t)
	card := newCardOf(t, 4711, pivcard.Version{Major: 5, Minor: 4, Patch: 3}, nil)
	reader, _ := stack.Insert(t, 0, card)
	return &bench{t: t, dir: t.TempDir(), reader: reader, client: pivcard.NewClient(pcsc.NewReader(reader))}
}

// try runs a command in the bench's folder.
func (b *bench) try(command string, args ...string) (string, error) {
	b.t.Helper()
	cmd := exec.CommandContext(b.t.Context(), command, args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "HOME="+b.dir, "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// run runs a command, which must succeed and say so.
func (b *bench) run(says, command string, args ...string) string {
	b.t.Helper()
	out, err := b.try(command, args...)
	if err != nil || !strings.Contains(out, says) {
		b.t.Fatalf("%s %q: %v, want %q:\n%s", command, args, err, says, out)
	}
	return out
}

// refuse runs a command, which must fail and say so.
func (b *bench) refuse(says, command string, args ...string) {
	b.t.Helper()
	out, err := b.try(command, args...)
	if err == nil || !strings.Contains(out, says) {
		b.t.Fatalf("%s %q: %v, want %q:\n%s", command, args, err, says, out)
	}
}

// ours is a transaction of our own client.
func (b *bench) ours(f func(tx *pivcard.Tx) error) {
	b.t.Helper()
	if err := b.client.Transaction(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// der is the one PEM block of a file.
func (b *bench) der(name string) []byte {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		b.t.Fatal(err)
	}
	block, rest := pem.Decode(text)
	if block == nil || len(rest) > 0 {
		b.t.Fatalf("%s: not one PEM block:\n%s", name, text)
	}
	return block.Bytes
}

// certificate is a file's.
func (b *bench) certificate(name string) *x509.Certificate {
	b.t.Helper()
	c, err := x509.ParseCertificate(b.der(name))
	if err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
	return c
}
