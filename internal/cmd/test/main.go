// Command test runs go test, shows only what matters, and counts a skipped test
// as a failure where CI=true: a test that nobody runs proves nothing.
//
//	go run ./internal/cmd/test [flags of go test] packages
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Getenv("CI") == "true"); err != nil {
		fmt.Fprintln(os.Stderr, "test:", err)
		os.Exit(1)
	}
}

func run(args []string, strict bool) error {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	sum, readErr := follow(out, os.Stdout)
	waitErr := cmd.Wait()
	fmt.Println(sum)
	return errors.Join(readErr, sum.verdict(strict), waitErr)
}

// An event is one line of go test -json (go doc test2json).
type event struct {
	Action     string
	Package    string
	ImportPath string // instead of Package, while building
	Test       string
	Elapsed    float64 // seconds
	Output     string
}

// A summary is what came of a run.
type summary struct {
	passed, failed int
	skipped        []string // package, name and the reason given
}

func (s summary) String() string {
	var b strings.Builder
	for _, name := range s.skipped {
		fmt.Fprintf(&b, "SKIP  %s\n", name)
	}
	fmt.Fprintf(&b, "%d passed, %d failed, %d skipped", s.passed, s.failed, len(s.skipped))
	return b.String()
}

func (s summary) verdict(strict bool) error {
	switch {
	case s.failed > 0:
		return fmt.Errorf("%d failed", s.failed)
	case s.passed == 0:
		return errors.New("no test was run")
	case strict && len(s.skipped) > 0:
		return fmt.Errorf("%d skipped, which CI=true does not allow: install what they need (make needs)", len(s.skipped))
	}
	return nil
}

// follow reads the events of a run as they come, and writes a line for each
// package and the output of each test that failed.
func follow(events io.Reader, w io.Writer) (summary, error) {
	var sum summary
	said := make(map[string][]string) // output by package and test
	d := json.NewDecoder(events)
	for {
		var e event
		switch err := d.Decode(&e); {
		case errors.Is(err, io.EOF):
			return sum, nil
		case err != nil:
			return sum, fmt.Errorf("go test -json: %w", err)
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "build-output":
			io.WriteString(w, e.Output)
		case "output":
			said[key] = append(said[key], e.Output)
		case "pass", "fail", "skip":
			sum.count(e, said[key])
			if e.Action == "fail" {
				io.WriteString(w, strings.Join(said[key], ""))
			}
			if e.Test == "" && e.Action != "skip" {
				fmt.Fprintf(w, "%-5s %s  %.1fs\n", e.Action, e.Package, e.Elapsed)
			}
			delete(said, key)
		}
	}
}

// count counts one result. A package as a whole counts only where it fails, as
// when it does not compile; one without tests is not a skipped test.
func (s *summary) count(e event, output []string) {
	switch {
	case e.Action == "fail":
		s.failed++
	case e.Test == "":
	case e.Action == "pass":
		s.passed++
	default:
		s.skipped = append(s.skipped, e.Package+" "+e.Test+": "+reason(output))
	}
}

// reason is what a skipped test said: its output without the lines of go test.
func reason(output []string) string {
	said := slices.DeleteFunc(slices.Clone(output), func(line string) bool {
		line = strings.TrimSpace(line)
		return strings.HasPrefix(line, "===") || strings.HasPrefix(line, "---")
	})
	return strings.TrimSpace(strings.Join(said, ""))
}
