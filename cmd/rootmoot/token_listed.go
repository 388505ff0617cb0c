package main

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A listing is which roots list a key that is about to be destroyed, and what
// that would cost each.
type listing struct {
	missing string // why it was compared with no root that is trusted; "" if it was
	by      []listedBy
	not     []string // roots that do not list it
}

// A listedBy is a root that lists the key.
type listedBy struct {
	version int64
	in      string // where that root is described
	costs   []cost // by role; none if no role has the key
}

// A cost is how a role stands when a key of it is gone.
type cost struct {
	role                  string
	left, keys, threshold int
}

// listings compares a token's key with a root that is trusted, and with the next
// root of a plan; each only if it is given.
func listings(i token.Info, t verify.Trusted, path string, w sitting.Wanted) listing {
	var l listing
	switch {
	case i.SPKI == nil:
		l.missing = "this key is of a kind that no root lists, or cannot be read"
		return l
	case t.IsZero():
		l.missing = "no root was given that says whether this key is in use; give the newest with --trust"
	}
	key := root.Fingerprint(sha256.Sum256(i.SPKI))
	if l.missing == "" {
		_, known := t.Root().KeyOf(key)
		l.add(known, listedBy{t.Version(), path, costs(t.Root(), key)})
	}
	if w.Plan != nil && w.Plan.Root != nil {
		name, _ := w.Plan.NameOf(key)
		holders := w.Plan.Root.Keyholders
		gone := cost{"root", len(holders) - 1, len(holders), w.Plan.Root.Threshold}
		l.add(slices.Contains(holders, name), listedBy{nextVersion(w.Plan), "the plan", []cost{gone}})
	}
	return l
}

func (l *listing) add(listed bool, by listedBy) {
	if listed {
		l.by = append(l.by, by)
		return
	}
	l.not = append(l.not, fmt.Sprintf("version %d (%s)", by.version, by.in))
}

// nextVersion is that of the root that a plan makes.
func nextVersion(p *plan.Plan) int64 {
	if p.Continues == nil {
		return 1
	}
	return p.Continues.Version + 1
}

// costs are those of each role that has the key. Keys are counted by material,
// as signatures are.
func costs(r *root.Root, key root.Fingerprint) []cost {
	var out []cost
	for _, role := range r.Roles {
		if keys := len(role.Distinct()); role.Has(key) {
			out = append(out, cost{role.Name, keys - 1, keys, role.Threshold})
		}
	}
	return out
}

// text says before anything is destroyed what it would cost.
func (l listing) text() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintln(&b, visible.Line(fmt.Sprintf(format, args...))) }
	if l.missing != "" {
		line("Not compared: %s.", l.missing)
	}
	for _, by := range l.by {
		line("IN USE: version %d of the root lists this key (%s).", by.version, by.in)
		if len(by.costs) == 0 {
			line("No role of it has the key.")
		}
		for _, c := range by.costs {
			line("  role %s: %s", c.role, c.text())
		}
	}
	for _, not := range l.not {
		line("Not listed: %s does not list this key.", not)
	}
	return b.String()
}

func (c cost) text() string {
	out := fmt.Sprintf("%d of %d keys would be left for a threshold of %d: ", c.left, c.keys, c.threshold)
	switch spare := c.left - c.threshold; {
	case spare < 0 && c.role == "root":
		return out + "NOBODY COULD SIGN THE NEXT ROOT"
	case spare < 0:
		return out + "NOBODY COULD SIGN FOR IT"
	case spare == 0:
		return out + "none of them may be lost"
	default:
		return out + fmt.Sprintf("%d more may be lost", spare)
	}
}

// phrase is what is typed to destroy the key. One in use is named, with the root
// that lists it, so that nobody types it by habit.
func (l listing) phrase(i token.Info) string {
	if len(l.by) == 0 {
		return "retire token " + i.Serial
	}
	return fmt.Sprintf("destroy key %s of version %d", fingerprint(i.SPKI)[:8], l.by[0].version)
}

// next says what is left to do when the key is gone.
func (l listing) next() string {
	switch {
	case len(l.by) > 0:
		return fmt.Sprintf("version %d of the root goes on listing this key: publish one that does not", l.by[0].version)
	case l.missing == "":
		return "nothing: " + strings.Join(l.not, " and ") + " does not list this key"
	}
	return "a root that lists this key goes on listing it: publish one that does not"
}
