package rehearse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// An Event is something that happens between two commands: what it does is real,
// and a second time it does no harm.
type Event interface {
	// Happen does it, and says in a line what has happened.
	Happen(ctx context.Context, r *Rehearsal) (string, error)
}

// maxCarried bounds a file that is carried from place to place, in bytes.
const maxCarried = 32 << 20

func (r *Rehearsal) path(name string) string { return filepath.Join(r.Dir, filepath.FromSlash(name)) }

// put writes a file of the rehearsal, in place of one that is there.
func (r *Rehearsal) put(name string, data []byte) error {
	path := r.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("rehearsal: %w", err)
	}
	dir, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("rehearsal: %w", err)
	}
	defer dir.Close()
	return safefile.Replace(safefile.In(dir), filepath.Base(path), data)
}

// Carries is a file on its way: a stick, a mail.
type Carries struct{ From, To string }

// Happen copies the file.
func (c Carries) Happen(_ context.Context, r *Rehearsal) (string, error) {
	raw, err := safefile.ReadPath(r.path(c.From), maxCarried)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is carried to %s", c.From, c.To), r.put(c.To, raw)
}

// Alters is a file that somebody changes on its way: one digit or letter, behind
// a text that stands in it.
type Alters struct{ From, To, Behind string }

// Happen writes the changed copy.
func (a Alters) Happen(_ context.Context, r *Rehearsal) (string, error) {
	raw, err := safefile.ReadPath(r.path(a.From), maxCarried)
	if err != nil {
		return "", err
	}
	at := bytes.Index(raw, []byte(a.Behind))
	if at < 0 || at+len(a.Behind) == len(raw) {
		return "", fmt.Errorf("rehearsal: %s: there is no %s to change something behind", a.From, a.Behind)
	}
	at += len(a.Behind)
	was := raw[at]
	raw[at] = other(was)
	return fmt.Sprintf("%s is carried to %s; on the way %q becomes %q", a.From, a.To, was, raw[at]), r.put(a.To, raw)
}

// other is another digit.
func other(digit byte) byte {
	if digit == '7' {
		return '3'
	}
	return '7'
}

// Tears is what a power cut does to the line that a journal was just writing.
type Tears struct{ Journal string }

// Happen writes half a line at the end of the journal.
func (t Tears) Happen(_ context.Context, r *Rehearsal) (string, error) {
	f, err := os.OpenFile(r.path(t.Journal), os.O_WRONLY|os.O_APPEND, 0) //nolint:gosec // a file of the rehearsal
	if err != nil {
		return "", fmt.Errorf("rehearsal: %w", err)
	}
	_, err = f.WriteString(`{"n":99,"prev":"`)
	return "half a line stands at the end of " + t.Journal, errors.Join(err, f.Close())
}

// Same wants two files to be the same, to the byte.
type Same struct{ A, B string }

// Happen compares them.
func (s Same) Happen(_ context.Context, r *Rehearsal) (string, error) {
	a, err := safefile.ReadPath(r.path(s.A), maxCarried)
	if err != nil {
		return "", err
	}
	b, err := safefile.ReadPath(r.path(s.B), maxCarried)
	if err != nil {
		return "", err
	}
	if !bytes.Equal(a, b) {
		return "", fmt.Errorf("rehearsal: %s and %s are not the same: SHA-256 %v and %v", s.A, s.B, root.DigestOf(a), root.DigestOf(b))
	}
	return fmt.Sprintf("%s and %s are the same file: SHA-256 %v", s.A, s.B, root.DigestOf(a)), nil
}

// exists reports whether there is a file of that name.
func (r *Rehearsal) exists(name string) bool {
	_, err := os.Lstat(r.path(name))
	return !errors.Is(err, fs.ErrNotExist)
}

// Makes is a new folder.
type Makes struct{ Folder string }

// Happen makes it.
func (m Makes) Happen(_ context.Context, r *Rehearsal) (string, error) {
	if err := os.MkdirAll(r.path(m.Folder), 0o755); err != nil {
		return "", fmt.Errorf("rehearsal: %w", err)
	}
	return "the folder " + m.Folder + " is made", nil
}
