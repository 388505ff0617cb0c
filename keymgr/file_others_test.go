package keymgr_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/keymgr"
)

// Somebody else writes the file while it is signed: theirs stays, whatever they
// did to it.
func TestFileChanged(t *testing.T) {
	for name, write := range map[string]func(*os.Root) error{
		"replaced": func(r *os.Root) error {
			return errors.Join(r.WriteFile("new", few(), 0o644), r.Rename("new", "repodata.json"))
		},
		"written in place": func(r *os.Root) error {
			f, err := r.OpenFile("repodata.json", os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteAt([]byte("x"), 1000)
				err = errors.Join(err, f.Close())
			}
			return err
		},
		"longer": func(r *os.Root) error {
			f, err := r.OpenFile("repodata.json", os.O_WRONLY|os.O_APPEND, 0)
			if err == nil {
				_, err = f.Write([]byte("\n"))
				err = errors.Join(err, f.Close())
			}
			return err
		},
		"removed": func(r *os.Root) error { return r.Remove("repodata.json") },
	} {
		root, dir := folder(t, map[string][]byte{"repodata.json": few()})
		var theirs []byte
		d := device{memory: inMemory(packages)}
		d.after, d.then = 20, func(_ context.Context, m []byte) ([]byte, error) {
			if d.calls.Load() == 21 {
				if err := write(root); err != nil {
					t.Error(err)
				}
				theirs, _ = root.ReadFile("repodata.json")
			}
			return ed25519.Sign(d.private, m), nil
		}
		s := signer(t, keymgr.OnDevice(d))
		s.Workers = 1
		_, err := s.File(t.Context(), keymgr.Files{In: keymgr.Place{Dir: dir, Name: "repodata.json"}})
		if !errors.Is(err, keymgr.ErrChanged) || !strings.HasPrefix(err.Error(), "repodata.json: ") {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := root.ReadFile("repodata.json"); !bytes.Equal(now, theirs) {
			t.Errorf("%s: what they wrote is gone", name)
		}
		if got := names(t, root); got != "repodata.json" && name != "removed" {
			t.Errorf("%s: there is %s", name, got)
		}
	}
}

// Two runs over one file: the second one is told at once.
func TestFileLocked(t *testing.T) {
	root, dir := folder(t, map[string][]byte{"repodata.json": few()})
	in := keymgr.Files{In: keymgr.Place{Dir: dir, Name: "repodata.json"}}
	d := device{memory: inMemory(packages)}
	d.then = func(ctx context.Context, m []byte) ([]byte, error) {
		if d.calls.Load() == 1 {
			if _, err := memorySigner(t).File(ctx, in); !errors.Is(err, safefile.ErrLocked) {
				t.Errorf("the second run: %v", err)
			}
		}
		return ed25519.Sign(d.private, m), nil
	}
	if rep, err := signer(t, keymgr.OnDevice(d)).File(t.Context(), in); err != nil || rep.Unlocked != nil {
		t.Errorf("%+v, %v", rep, err)
	}
	if good(t, read(t, root, "repodata.json"), packages) != 40 {
		t.Error("not signed")
	}
}
