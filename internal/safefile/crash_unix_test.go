//go:build unix

package safefile

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// These environment variables turn the test binary into a writer that kills
// itself after a step.
const (
	envStep   = "SAFEFILE_TEST_KILL_AFTER"
	envAction = "SAFEFILE_TEST_ACTION"
	envDir    = "SAFEFILE_TEST_DIR"
)

func TestMain(m *testing.M) {
	if os.Getenv(envAction) != "" {
		os.Exit(victim())
	}
	os.Exit(m.Run())
}

// victim writes a file and dies by SIGKILL after the step it was told.
func victim() int {
	dir, err := os.OpenRoot(os.Getenv(envDir))
	if err != nil {
		return 2
	}
	w := writer{dir: In(dir), place: place, done: func(s step) error {
		if string(s) == os.Getenv(envStep) {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal may take a moment
		}
		return nil
	}}
	if os.Getenv(envAction) == "create" {
		err = w.create("f", []byte("new"), 0o644)
	} else {
		err = w.replace("f", []byte("new"))
	}
	if err != nil {
		return 1
	}
	return 0
}

// killed runs a victim in dir and expects it to be killed after s.
func killed(t *testing.T, dir *os.Root, action string, s step) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envAction+"="+action, envStep+"="+string(s), envDir+"="+dir.Name())
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%s was not killed after %q: %v", action, s, err)
	}
}

func TestKillAtEachStep(t *testing.T) {
	steps := []step{stepCreate, stepWrite, stepSync, stepClose, stepPlace, stepTidy, stepSyncFolder, stepReadBack}
	placed := map[step]bool{stepPlace: true, stepTidy: true, stepSyncFolder: true, stepReadBack: true}
	for _, s := range steps {
		t.Run("create/"+string(s), func(t *testing.T) {
			dir := folder(t)
			killed(t, dir, "create", s)
			raw, err := dir.ReadFile("f")
			if placed[s] && string(raw) != "new" || !placed[s] && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("after the kill: %q, %v", raw, err)
			}
			resume(t, dir, func() error { return Create(In(dir), "f", []byte("new"), 0o644) })
		})
		if s == stepTidy {
			continue // a rename leaves nothing to tidy
		}
		t.Run("replace/"+string(s), func(t *testing.T) {
			dir := folder(t)
			if err := dir.WriteFile("f", []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			killed(t, dir, "replace", s)
			want := "old"
			if placed[s] {
				want = "new"
			}
			if raw, err := dir.ReadFile("f"); string(raw) != want {
				t.Errorf("after the kill: %q, %v; want %q", raw, err, want)
			}
			resume(t, dir, func() error { return Replace(In(dir), "f", []byte("new")) })
		})
	}
}

// resume does the step again, as the next start would, and sweeps up.
func resume(t *testing.T, dir *os.Root, again func() error) {
	t.Helper()
	if err := again(); err != nil {
		t.Errorf("again: %v", err)
	}
	if _, err := Sweep(In(dir)); err != nil {
		t.Errorf("sweep: %v", err)
	}
	if got := strings.Join(names(t, dir), " "); got != "f" {
		t.Errorf("in the end there is %q", got)
	}
	if raw, err := dir.ReadFile("f"); string(raw) != "new" {
		t.Errorf("in the end: %q, %v", raw, err)
	}
}

func TestOnlyRegularFiles(t *testing.T) {
	dir := folder(t)
	if err := dir.WriteFile("target", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		dir.Symlink("target", "link"),
		dir.Symlink("absent", "dangling"),
		dir.Mkdir("folder", 0o755),
		syscall.Mkfifo(filepath.Join(dir.Name(), "pipe"), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	for name, what := range map[string]string{"link": "link", "dangling": "link", "folder": "folder", "pipe": "pipe"} {
		t.Run(name, func(t *testing.T) {
			_, readErr := Read(In(dir), name, 10)
			_, pathErr := ReadPath(filepath.Join(dir.Name(), name), 10)
			for _, err := range []error{
				readErr, pathErr,
				Create(In(dir), name, []byte("x"), 0o644),
				Replace(In(dir), name, []byte("x")),
			} {
				if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), what) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	if _, err := ReadPath("/dev/zero", 10); !errors.Is(err, ErrNotRegular) {
		t.Errorf("device: got %v", err)
	}
	// What a link points to stays as it was.
	if raw, _ := dir.ReadFile("target"); string(raw) != "x" {
		t.Errorf("wrote through a link: %q", raw)
	}
}

// A name that becomes a pipe between looking and opening must not hang.
func TestExchangedWhileOpening(t *testing.T) {
	dir := folder(t)
	if err := dir.WriteFile("f", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	exchanged := exchanging{In(dir), func() {
		if err := errors.Join(dir.Remove("f"), syscall.Mkfifo(filepath.Join(dir.Name(), "f"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}}
	if _, err := Open(exchanged, "f", os.O_RDONLY); !errors.Is(err, ErrNotRegular) {
		t.Errorf("got %v", err)
	}
}

// exchanging is a folder in which something happens right before a file is opened.
type exchanging struct {
	Dir
	happens func()
}

func (e exchanging) OpenFile(name string, flag int, perm os.FileMode) (File, error) {
	e.happens()
	return e.Dir.OpenFile(name, flag, perm)
}

// The steps come in the order that makes them safe: bytes on the medium before
// the name, the name on the medium before success.
func TestOrder(t *testing.T) {
	var got []string
	dir := folder(t)
	w := writer{dir: In(dir), place: place, done: func(s step) error {
		got = append(got, string(s))
		return nil
	}}
	if err := w.create("f", []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	want := "create, write, sync, close, place, tidy, sync folder, read back"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
}

// A pipe where a folder is wanted would keep its opener waiting for a writer.
func TestOpenDirPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDir(pipe); !errors.Is(err, ErrNotFolder) || !strings.HasSuffix(err.Error(), "not a folder but a pipe") {
		t.Errorf("a pipe: %v", err)
	}
	// What the name may have become after it was looked at.
	done := make(chan error, 1)
	go func() {
		_, err := os.OpenRoot(pipe + "/.")
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, syscall.ENOTDIR) {
			t.Errorf("a pipe's dot: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a pipe's dot was waited for")
	}
}
