package crashfs

import (
	"errors"
	"io"
	"os"
	"testing"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// The operation in which the power goes may be done or not, a sync among them,
// and all later ones fail.
func TestCutAt(t *testing.T) {
	steps := func(dir safefile.Dir) error {
		f, err := dir.OpenFile("f", os.O_WRONLY|os.O_CREATE, 0o644)
		if err != nil {
			return err
		}
		_, err = f.Write(make([]byte, 2000))
		return errors.Join(err, f.Sync(), dir.Sync(), f.Close())
	}
	for n, want := range [][]string{1: {"absent"}, {"absent"}, {"absent"}, {"absent", "2000 of '\\x00'"}, {"2000 of '\\x00'"}} {
		if n == 0 {
			continue
		}
		m := New(Links)
		m.CutAt(n)
		dir := m.Open()
		err := steps(dir)
		if n < 5 && !errors.Is(err, ErrCut) || n == 5 && err != nil || m.IsCut() != (n < 5) {
			t.Errorf("%d: %v, cut %v", n, err, m.IsCut())
		}
		if _, err := dir.Lstat("f"); n < 5 && !errors.Is(err, ErrCut) {
			t.Errorf("%d: looked afterwards: %v", n, err)
		}
		seen := outcomes(m, content("f"))
		for _, w := range want {
			if seen[w] == 0 {
				t.Errorf("%d: never %s: %v", n, w, seen)
			}
		}
	}
}

// A killed process loses its locks and its open files, not what it wrote.
func TestKill(t *testing.T) {
	m := New(Links)
	dir := m.Open()
	f, err := dir.OpenFile("f", os.O_RDWR|os.O_CREATE, 0o644)
	must(t, err, f.Lock())
	_, err = f.Write([]byte("text"))
	must(t, err)
	again, err := m.Open().OpenFile("f", os.O_RDWR, 0)
	must(t, err)
	if err := again.Lock(); err != safefile.ErrLocked {
		t.Errorf("locked twice: %v", err)
	}
	m.Kill()
	if _, err := f.Write([]byte("x")); !errors.Is(err, ErrCut) {
		t.Errorf("the dead write: %v", err)
	}
	again, err = m.Open().OpenFile("f", os.O_RDWR, 0)
	must(t, err, again.Lock())
	if raw, err := io.ReadAll(again); err != nil || string(raw) != "text" {
		t.Errorf("%q, %v", raw, err)
	}
	if seen := outcomes(m, content("f")); seen["absent"] == 0 {
		t.Errorf("a kill has synced: %v", seen)
	}
}
