package chain

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// keyManager is the name under which the newest key manager of a state is read.
const keyManager = "key_mgr.json"

const (
	managerSuffix = ".key_mgr.json"
	managerByTime = "at-"
)

// managerName is the file of a key manager in a state, made of our own integers
// only (CVE-2021-41131).
func managerName(m *root.KeyManager) string {
	if m.Version > 0 {
		return managerAge{version: m.Version}.name()
	}
	return managerAge{seconds: m.Timestamp.Time.Unix()}.name()
}

// A managerAge is what a file's name says of the key manager in it: its version,
// or if it has none the time at which it says that it was made.
type managerAge struct{ version, seconds int64 }

func (a managerAge) name() string {
	if a.version > 0 {
		return strconv.FormatInt(a.version, 10) + managerSuffix
	}
	return managerByTime + strconv.FormatInt(a.seconds, 10) + managerSuffix
}

// compare orders as [root.CompareAge] does.
func (a managerAge) compare(b managerAge) int {
	return cmp.Or(cmp.Compare(a.version, b.version), cmp.Compare(a.seconds, b.seconds))
}

// parseManagerName reads what name writes, and nothing else.
func parseManagerName(name string) (managerAge, bool) {
	digits, ok := strings.CutSuffix(name, managerSuffix)
	if !ok {
		return managerAge{}, false
	}
	var a managerAge
	into := &a.version
	if rest, timed := strings.CutPrefix(digits, managerByTime); timed {
		digits, into = rest, &a.seconds
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if *into = n; err != nil || a.name() != name {
		return managerAge{}, false
	}
	return a, true
}

// newestManager is the name of the file that holds the newest key manager. The
// error is [fs.ErrNotExist] where there is none.
func (s State) newestManager() (string, error) {
	entries, err := s.dir.ReadDir()
	if err != nil {
		return "", fmt.Errorf("look for key managers: %w", err)
	}
	found := false
	var newest managerAge
	for _, e := range entries {
		if a, ok := parseManagerName(e.Name()); ok && (!found || a.compare(newest) > 0) {
			newest, found = a, true
		}
	}
	if !found {
		return "", fmt.Errorf("%s: %w", keyManager, fs.ErrNotExist)
	}
	return newest.name(), nil
}

// Foreign is the name of some file in a folder that no state has, but for
// temporary ones of a write that was cut short; empty if there is none.
func Foreign(dir *os.Root) (string, error) {
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return "", fmt.Errorf("look at what is remembered: %w", err)
	}
	for _, e := range entries {
		_, isRoot := Version(e.Name())
		_, isManager := parseManagerName(e.Name())
		if !isRoot && !isManager && !safefile.Temporary(e.Name()) {
			return e.Name(), nil
		}
	}
	return "", nil
}
