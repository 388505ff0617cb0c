package root

import (
	"cmp"
	"strconv"
	"time"
)

// A Candidate is an unsigned next document and the quorums that it needs. The
// document is a root or a key manager document, as a reader will see it,
// without signatures: exactly one of Root and KeyManager is set.
type Candidate struct {
	Root        *Root
	KeyManager  *KeyManager
	Before      *Body // the document that this one follows; nil for a first one
	Quorums     []Quorum
	SigningTime time.Time // the plan's, for our OpenPGP header; the raw form has no place for it
}

// The names of quorums.
const (
	QuorumGenesis    = "genesis"    // the first root vouches for itself
	QuorumOld        = "old"        // the root before must agree
	QuorumNew        = "new"        // and so must the root itself
	QuorumDelegation = "delegation" // a key manager document: what the root delegates
)

// A Quorum is one role that must agree.
type Quorum struct {
	Name string
	Role Role
}

// Body is what a root and a key manager document have in common: the bytes to
// sign, the digest, version, expiry, roles. The caller must not change it.
func (c *Candidate) Body() *Body {
	if c.KeyManager != nil {
		return &c.KeyManager.Body
	}
	return &c.Root.Body
}

// Title is what people call the document: "version 3" of the root, or "key
// manager version 4".
func (c *Candidate) Title() string {
	title := "version " + strconv.FormatInt(c.Body().Version, 10)
	if c.KeyManager != nil {
		return "key manager " + title
	}
	return title
}

// Digest is the SHA-256 of the canonical signed part.
func (c *Candidate) Digest() Digest { return c.Body().Digest }

// FileName is the name under which clients ask for the document: "3.root.json"
// for a root of version 3 (TUF 1.0.34, 5.3.3; conda's plugin asks for the
// same), "key_mgr.json" for a key manager document, which has no version in
// its name.
func (c *Candidate) FileName() string {
	if c.KeyManager != nil {
		return "key_mgr.json"
	}
	return strconv.FormatInt(c.Root.Version, 10) + ".root.json"
}

// Diff tells what changes from the document before to this one, as [Diff] and
// [DiffKeyManagers] do. Where there is none before, all is new.
func (c *Candidate) Diff() Difference {
	return diff(cmp.Or(c.Before, &Body{}), c.Body())
}

// Keys are the usable keys whose signature counts for some quorum, each key
// material once, in the order of the quorums.
func (c *Candidate) Keys() []PublicKey {
	seen := make(map[Fingerprint]bool)
	var out []PublicKey
	for _, q := range c.Quorums {
		for _, k := range q.Role.Distinct() {
			if !seen[k.Public.Fingerprint()] {
				seen[k.Public.Fingerprint()] = true
				out = append(out, k.Public)
			}
		}
	}
	return out
}
