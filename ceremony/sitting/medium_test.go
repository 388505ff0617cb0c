package sitting_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// TestJournalGone: a journal that is not where it was is noticed before anybody
// is asked for a PIN or a touch, and before anything is written. Put back, it
// goes on.
func TestJournalGone(t *testing.T) {
	for _, c := range []struct {
		name string
		take func(st *stage)
	}{
		{"renamed", func(st *stage) { st.move(st.path(sitting.JournalFile), st.path("elsewhere")) }},
		{"replaced by a copy", func(st *stage) {
			copied := st.file(sitting.JournalFile)
			st.move(st.path(sitting.JournalFile), st.path("elsewhere"))
			st.write(sitting.JournalFile, copied)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			st.open()
			st.walk("signatures")
			st.must(sitting.ActToken, "boston")
			touch := st.touch
			st.touch = func(p sitting.Progress) {
				t.Errorf("a touch is asked for: %+v", p)
				touch(p)
			}
			c.take(st)
			for _, id := range []string{sitting.ActSign, sitting.ActException} {
				target := map[string]string{sitting.ActSign: "boston"}[id]
				a := st.fill(id, target)
				if id == sitting.ActSign {
					a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("000000")) // would cost a try
				}
				var refusal *sitting.Refusal
				if err := st.do(a); !errors.As(err, &refusal) || !strings.Contains(err.Error(), "removed or replaced") ||
					refusal.Hint != "find out who did it; put the journal back, then open the sitting again" {
					t.Fatalf("%s: %+v", id, err)
				}
			}
			if got := st.view().Turn.PINLeft; got != 3 {
				t.Errorf("%d tries are left", got)
			}
			st.move(st.path("elsewhere"), st.path(sitting.JournalFile))
			st.touch = touch
			st.must(sitting.ActSign, "boston")
			st.walk("")
		})
	}
}

// TestNotWritable: where the directory takes no file, nothing is done; put away
// and look is all that goes.
func TestNotWritable(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	st.must(sitting.ActToken, "boston")
	const probe = ".tmp-probe"
	if err := os.Mkdir(st.path(probe), 0o700); err != nil {
		t.Fatal(err)
	}
	st.write(probe+"/in-the-way", nil)
	var refusal *sitting.Refusal
	err := st.do(st.fill(sitting.ActSign, "boston"))
	if !errors.As(err, &refusal) || refusal.What != "the medium takes no more; nothing was done" || refusal.Hint != sitting.MendHint {
		t.Fatalf("got %+v", err)
	}
	if text := refusal.Err.Error(); strings.Contains(text, "\n") || strings.Count(text, "; ") != 1 {
		t.Errorf("two errors are told as %q", text)
	}
	st.must(sitting.ActPutAway, "")
	st.must(sitting.ActToken, "boston")
	if err := os.RemoveAll(st.path(probe)); err != nil {
		t.Fatal(err)
	}
	st.must(sitting.ActSign, "boston")
}

// TestNotWritten: what stands in the way is to be moved away; where the medium
// fails, room is to be made.
func TestNotWritten(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		hint string
	}{
		{"other bytes", &safefile.ExistsError{Name: "f"}, "move it away"},
		{"a folder", fmt.Errorf("f: %w", safefile.ErrNotRegular), "move it away"},
		{"medium full", fmt.Errorf("f: %w", syscall.ENOSPC), sitting.MendHint},
		{"medium faulty", &fs.PathError{Op: "write", Path: "f", Err: syscall.EIO}, sitting.MendHint},
	} {
		t.Run(c.name, func(t *testing.T) {
			refusal := sitting.NotWritten("the file", "move it away", c.err)
			if refusal.Hint != c.hint || !errors.Is(refusal, c.err) || refusal.Kind != sitting.NotDone {
				t.Errorf("got %+v", refusal)
			}
		})
	}
}

// TestFolderInTheWay: what stands under the name of a file to be written is a
// refusal at each step that writes one, and once it is away the step goes on.
func TestFolderInTheWay(t *testing.T) {
	st := newStage(t)
	st.open()
	for _, c := range []struct{ step, act, name string }{
		{"freeze", sitting.ActReadBack, sitting.FrozenFile},
		{"check", sitting.ActCheck, "1.root.json"},
		{"hand-over", sitting.ActHandOver, sitting.ManifestFile},
	} {
		st.walk(c.step)
		if err := os.Mkdir(st.path(c.name), 0o700); err != nil {
			t.Fatal(err)
		}
		var refusal *sitting.Refusal
		if err := st.do(st.fill(c.act, "")); !errors.As(err, &refusal) || !strings.Contains(refusal.Hint, "move it away") {
			t.Fatalf("%s: %+v", c.step, err)
		}
		if err := os.Remove(st.path(c.name)); err != nil {
			t.Fatal(err)
		}
		st.must(c.act, "")
	}
}
