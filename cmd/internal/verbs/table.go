package verbs

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A table shows a chain while it is walked, a row a root: its dates, threshold
// and verdict, and by key material whose keys came and went. Only the root
// before is kept, and one row: the last is the newest, which is known late.
type table struct {
	w      io.Writer
	p      palette
	whole  bool // each root's findings below its row
	before *root.Root
	held   *row
}

const tableHead = "root  digest    expires               keys      verdict   came and went"

// begin writes the head and holds the row of the trusted root.
func (t *table) begin(trusted verify.Trusted) error {
	r := rowOf(trusted.Root(), nil)
	r.verdict, r.result = "trusted", verify.Pass
	t.before, t.held = trusted.Root(), r
	return emit(t.w, "\n"+tableHead+"\n")
}

// step writes the row before, and holds this one.
func (t *table) step(s verify.Step) error {
	if err := t.flush(); err != nil {
		return err
	}
	t.held = &row{columns: s.Name}
	if s.Root != nil {
		t.held = rowOf(s.Root, t.before)
	}
	switch {
	case s.Root == nil:
		t.held.verdict, t.held.result = "REFUSED, not readable", verify.Fail
	case s.Trusted.IsZero():
		t.held.verdict, t.held.result = "REFUSED", verify.Fail
	case s.Absent:
		t.held.verdict, t.held.result = "seen only", verify.Warn
	case s.Remembered:
		t.held.verdict, t.held.result = "seen", verify.Pass
	default:
		t.held.verdict, t.held.result = "accepted", verify.Pass
	}
	if !s.Trusted.IsZero() {
		t.before = s.Root
	}
	if t.whole {
		t.held.below = t.p.findings(s.Report.Checks)
	}
	return nil
}

// end writes the last row, marked if it is the newest root.
func (t *table) end(newest verify.Trusted) error {
	if t.held.result == verify.Pass && newest.Root() == t.before && t.held.verdict != "trusted" {
		t.held.verdict = "newest"
	}
	return t.flush()
}

// manager writes the row of conda's key manager: m if it was accepted, else what
// the report has of it.
func (t *table) manager(m *root.KeyManager, rep verify.Report) error {
	r := &row{columns: fmt.Sprintf("%-46s", "key manager"), verdict: "accepted", result: verify.Pass}
	switch {
	case m != nil:
		packages, _ := m.Role(root.RolePackages)
		keys := fmt.Sprintf("%d of %d", packages.Threshold, len(packages.Distinct()))
		r.columns = fmt.Sprintf("key   %.8s  %s  %-8s", m.Digest, root.FormatTime(m.Expires.Time), keys)
		r.changes = []string{fmt.Sprintf("key_mgr version %d", m.Version)}
	case slices.ContainsFunc(rep.Checks, func(c verify.Check) bool { return c.Subject == verify.KeyManagerFile && c.Result == verify.Fail }):
		r.verdict, r.result = "REFUSED", verify.Fail
	default:
		r.verdict, r.result = "none here", verify.Skip
	}
	return emit(t.w, r.text(t.p))
}

func (t *table) flush() error { return emit(t.w, t.held.text(t.p)) }

// A row is one root in the table.
type row struct {
	columns string // up to the verdict
	verdict string
	result  verify.Result
	changes []string // +fingerprint for a key that came, -fingerprint for one that went
	below   string
}

func rowOf(r, before *root.Root) *row {
	role := r.RootRole()
	keys := fmt.Sprintf("%d of %d", role.Threshold, len(role.Distinct()))
	out := &row{columns: fmt.Sprintf("%-4d  %.8s  %s  %-8s", r.Version, r.Digest, root.FormatTime(r.Expires.Time), keys)}
	if before == nil {
		return out
	}
	for _, k := range role.Distinct() {
		if !before.RootRole().Has(k.Public.Fingerprint()) {
			out.changes = append(out.changes, "+"+k.Public.Fingerprint().Short())
		}
	}
	for _, k := range before.RootRole().Distinct() {
		if !role.Has(k.Public.Fingerprint()) {
			out.changes = append(out.changes, "-"+k.Public.Fingerprint().Short())
		}
	}
	return out
}

// text is the row, with as many lines for the keys as they take.
func (r *row) text(p palette) string {
	first := visible.Line(r.columns) + "  " + p.result(r.result, r.verdict)
	if len(r.changes) == 0 {
		return first + "\n" + r.below
	}
	const column, perLine = len("root  digest    expires               keys      verdict   "), 2
	out := first + strings.Repeat(" ", max(1, column-visible.Width(r.columns)-2-len(r.verdict)))
	for i, change := range r.changes {
		switch {
		case i == 0:
		case i%perLine == 0:
			out += "\n" + strings.Repeat(" ", column)
		default:
			out += " "
		}
		out += change
	}
	return out + "\n" + r.below
}
