package keymgr_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
	"github.com/rootmoot/rootmoot/keymgr"
)

// The power goes, the disk is full or the process is killed, at every operation:
// the file is the old one whole or the new one whole, and another run makes it the
// new one.
func TestFileCrash(t *testing.T) {
	text := repodatatest.Channel{Records: 6, Seed: 3}.Bytes()
	want, _ := sign(t, memorySigner(t), text)
	run := func(m *crashfs.FS) error {
		_, err := memorySigner(t).File(t.Context(), keymgr.Files{In: keymgr.Place{Dir: m.Open(), Name: "repodata.json"}})
		return err
	}
	sound := func(m *crashfs.FS, done bool) error {
		got := m.Get("repodata.json")
		signed := !bytes.Equal(got, want) // by the run that follows, which sweeps then
		if !bytes.Equal(got, want) && (done || !bytes.Equal(got, text)) {
			return fmt.Errorf("half a file of %d bytes", len(got))
		}
		if err := run(m); err != nil {
			return err
		}
		if !bytes.Equal(m.Get("repodata.json"), want) {
			return errors.New("not mended by another run")
		}
		for _, name := range m.Names() {
			if raw := m.Get(name); name != "repodata.json" && len(raw) > 0 && signed {
				return fmt.Errorf("%s is left, of %d bytes", name, len(raw))
			}
		}
		return nil
	}
	draws, olds, news := crashfs.Effort(5, 30, 300), 0, 0
	for n := 1; ; n++ {
		cut, full := crashfs.New(crashfs.Links), crashfs.New(crashfs.Links)
		cut.Put("repodata.json", text)
		full.Put("repodata.json", text)
		cut.CutAt(n)
		err := run(cut)
		for seed := range uint64(draws) {
			after := cut.Crash(rand.New(rand.NewPCG(seed, uint64(n))))
			if bytes.Equal(after.Get("repodata.json"), want) {
				news++
			} else {
				olds++
			}
			if bad := sound(after, err == nil); bad != nil {
				t.Fatalf("cut at %d (%v), seed %d: %v", n, err, seed, bad)
			}
		}
		cut.Kill()
		if bad := sound(cut, err == nil); bad != nil {
			t.Fatalf("killed at %d: %v", n, bad)
		}
		full.Fail(crashfs.Full(n, true))
		failed := run(full)
		full.Fail(func(crashfs.Op) *crashfs.Fault { return nil })
		if bad := sound(full, failed == nil); bad != nil {
			t.Fatalf("full from %d on (%v): %v", n, failed, bad)
		}
		if err == nil {
			break
		}
	}
	if olds == 0 || news == 0 {
		t.Errorf("%d times the old file, %d times the new", olds, news)
	}
}
