package golden

import (
	"fmt"
	"io"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// Body writes what a view says, a line for each thing: the blocks, each under
// the line that head makes of it, and the notices.
func Body(out io.Writer, v sitting.View, head func(sitting.Block) string) {
	for _, b := range v.Body {
		fmt.Fprintf(out, "block %s\n", head(b))
		for _, l := range append(append([]string{}, b.Text...), b.Lines...) {
			fmt.Fprintf(out, "      %q\n", l)
		}
		for _, r := range b.Rows {
			fmt.Fprintf(out, "      %q = %q\n", r[0], r[1])
		}
		for _, c := range b.Checks {
			fmt.Fprintf(out, "      [%s] %q\n", c.Mark, c.Text)
		}
	}
	for _, n := range v.Notices {
		fmt.Fprintf(out, "note  %q\n", n)
	}
}
