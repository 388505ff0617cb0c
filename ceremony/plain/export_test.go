package plain

import (
	"fmt"
	"io"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// Draw writes a whole view.
func Draw(w io.Writer, v sitting.View) {
	head(w, v)
	for _, p := range parts(v) {
		fmt.Fprint(w, p)
	}
	offers(w, v)
}
