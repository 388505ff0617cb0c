package sitting_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestMediumFull: at any step a full medium refuses the act, and loses nothing;
// when room was made, the same act is done in the same sitting.
func TestMediumFull(t *testing.T) {
	medium := t.TempDir()
	if err := syscall.Mount("tmpfs", medium, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("a small file system needs rights that this test does not have: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(medium, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	st := newStage(t)
	st.cfg.Dir = filepath.Join(medium, "sitting")
	st.open()
	for _, c := range []struct{ step, act, target string }{
		{"open", sitting.ActSignIn, "amsterdam"},
		{"room", sitting.ActClock, ""},
		{"tokens", sitting.ActEnrol, "boston"},
		{"freeze", sitting.ActReadBack, ""},
		{"signatures", sitting.ActSign, "boston"},
		{"check", sitting.ActCheck, ""},
		{"seal", sitting.ActAgree, "boston"},
		{"hand-over", sitting.ActHandOver, ""},
	} {
		st.walk(c.step)
		if c.target == "boston" {
			st.must(sitting.ActToken, c.target)
		}
		ballast := filepath.Join(medium, "ballast")
		fillUp(t, ballast)
		a := st.fill(c.act, c.target)
		st.refused(a, "no space left on device")
		var refusal *sitting.Refusal
		if err := st.do(st.fill(c.act, c.target)); !errors.As(err, &refusal) || refusal.Hint != sitting.MendHint {
			t.Fatalf("%s: %+v", c.step, err)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		st.must(c.act, c.target)
	}
	if v := st.view(); !v.Done {
		t.Errorf("at %q", v.Heading)
	}
	for name := range st.files(st.cfg.Dir) {
		if strings.HasPrefix(name, ".tmp-") {
			t.Errorf("%s was left behind", name)
		}
	}
}

// fillUp writes a file until the medium takes no more.
func fillUp(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
