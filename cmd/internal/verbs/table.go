package verbs

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A table shows a chain, a line a root: who came and who went, by key
// material. Only the root before is kept while the chain streams by.
type table struct {
	rows   []string
	before *root.Root
}

func newTable(t verify.Trusted) *table {
	tab := &table{rows: []string{"version  digest    expires               root keys"}}
	tab.rows = append(tab.rows, rowOf(t.Root(), nil)+"  trusted")
	tab.before = t.Root()
	return tab
}

func (t *table) step(s verify.Step) error {
	switch {
	case s.Root == nil:
		t.rows = append(t.rows, s.Name+"  REFUSED, not readable")
	case s.Trusted.IsZero():
		t.rows = append(t.rows, rowOf(s.Root, t.before)+"  REFUSED")
	default:
		t.rows = append(t.rows, rowOf(s.Root, t.before))
		t.before = s.Root
	}
	return nil
}

// lines are the rows, the newest root marked.
func (t *table) lines(newest verify.Trusted) []string {
	if len(t.rows) > 2 && newest.Root() == t.before {
		last := len(t.rows) - 1
		if !strings.Contains(t.rows[last], "REFUSED") {
			t.rows[last] += "  newest"
		}
	}
	return t.rows
}

func rowOf(r, before *root.Root) string {
	role := r.RootRole()
	row := fmt.Sprintf("%-7d  %.8s  %s  %d of %d", r.Version, r.Digest, root.FormatTime(r.Expires.Time), role.Threshold, len(role.Distinct()))
	if before == nil {
		return row
	}
	for _, k := range role.Distinct() {
		if !before.RootRole().Has(k.Public.Fingerprint()) {
			row += " +" + k.Public.Fingerprint().Short()
		}
	}
	for _, k := range before.RootRole().Distinct() {
		if !role.Has(k.Public.Fingerprint()) {
			row += " -" + k.Public.Fingerprint().Short()
		}
	}
	return row
}
