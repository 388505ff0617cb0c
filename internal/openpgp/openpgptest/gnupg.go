// Package openpgptest makes keys and signatures with GnuPG, for tests of what
// takes them. It is software that this project did not write, so it is an oracle.
package openpgptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A Home is a GnuPG with keys of its own, in a folder that goes away with the
// test. The agent that it starts goes away too.
type Home struct{ dir string }

// New is an empty home. Where there is no GnuPG the test is skipped, but not
// where all must run.
func New(t testing.TB) *Home {
	t.Helper()
	for _, program := range []string{"gpg", "gpg-agent", "gpgconf"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is not installed", program)
			}
			t.Skipf("%s is not installed", program)
		}
	}
	dir, err := os.MkdirTemp("", "gpg") // the agent's socket has a path of less than 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		exec.Command("gpgconf", "--homedir", dir, "--kill", "gpg-agent").Run() //nolint:errcheck // it may have gone by itself
		os.RemoveAll(dir)
	})
	return &Home{dir: dir}
}

// Dir is the folder, for GNUPGHOME.
func (h *Home) Dir() string { return h.dir }

// Run runs gpg on standard input, and gives what it printed; what it says of a
// failure fails the test.
func (h *Home) Run(t testing.TB, in []byte, args ...string) []byte {
	t.Helper()
	out, err := h.Try(in, args...)
	if err != nil {
		t.Fatalf("gpg %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// Try is Run where a failure is an answer.
func (h *Home) Try(in []byte, args ...string) ([]byte, error) {
	cmd := exec.Command("gpg", append([]string{"--homedir", h.dir, "--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""}, args...)...)
	cmd.Stdin = strings.NewReader(string(in))
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return out, &failed{err, said.String()}
	}
	return out, nil
}

type failed struct {
	err  error
	said string
}

func (f *failed) Error() string { return f.err.Error() + ": " + f.said }

// Key makes an Ed25519 key that signs, and gives its fingerprint.
func (h *Home) Key(t testing.TB, name string) string {
	t.Helper()
	h.Run(t, nil, "--quick-generate-key", name, "ed25519", "sign", "never")
	return h.fingerprints(t, name)[0]
}

// Subkey makes a key that only certifies, with an Ed25519 subkey that signs, and
// gives both fingerprints.
func (h *Home) Subkey(t testing.TB, name string) (primary, subkey string) {
	t.Helper()
	h.Run(t, nil, "--quick-generate-key", name, "ed25519", "cert", "never")
	primary = h.fingerprints(t, name)[0]
	h.Run(t, nil, "--quick-add-key", primary, "ed25519", "sign", "never")
	return primary, h.fingerprints(t, name)[1]
}

func (h *Home) fingerprints(t testing.TB, name string) []string {
	t.Helper()
	var out []string
	for _, line := range strings.Split(string(h.Run(t, nil, "--with-colons", "--list-keys", name)), "\n") {
		if rest, ok := strings.CutPrefix(line, "fpr:"); ok {
			out = append(out, strings.Trim(rest, ":"))
		}
	}
	return out
}

// Export is what gpg --export writes.
func (h *Home) Export(t testing.TB, fingerprint string) []byte {
	t.Helper()
	return h.Run(t, nil, "--export", fingerprint)
}

// Sign makes a detached signature over data as the guide says, with more options
// before it.
func (h *Home) Sign(t testing.TB, fingerprint string, data []byte, more ...string) []byte {
	t.Helper()
	return h.Run(t, data, append(more, "--local-user", fingerprint+"!", "--digest-algo", "SHA256", "--detach-sign", "--no-armor", "--output", "-")...)
}

// Write writes a file into the home, and gives its path.
func (h *Home) Write(t testing.TB, name string, raw []byte) string {
	t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
