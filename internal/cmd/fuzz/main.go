// Command fuzz finds every fuzz target of the module and runs each for a while.
//
//	go run ./internal/cmd/fuzz [-time 5s] [-only REGEXP] packages
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

func main() {
	each := flag.Duration("time", 5*time.Second, "how long each target runs")
	only := flag.String("only", "", "only targets whose package.Name matches this regular expression")
	flag.Parse()
	if err := run(*each, *only, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

func run(each time.Duration, only string, packages []string) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", append([]string{"test", "-list", "^Fuzz"}, packages...)...)
	cmd.Stderr = os.Stderr
	list, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%v: %w\n%s", cmd, err, list)
	}
	all, err := targets(bytes.NewReader(list))
	if err != nil {
		return err
	}
	found := false
	for _, t := range all {
		if !pattern.MatchString(t.String()) {
			continue
		}
		found = true
		if err := t.fuzz(each); err != nil {
			return err // the first finding is enough to look at
		}
	}
	if !found {
		return fmt.Errorf("none of the %d targets matches %q", len(all), only)
	}
	return nil
}

// A target is one fuzz function.
type target struct{ pkg, name string }

func (t target) String() string { return t.pkg + "." + t.name }

// targets reads what go test -list prints: the names of a package, then a line
// that begins with ok and names the package.
func targets(list io.Reader) ([]target, error) {
	var out []target
	var names []string
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) == 1 && strings.HasPrefix(fields[0], "Fuzz"):
			names = append(names, fields[0])
		case len(fields) >= 2 && fields[0] == "ok":
			for _, name := range names {
				out = append(out, target{fields[1], name})
			}
			names = nil
		}
	}
	if len(names) > 0 {
		return nil, fmt.Errorf("go test -list: no package after %q", names)
	}
	if len(out) == 0 && lines.Err() == nil {
		return nil, errors.New("there is no fuzz target")
	}
	return out, lines.Err()
}

// fuzz runs the target and shows its last line, or all it says if it finds
// something.
func (t target) fuzz(each time.Duration) error {
	cmd := exec.Command("go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", each.String(), "-fuzzminimizetime", "10x", t.pkg)
	out, err := cmd.CombinedOutput()
	if err != nil && !timeUp(string(out)) {
		return fmt.Errorf("%v: %w\n%s", t, err, out)
	}
	fmt.Printf("fuzz  %v  %s\n", t, progress(string(out)))
	return nil
}

// timeUp reports whether a failure says nothing but that the time was up. Up to
// Go 1.26 the fuzzer may report its own deadline as one (go.dev/issue/75804);
// a real finding prints more, and where its input was written.
func timeUp(output string) bool {
	_, failure, failed := strings.Cut(output, "--- FAIL: ")
	lines := strings.Split(failure, "\n")
	return failed && len(lines) > 2 && strings.TrimSpace(lines[1]) == "context deadline exceeded" && strings.TrimSpace(lines[2]) == "FAIL"
}

// progress is the last line in which the fuzzer counted what was new.
func progress(output string) string {
	last := "no time left after the inputs that it has"
	for line := range strings.Lines(output) {
		if _, after, ok := strings.Cut(line, "execs: "); ok {
			last = "execs: " + strings.TrimSpace(after)
		}
	}
	return last
}
