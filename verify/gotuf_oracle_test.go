package verify_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/secure-systems-lab/go-securesystemslib/cjson"
	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/trustedmetadata"
)

// goTUF is a root that go-tuf 2.4.2 trusts: another verifier of the same
// format, whose faults are not ours. It logs nothing unless it is told to.
type goTUF struct {
	trusted *metadata.Metadata[metadata.RootType]
	err     error // why it does not trust it
}

// beginGoTUF asks whether go-tuf would begin with this root.
func beginGoTUF(raw []byte) (g goTUF) {
	defer recovered(&g.err)
	t, err := trustedmetadata.New(raw)
	if err != nil {
		return goTUF{err: err}
	}
	return goTUF{trusted: t.Root}
}

// next asks whether it would follow with that one.
func (g goTUF) next(raw []byte) (next goTUF) {
	if g.err != nil {
		return goTUF{err: fmt.Errorf("the trusted root: %w", g.err)}
	}
	defer recovered(&next.err)
	t := trustedmetadata.TrustedMetadata{Root: g.trusted}
	r, err := t.UpdateRoot(raw)
	return goTUF{trusted: r, err: err}
}

// goTUFForm is what go-tuf checks signatures over: not the document as
// received, but the one that it writes from what it understood. Nil where it
// understands nothing.
func goTUFForm(raw []byte) (form []byte, err error) {
	defer recovered(&err)
	r, err := metadata.Root().FromBytes(raw)
	if err != nil {
		return nil, err
	}
	return cjson.EncodeCanonical(r.Signed)
}

// recovered makes an error of a panic, of which go-tuf 2.4.2 has some.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v", p)
	}
}

// judges are ours and theirs, who trust the same root.
type judges struct {
	ours   verify.Trusted
	theirs goTUF
}

// from makes both trust a root, which we must.
func from(t testing.TB, raw []byte) judges {
	t.Helper()
	trusted, rep := verify.TrustFile(raw, options())
	if trusted.IsZero() {
		t.Fatalf("not trusted: %v", rep.Failures())
	}
	return judges{trusted, beginGoTUF(raw)}
}

// A comparison is one document before both judges, as the successor of a
// trusted root or, where there is none, as the root to begin with.
type comparison struct {
	raw     []byte
	trusted verify.Trusted

	next verify.Trusted // ours: zero if refused
	rep  verify.Report

	theirs goTUF

	tree     *canonical.Value // as received, nil if it is no strict JSON
	jsonErr  error
	document *root.Root // as described, nil if it is no root
}

// compare judges a successor.
func (j judges) compare(raw []byte) *comparison {
	c := described(raw)
	c.trusted = j.ours
	c.next, c.rep = verify.Next(j.ours, raw, options())
	c.theirs = j.theirs.next(raw)
	return c
}

// compareFirst judges a root to begin with.
func compareFirst(raw []byte) *comparison {
	c := described(raw)
	c.next, c.rep = verify.TrustFile(raw, options())
	c.theirs = beginGoTUF(raw)
	return c
}

func described(raw []byte) *comparison {
	c := &comparison{raw: raw}
	c.tree, c.jsonErr = canonical.Parse(raw, canonical.Limits{})
	c.document, _ = root.Parse(raw)
	return c
}

// agree: both refuse, or both take the same root.
func (c *comparison) agree() bool {
	if c.theirs.err != nil {
		return c.next.IsZero()
	}
	return !c.next.IsZero() && c.next.Version() == c.theirs.trusted.Signed.Version
}

// explain finds the rows that explain why the judges differ, and says what
// none explains: a disagreement is ours to mend, or has a row.
func (c *comparison) explain() (rows []string, unexplained string) {
	switch {
	case c.agree():
		return nil, ""
	case c.theirs.err == nil && !c.next.IsZero():
		return nil, fmt.Sprintf("both accept, we version %d, go-tuf version %d", c.next.Version(), c.theirs.trusted.Signed.Version)
	case c.theirs.err != nil:
		for _, d := range disagreements() {
			if d.refused != nil && d.refused(c) {
				rows = append(rows, d.name)
			}
		}
		if len(rows) == 0 {
			return nil, fmt.Sprintf("we accept, go-tuf says %q", c.theirs.err)
		}
		return rows, ""
	}
	for _, check := range c.rep.Failures() {
		n := len(rows)
		for _, d := range disagreements() {
			if slices.Contains(d.rules, check.Rule) && (d.accepted == nil || d.accepted(c, check)) {
				rows = append(rows, d.name)
			}
		}
		if len(rows) == n {
			return nil, fmt.Sprintf("go-tuf accepts, we say %v", check)
		}
	}
	return rows, ""
}

// hold fails the test on what nothing explains, and gives the rows that
// explain the rest.
func (c *comparison) hold(t *testing.T) []string {
	t.Helper()
	rows, unexplained := c.explain()
	if unexplained != "" {
		shown := c.raw
		if len(shown) > 4000 {
			shown = shown[:4000]
		}
		t.Errorf("%s\nour failures: %v\n%s", unexplained, c.rep.Failures(), shown)
	}
	return rows
}

// rewritten: go-tuf checks signatures over other bytes than were received.
func (c *comparison) rewritten() bool {
	if c.tree == nil {
		return false
	}
	received, err := canonical.AppendTUF(nil, c.tree.Get("signed"))
	if err != nil {
		return false
	}
	form, err := goTUFForm(c.raw)
	return err == nil && !bytes.Equal(form, received)
}

// at is the value at a JSON pointer, nil where there is none.
func (c *comparison) at(pointer string) *canonical.Value { return valueAt(c.tree, pointer) }
