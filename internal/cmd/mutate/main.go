// Command mutate asks whether the tests of the verifier would notice if it did
// not do what it does. It switches off each rule in turn, so that what breaks it
// passes; each ruling on a fault code, its usual and its strict result; and makes
// some slips of the counter. A mutant is noticed if a test fails.
//
//	go run ./internal/cmd/mutate [-only REGEXP] [-jobs 2]
//
// The go command is given changed copies of the source (-overlay); what is
// built for use has no such switch. A change that does not find its place is an
// error, and so is a switch that switches nothing.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	only := flag.String("only", "", "only mutants whose name matches this regular expression, like ^rule:")
	jobs := flag.Int("jobs", 2, "how many test binaries run at once")
	flag.Parse()
	if err := run(".", *only, *jobs, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(module, only string, jobs int, w io.Writer) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	all, err := mutants(module)
	if err != nil {
		return err
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(m mutant) bool { return !pattern.MatchString(m.String()) })
	if len(chosen) == 0 {
		return fmt.Errorf("none of the %d mutants matches %q", len(all), only)
	}
	dir, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	l, err := prepare(module, dir, chosen)
	if err != nil {
		return err
	}
	return report(w, chosen, l.tryAll(chosen, max(1, jobs)))
}

// report prints a line for each mutant as it comes, and the sum.
func report(w io.Writer, all []mutant, outcomes []chan outcome) error {
	var wrong []error
	unnoticed := 0
	for i, m := range all {
		o := <-outcomes[i]
		switch {
		case o.err != nil:
			wrong = append(wrong, fmt.Errorf("%v: %w", m, o.err))
			fmt.Fprintf(w, "%-38v    ?  see below\n", m)
		case len(o.noticed) == 0:
			unnoticed++
			fmt.Fprintf(w, "%-38v    0  UNNOTICED\n", m)
		default:
			fmt.Fprintf(w, "%-38v %4d  %s\n", m, len(o.noticed), first(o.noticed))
		}
	}
	fmt.Fprintf(w, "%d mutants, %d unnoticed\n", len(all), unnoticed)
	if unnoticed > 0 {
		wrong = append(wrong, fmt.Errorf("%d mutants are noticed by no test: write it", unnoticed))
	}
	return errors.Join(wrong...)
}

// first names the first few.
func first(names []string) string {
	const few = 2
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}
