package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A binary is the tests of one package, compiled.
type binary struct {
	folder string   // of the package
	path   string   // of the executable
	slow   []string // tests that are asked only if no other notices, in this order
}

// compile builds the tests of a package, with some files as they are given
// instead of as they are, into dir.
func compile(module, folder, dir string, with files) (binary, error) {
	dir, err := os.MkdirTemp(dir, "")
	if err != nil {
		return binary{}, err
	}
	b := binary{folder: filepath.Join(module, filepath.FromSlash(folder)), path: filepath.Join(dir, "tests")}
	overlay, err := with.write(module, dir)
	if err != nil {
		return binary{}, err
	}
	cmd := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", b.path, ".")
	cmd.Dir = b.folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return binary{}, fmt.Errorf("%v in %s: %w\n%s", cmd, folder, err, out)
	}
	if _, err := os.Stat(b.path); err != nil {
		return binary{}, fmt.Errorf("%s has no tests: %w", folder, err)
	}
	return b, nil
}

// write puts the files into dir and says to the go command which they replace
// (go help build, -overlay).
func (f files) write(module, dir string) (overlay string, err error) {
	module, err = filepath.Abs(module)
	if err != nil {
		return "", err
	}
	replace := make(map[string]string, len(f))
	for path, text := range f {
		at := filepath.Join(dir, strings.ReplaceAll(path, "/", "_"))
		if err := os.WriteFile(at, text, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(module, filepath.FromSlash(path))] = at
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, raw, 0o600)
}

// slowest is how long a test may take to be asked of every mutant.
const slowest = 300 * time.Millisecond

// timed are the tests that measure time, by what they are called: on a busy
// machine they fail of themselves, and prove nothing about a mutant.
const timed = "^Test.*Cost"

// pass runs all tests with nothing switched off: they must pass. It learns which
// are slow.
func (b *binary) pass(set string) error {
	out, err := b.exec(set, "-test.v", "-test.skip="+timed)
	if err != nil {
		return fmt.Errorf("%s: %q fail though nothing is changed: see go test: %w", b.folder, failures(out), err)
	}
	b.slow = slowIn(out)
	return nil
}

// notice names the tests that fail with that switched off; none if all pass.
// Where a quick one does, the slow ones are not asked, and of them no more than
// it takes.
func (b *binary) notice(set string) ([]string, error) {
	names, err := b.failing(set, "-test.skip="+timed+"|^("+strings.Join(b.slow, "|")+")$")
	for _, one := range b.slow {
		if err != nil || len(names) > 0 {
			break
		}
		names, err = b.failing(set, "-test.run=^"+one+"$")
	}
	return names, err
}

func (b *binary) failing(set, which string) ([]string, error) {
	out, err := b.exec(set, which)
	if err == nil {
		return nil, nil
	}
	names := failures(out)
	if _, ran := errors.AsType[*exec.ExitError](err); !ran || len(names) == 0 {
		return nil, fmt.Errorf("%s: the tests neither pass nor say which fails: %w\n%s", b.folder, err, tail(out))
	}
	return names, nil
}

func (b *binary) exec(set string, args ...string) ([]byte, error) {
	cmd := exec.Command(b.path, append([]string{"-test.short", "-test.timeout=5m"}, args...)...)
	cmd.Dir = b.folder
	cmd.Env = append(os.Environ(), "ROOTMOOT_MUTATE="+set)
	return cmd.CombinedOutput()
}

// ended is the line with which a test ends: -test.v or a failure prints it.
var ended = regexp.MustCompile(`(?m)^ *--- (FAIL|PASS): (\S+) \(([0-9.]+)s\)$`)

// failures are the tests that failed, and of those with parts the parts.
func failures(output []byte) []string {
	var names []string
	for _, m := range ended.FindAllSubmatch(output, -1) {
		if string(m[1]) == "FAIL" {
			names = append(names, string(m[2]))
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(names, func(other string) bool { return strings.HasPrefix(other, name+"/") })
	})
}

// slowIn are the whole tests that took long, those first that say most for their
// time: that have the most parts for it.
func slowIn(output []byte) []string {
	took, parts := make(map[string]float64), make(map[string]float64)
	for _, m := range ended.FindAllSubmatch(output, -1) {
		name, _, part := strings.Cut(string(m[2]), "/")
		parts[name]++
		seconds, err := strconv.ParseFloat(string(m[3]), 64)
		if err == nil && seconds > slowest.Seconds() && !part {
			took[name] = seconds
		}
	}
	return slices.SortedFunc(maps.Keys(took), func(a, b string) int { return cmp.Compare(took[a]/parts[a], took[b]/parts[b]) })
}

// tail is the end of an output.
func tail(output []byte) []byte { return output[max(0, len(output)-2000):] }
