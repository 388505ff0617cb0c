package verify

import (
	"bytes"
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// A Trusted is a root that a pin or a chain of quorums vouches for. Only this
// package makes one; the zero value is no root and is refused everywhere.
type Trusted struct {
	root *root.Root
	raw  []byte
}

// IsZero reports whether there is no root.
func (t Trusted) IsZero() bool { return t.root == nil }

// Root is the document; nil for the zero value. It must not be changed.
func (t Trusted) Root() *root.Root { return t.root }

// Raw is the file as received. It must not be changed.
func (t Trusted) Raw() []byte { return t.raw }

// Version is the root's version; 0 for the zero value.
func (t Trusted) Version() int64 {
	if t.root == nil {
		return 0
	}
	return t.root.Version
}

// Digest is the digest of the root's canonical signed part; zero for the zero
// value.
func (t Trusted) Digest() root.Digest {
	if t.root == nil {
		return root.Digest{}
	}
	return t.root.Digest
}

// Pin is the root by version and digest.
func (t Trusted) Pin() Pin { return Pin{Version: t.Version(), Digest: t.Digest()} }

// TrustFile takes a root because its user trusts this very file. It must still
// meet its own threshold: a file that does not was damaged, or never finished.
// Its expiry does not matter (TUF 1.0.34, 5.3.1: an expired root may lead to a
// fresh one). Of a refused file the Trusted is zero.
func TrustFile(raw []byte, o Options) (Trusted, Report) { return trust(raw, nil, o) }

// TrustPin takes the root that the pin names: version and digest must be
// equal, and its own threshold met. Of a refused file the Trusted is zero.
func TrustPin(p Pin, raw []byte, o Options) (Trusted, Report) { return trust(raw, &p, o) }

func trust(raw []byte, p *Pin, o Options) (Trusted, Report) {
	const subject = "trusted root"
	rep := Report{Subject: subject, At: o.At}
	if !timed(&rep, subject, o) {
		return Trusted{}, rep
	}
	r, checks := readRoot(subject, raw, o)
	rep.Add(checks...)
	if r == nil {
		return Trusted{}, rep
	}
	rep.Add(rehearsal(subject, &r.Body, o))
	if p != nil {
		rep.Add(pinned(subject, r, raw, *p))
	}
	rep.Add(quorums(subject, r.Envelope, quorum{ruleOwn, r.RootRole()})...)
	if rep.Verdict() != Accepted {
		return Trusted{}, rep
	}
	t := Trusted{root: r, raw: bytes.Clone(raw)}
	rep.Root = t.document()
	return t, rep
}

// pinned: the file holds the root that the pin names. A pin that somebody typed
// can be wrong, and the mistake that is near at hand is told.
func pinned(subject string, r *root.Root, raw []byte, p Pin) Check {
	c := matches(subject, "pinned root", r, p)
	if c.Result == Fail && root.DigestOf(raw) == p.Digest {
		c.Detail = fmt.Sprintf("the pin has the SHA-256 of the file; it must be that of the canonical signed part, %v", Pin{r.Version, r.Digest})
	}
	return c
}

// matches: a root under that version is the one that is trusted.
func matches(subject, what string, r *root.Root, p Pin) Check {
	c := Check{Rule: rulePin, Result: Pass, Subject: subject, Pointer: "/signed", Detail: "is the " + what + " " + p.String()}
	if r.Version == p.Version && r.Digest == p.Digest {
		return c
	}
	c.Result = Fail
	c.Detail = fmt.Sprintf("version %d with digest %v is not the %s %v", r.Version, r.Digest, what, p)
	if r.Version == p.Version {
		c.Detail += "; if what you trust is written correctly, there are two roots of one version, an equivocation: ask where each comes from"
	}
	return c
}

func (t Trusted) document() *Document {
	return &Document{Format: t.root.Format, Version: t.root.Version, Digest: t.root.Digest, Expires: t.root.Expires}
}
