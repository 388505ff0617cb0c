package visible_test

import (
	"fmt"

	"github.com/rootmoot/rootmoot/internal/visible"
)

func ExampleLine() {
	fmt.Println(visible.Line("threshold\u202e5 fo 3\u202c \x1b[2K"))
	// Output: threshold\u{202e}5 fo 3\u{202c} \u{1b}[2K
}
