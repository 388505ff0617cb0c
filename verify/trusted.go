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
		rep.Add(matches(subject, r, *p))
	}
	rep.Add(quorums(subject, r.Envelope, quorum{ruleOwn, r.RootRole()})...)
	if rep.Verdict() != Accepted {
		return Trusted{}, rep
	}
	t := Trusted{root: r, raw: bytes.Clone(raw)}
	rep.Root = t.document()
	return t, rep
}

// matches: a root under the pinned version is the pinned root.
func matches(subject string, r *root.Root, p Pin) Check {
	c := Check{Rule: rulePin, Result: Pass, Subject: subject, Pointer: "/signed", Detail: "is the pinned root " + p.String()}
	if r.Version == p.Version && r.Digest == p.Digest {
		return c
	}
	c.Result = Fail
	c.Detail = fmt.Sprintf("version %d with digest %v is not the pinned root %v; two roots of one version are an equivocation: ask where each comes from",
		r.Version, r.Digest, p)
	if r.Version != p.Version {
		c.Detail = fmt.Sprintf("version %d with digest %v is not the pinned root %v", r.Version, r.Digest, p)
	}
	return c
}

func (t Trusted) document() *Document {
	return &Document{Format: t.root.Format, Version: t.root.Version, Digest: t.root.Digest, Expires: t.root.Expires}
}
