package paper

import "github.com/rootmoot/rootmoot/internal/visible"

// show makes every text of the document safe to show. It is done once, to all
// of it, so that no builder can forget a name that came from a plan.
func (d *Document) show() {
	line(&d.Title, &d.Kind, &d.Stamp)
	rows(d.Rows)
	for i := range d.Sections {
		s := &d.Sections[i]
		line(&s.ID, &s.Number, &s.Title, &s.Estimate)
		for j := range s.Blocks {
			s.Blocks[j].show()
		}
	}
}

func (b *Block) show() {
	line(&b.Title)
	lines(b.Text)
	rows(b.Rows)
	lines(b.Lines)
	grids(b.Words)
	if b.Table != nil {
		b.Table.show()
	}
	for i := range b.Items {
		b.Items[i].show()
	}
	labels(b.Fields)
	for i := range b.SignOffs {
		line(&b.SignOffs[i].Who, &b.SignOffs[i].Text)
	}
}

func (t *Table) show() {
	for i := range t.Columns {
		line(&t.Columns[i].Head)
	}
	for _, row := range t.Rows {
		for i := range row {
			line(&row[i].Text)
			lines(row[i].Small)
			labels(row[i].Fields)
		}
	}
}

func (it *Item) show() {
	line(&it.Number, &it.Does, &it.Checks, &it.Command, &it.Say)
	for _, list := range [][]string{it.Text, it.Choose, it.Ticks, it.Lines, it.Choices} {
		lines(list)
	}
	grids(it.Words)
	labels(it.Fields)
	for i := range it.Else {
		line(&it.Else[i].If, &it.Else[i].Then)
	}
}

func grids(list []Words) {
	for i := range list {
		line(&list[i].Title, &list[i].Hex)
		for j := range list[i].Grids {
			line(&list[i].Grids[j].Title)
			lines(list[i].Grids[j].List)
		}
	}
}

func rows(list []Row) {
	for i := range list {
		line(&list[i].Name, &list[i].Value)
	}
}

func labels(list []Field) {
	for i := range list {
		line(&list[i].Label)
	}
}

func lines(list []string) {
	for i := range list {
		line(&list[i])
	}
}

func line(texts ...*string) {
	for _, t := range texts {
		*t = visible.Line(*t)
	}
}
