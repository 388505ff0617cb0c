package journal

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// A journal that is taken away or exchanged under its writer takes nothing more:
// what would be written reaches no name. That shows before anything is written.
func TestTakenAway(t *testing.T) {
	tests := []struct {
		name string
		take func(dir *os.Root) error
	}{
		{"removed", func(dir *os.Root) error { return dir.Remove("j") }},
		{"renamed", func(dir *os.Root) error { return dir.Rename("j", "k") }},
		{"replaced by a copy", func(dir *os.Root) error {
			raw, err := dir.ReadFile("j")
			return errors.Join(err, dir.WriteFile("copy", raw, 0o600), dir.Rename("copy", "j"))
		}},
		{"replaced by a link to it", func(dir *os.Root) error {
			return errors.Join(dir.Rename("j", "k"), dir.Symlink("k", "j"))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, err := os.OpenRoot(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer dir.Close()
			j, err := Create(safefile.In(dir), "j", header)
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			first, err := j.Append(noon, []byte(`{}`))
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Ready(); err != nil {
				t.Errorf("before: %v", err)
			}
			if err := tt.take(dir); err != nil {
				t.Fatal(err)
			}
			if err := j.Ready(); !errors.Is(err, ErrGone) || errors.Is(err, ErrBroken) || !strings.HasPrefix(err.Error(), "j: the journal was removed") {
				t.Errorf("ready: %v", err)
			}
			if _, err := j.Append(noon, []byte(`{}`)); !errors.Is(err, ErrGone) || !strings.HasPrefix(err.Error(), "j: entry 2: the journal was removed") {
				t.Errorf("appended: %v", err)
			}
			if _, err := j.Append(noon, []byte(`{}`)); !errors.Is(err, ErrBroken) || !errors.Is(err, ErrGone) {
				t.Errorf("appended once more: %v", err)
			}
			if err := j.Ready(); !errors.Is(err, ErrBroken) {
				t.Errorf("ready after a failure: %v", err)
			}
			if j.Head() != first.Digest {
				t.Errorf("head became %x", j.Head())
			}
		})
	}
}

// A journal that was taken away and put back, the same file, goes on.
func TestPutBack(t *testing.T) {
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	j, err := Create(safefile.In(dir), "j", header)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := dir.Rename("j", "k"); err != nil {
		t.Fatal(err)
	}
	if err := j.Ready(); !errors.Is(err, ErrGone) {
		t.Errorf("taken away: %v", err)
	}
	if err := dir.Rename("k", "j"); err != nil {
		t.Fatal(err)
	}
	if err := j.Ready(); err != nil {
		t.Errorf("put back: %v", err)
	}
	if _, err := j.Append(noon, []byte(`{}`)); err != nil {
		t.Errorf("put back: %v", err)
	}
}
