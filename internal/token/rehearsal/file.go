package rehearsal

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

const (
	suffix   = ".token.json"
	format   = 1
	maxFile  = 1 << 19
	filePerm = 0o600
	warning  = "a rehearsal token: its private key, PIN and PUK are readable here, on purpose; never use it for anything real"
)

// file is a token's file. The PIN and the PUK stand in it because whoever
// rehearses, person or scenario, has to look them up somewhere; they are the
// card's.
type file struct {
	Format  int            `json:"rehearsal_token"`
	Warning string         `json:"warning"`
	Name    string         `json:"name"`
	PIN     string         `json:"pin"`
	PUK     string         `json:"puk"`
	Touch   Touch          `json:"touch"`
	Card    jsontext.Value `json:"card"`
}

var names = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`)

func checkName(name string) error {
	if !names.MatchString(name) {
		return fmt.Errorf("rehearsal token %q: a name has 1 to 64 of a-z, 0-9 and inner hyphens", name)
	}
	return nil
}

func newFile(s Spec, state []byte) file {
	return file{Format: format, Warning: warning, Name: s.Name, Touch: s.Touch, Card: state}
}

// encode takes PIN and PUK from the card's state, so that they are true after
// somebody changed them.
func (f file) encode() ([]byte, error) {
	var err error
	if f.PIN, f.PUK, err = pivcard.Secrets(f.Card); err != nil {
		return nil, fmt.Errorf("rehearsal token %s: %w", f.Name, err)
	}
	b, err := json.Marshal(f, jsontext.Multiline(true))
	if err != nil {
		return nil, fmt.Errorf("rehearsal token %s: %w", f.Name, err)
	}
	return append(b, '\n'), nil
}

// read reads a token's file strictly.
func read(dir *os.Root, name string) (file, error) {
	var f file
	if err := checkName(name); err != nil {
		return f, err
	}
	b, err := safefile.Read(safefile.In(dir), name+suffix, maxFile)
	if err != nil {
		return f, fmt.Errorf("rehearsal token %s: %w", name, err)
	}
	if err := json.Unmarshal(b, &f, json.RejectUnknownMembers(true)); err != nil {
		return f, fmt.Errorf("rehearsal token %s: %w", name+suffix, err)
	}
	if f.Format != format {
		return f, fmt.Errorf("rehearsal token %s: format %d, this program reads %d", name+suffix, f.Format, format)
	}
	if f.Name != name {
		return f, fmt.Errorf("rehearsal token %s: the file says it is %q: rename it back", name+suffix, f.Name)
	}
	return f, f.Touch.check()
}

// list is the names of the tokens in a folder, in order.
func list(dir *os.Root) ([]string, error) {
	d, err := dir.Open(".")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	all, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, n := range all {
		if name, ok := strings.CutSuffix(n, suffix); ok && names.MatchString(name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}

// PINOf is the PIN of the token with this name, for the scenario that plays
// its keyholder.
func PINOf(dir, name string) (string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", fmt.Errorf("rehearsal token %s: %w", name, err)
	}
	defer root.Close()
	f, err := read(root, name)
	return f.PIN, err
}
