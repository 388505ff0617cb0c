package safefile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestMakeDir(t *testing.T) {
	top := t.TempDir()
	t.Chdir(top)
	if err := errors.Join(os.WriteFile("file", nil, 0o600), os.Mkdir("there", 0o700), os.Symlink("there", "link"), os.Symlink("absent", "dangling")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		".", "..", "there", "link", "there/", "a", "a/b/c", "there/../y", "link/z", "link/../link/u/v//", filepath.Join(top, "d", "e"), "/",
	} {
		if err := MakeDir(path, 0o750); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if info, err := os.Stat("a/b"); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("a/b: %v, %v", info.Mode(), err)
	}
	if err := MakeDir("file", 0o750); !errors.Is(err, ErrNotFolder) {
		t.Errorf("a file: %v", err)
	}
	for _, path := range []string{"file/x", "file/x/y", "dangling"} {
		if err := MakeDir(path, 0o750); err == nil {
			t.Errorf("%s: made", path)
		}
	}
}
