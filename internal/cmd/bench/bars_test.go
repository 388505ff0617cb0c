package bench

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"testing"
	"text/tabwriter"
)

// TestMain measures instead of testing, if it is asked to.
func TestMain(m *testing.M) {
	bars := flag.Bool("bars", false, "measure, and print a table")
	flag.Parse()
	if !*bars {
		os.Exit(m.Run())
	}
	if err := measure(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A row is one line of the table.
type row struct {
	what, ours, theirs string
	ratio              figure
	least, most        float64 // the bar; 0 for none
}

func (r row) bar() string {
	word, met := "no bar", true
	if r.least > 0 {
		word, met = fmt.Sprintf("at least %.3g", r.least), r.ratio.median >= r.least
	}
	if r.most > 0 {
		word, met = fmt.Sprintf("at most %.3g", r.most), r.ratio.median <= r.most
	}
	switch {
	case r.least == 0 && r.most == 0:
		return word
	case met:
		return word + "\tmet"
	}
	return word + "\tMISSED"
}

// measure prints the table, row by row as they come.
func measure(w io.Writer) error {
	fmt.Fprintf(w, "%s %s/%s, %d cores; medians of %d rounds (smallest to largest)\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), rounds)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "what\tours\ttheirs\tratio\tbar\t")
	for _, part := range []func() ([]row, error){production, condas, long, hostiles, signPackages, packages, million, process} {
		rows, err := part()
		if err != nil {
			return err
		}
		for _, r := range rows {
			fmt.Fprintf(table, "%s\t%s\t%s\t%v\t%s\n", r.what, r.ours, r.theirs, r.ratio, r.bar())
		}
	}
	return table.Flush()
}

func TestBar(t *testing.T) {
	f := figure{1, 2, 3}
	for _, c := range []struct {
		row
		want string
	}{
		{row{ratio: f}, "no bar"},
		{row{ratio: f, least: 2}, "at least 2\tmet"},
		{row{ratio: f, least: 2.5}, "at least 2.5\tMISSED"},
		{row{ratio: f, most: 2}, "at most 2\tmet"},
		{row{ratio: f, most: 1.3}, "at most 1.3\tMISSED"},
	} {
		if got := c.bar(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
