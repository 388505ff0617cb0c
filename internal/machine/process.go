package machine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
)

// errNotDir is what looking into a file as if it were a folder gives.
var errNotDir error = syscall.ENOTDIR

// corePolicy adds to the limits of the process where its dumps would go.
func (s system) corePolicy() (Core, error) {
	core, err := s.core()
	if err != nil || s.os != "linux" {
		return core, err
	}
	pattern, err := fs.ReadFile(s.files, "proc/sys/kernel/core_pattern")
	if err != nil {
		return Core{}, err
	}
	core.Piped = strings.HasPrefix(string(pattern), "|")
	return core, nil
}

// openSelf opens the program that is running. On Linux that is the very file
// that was started, also if another one stands under its name by now.
func openSelf() (fs.File, error) {
	if f, err := os.Open("/proc/self/exe"); err == nil {
		return f, nil
	}
	name, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Open(name)
}

// binary describes the program itself. A digest that a program computes of
// itself finds mix-ups, not malice: people check it with another tool.
func (s system) binary() (Binary, error) {
	f, err := s.exe()
	if err != nil {
		return Binary{}, err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return Binary{}, fmt.Errorf("read this program: %w", err)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Binary{}, errors.New("this program says nothing of its build")
	}
	b := Binary{SHA256: [32]byte(hash.Sum(nil)), Version: info.Main.Version, Go: info.GoVersion}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Revision = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b, nil
}
