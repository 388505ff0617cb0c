//go:build cgo

package pkcs11

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.so")
	check(t, os.WriteFile(text, []byte("no library"), 0o600))
	for _, c := range []struct{ name, path, want string }{
		{"relative", "libsofthsm2.so", "give its absolute path"},
		{"empty", "", "give its absolute path"},
		{"missing", filepath.Join(dir, "missing.so"), "no such file"},
		{"folder", dir, "not a file"},
		{"no library", text, "not a module for this machine"},
		{"NUL", text + "\x00.so", "invalid argument"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Open(c.path)
			if m != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error with %q", err, c.want)
			}
		})
	}
}

// A library that is no module.
func TestOpenLibrary(t *testing.T) {
	for _, path := range []string{"/usr/lib/x86_64-linux-gnu/libm.so.6", "/lib/x86_64-linux-gnu/libm.so.6", "/usr/lib/aarch64-linux-gnu/libm.so.6"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "not a module") {
			t.Errorf("%v, want an error", err)
		}
		return
	}
	t.Skip("Debian's package libc6 is not where it is looked for")
}

func TestOpenTwice(t *testing.T) {
	h := newSoftHSM(t)
	slot, _ := h.init(t, "ceremony")
	h.generate(t, slot, p256, 1)
	again := filepath.Join(t.TempDir(), "by-another-name.so")
	check(t, os.Symlink(modulePath(t), again))
	for _, path := range []string{modulePath(t), again} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "open already in this program") {
			t.Errorf("%s: %v, want that it is open already", path, err)
		}
	}
	k, info := h.one(t) // the first has not suffered
	check(t, signs(t, k, info, userPIN))
}

// A closed module can be opened again; what came from it is dead.
func TestClosed(t *testing.T) {
	h := newSoftHSM(t)
	slot, _ := h.init(t, "ceremony")
	h.generate(t, slot, p256, 1)
	old, info := h.one(t)
	check(t, h.Close())
	check(t, h.Close())
	for _, err := range []error{errOf(h.Tokens(t.Context())), errOf(old.Inspect(t.Context())), signs(t, old, info, userPIN)} {
		if !errors.Is(err, token.ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
	}
	m := must(Open(modulePath(t)))(t)
	defer m.Close()
	h.Module = m
	k, again := h.one(t)
	if again.Serial != info.Serial {
		t.Errorf("serial number %s, want %s", again.Serial, info.Serial)
	}
	check(t, signs(t, k, info, userPIN))
	if err := signs(t, old, info, userPIN); !errors.Is(err, token.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
}
