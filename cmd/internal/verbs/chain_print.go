package verbs

import (
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A walk is printed as it goes, so that a long chain costs no memory: for people
// a head, a row for each root, and what was found; for machines one report at
// the end. With --steps each root's own report comes as well, as it is judged.

func (w *walking) begin() error {
	w.printed = true
	if w.json {
		return nil
	}
	out := w.cmd.OutOrStdout()
	w.table = &table{w: out, p: paletteOf(out), whole: w.steps}
	if err := emit(out, head(w.first)); err != nil {
		return err
	}
	return w.table.begin(w.trusted)
}

func (w *walking) show(s verify.Step) error {
	switch {
	case w.table != nil:
		return w.table.step(s)
	case w.steps:
		return emit(w.cmd.OutOrStdout(), string(s.Report.AppendJSON(nil))+"\n")
	}
	return nil
}

func (w *walking) end(newest verify.Trusted, m *root.KeyManager, rep verify.Report) error {
	rep.Subject = w.first.Subject
	after := rep.Notes
	rep.Notes = append(w.first.Notes, after...)
	rep.Checks = append(w.first.Checks, rep.Checks...)
	out := w.cmd.OutOrStdout()
	if w.table == nil {
		return emit(out, string(rep.AppendJSON(nil))+"\n")
	}
	if err := w.table.end(newest); err != nil {
		return err
	}
	if newest.Root().Format == root.Conda {
		if err := w.table.manager(m, rep); err != nil {
			return err
		}
	}
	return emit(out, notes(after)+"\n"+w.table.p.tail(rep))
}
