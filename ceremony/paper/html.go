package paper

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed document.html.tmpl
var pageText string

//go:embed style.css
var styleText string

// HTML writes the document as one file that needs no other and runs nothing. It
// is well-formed XML too. Every text is escaped where it stands; what of it
// cannot be seen was made visible when the document was made.
func (d *Document) HTML(w io.Writer) error {
	t, err := template.New("document").Funcs(template.FuncMap{
		"style":    func() template.CSS { return template.CSS(styleText) },
		"quarters": quarters,
		"blanks":   func(n int) []struct{} { return make([]struct{}, n) },
		"hours":    hours,
	}).Parse(pageText)
	if err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	if err := t.Execute(w, d); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	return nil
}

// A numbered word, or a blank for one.
type numbered struct {
	Number int
	Word   string
}

// quarters are the words of a grid, four on a line, as the guide has them.
func quarters(g Grid) [][]numbered {
	var out [][]numbered
	for i := range g.Count {
		n := numbered{Number: i + 1}
		if i < len(g.List) {
			n.Word = g.List[i]
		}
		if i%4 == 0 {
			out = append(out, nil)
		}
		out[i/4] = append(out[i/4], n)
	}
	return out
}

// hours are minutes as people say them.
func hours(minutes int) string {
	if minutes < 60 {
		return fmt.Sprintf("%d minutes", minutes)
	}
	return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
}
