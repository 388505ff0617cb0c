package channel

import (
	"bytes"
	"crypto/md5" // of old lock files; reported as weak
	"crypto/sha256"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/verify"
)

// A Locked is one package that a lock file names.
type Locked struct {
	Name         string // how to call it in findings
	Channel      string // address of its channel; "" if it is no package of a channel
	Subdir, File string
	SHA256, MD5  string // as they stand there; "" where there is none
}

// A Lock holds what a lock file names to a channel. That is the case which conda
// does not look at: nothing is solved there.
type Lock struct {
	Channel string // its address, written as in [Locked]
	// Find has the index of a subdir and its judge, nil where the channel has no
	// such subdir.
	Find func(subdir string) (*repodata.Index, *Judge)
	Options
}

// Judge judges one package that is named, and its record. The result is nil if
// there is no record. The finding is the first that refuses, or a warning, or
// that all holds.
func (l Lock) Judge(p Locked) (*Result, verify.Check) {
	c := verify.Check{Rule: RuleLockPlace, Result: verify.Fail, Subject: p.Name}
	if p.Channel != l.Channel {
		c.Detail = fmt.Sprintf("is not of the channel %s, so that nothing here vouches for it", l.Channel)
		return nil, c
	}
	x, j := l.Find(p.Subdir)
	if x == nil {
		c.Detail = fmt.Sprintf("lies in subdir %q, which is not judged here", clip(p.Subdir))
		return nil, c
	}
	c.Rule = RuleLockRecord
	number, found := x.Find(p.File)
	if !found {
		c.Detail = "has no record in the channel: it was taken out, or never was there"
		return nil, c
	}
	record := x.Record(number)
	r := j.Record(record)
	if !r.Accepted() {
		c.Detail = fmt.Sprintf("its record is %v: %s: %s", r.Verdict(), r.Finding.Rule, r.Finding.Detail)
		return &r, c
	}
	return &r, l.digests(p, Expect(record), c)
}

// digests holds what a lock file has of a package's digests to the record.
func (l Lock) digests(p Locked, e Expected, c verify.Check) verify.Check {
	c.Rule = RuleLockDigest
	if p.SHA256 == "" && p.MD5 == "" {
		c.Detail = "has no digest in the lock file, so that nothing binds the two: have it made with SHA-256"
		return c
	}
	for _, d := range []struct {
		name, locked string
		recorded     []byte
		size         int
	}{{"sha256", p.SHA256, e.sha256, sha256.Size}, {"md5", p.MD5, e.md5, md5.Size}} {
		if d.locked == "" {
			continue
		}
		want, recorded := digest(d.recorded, d.size)
		if d.name == "md5" && p.SHA256 != "" && !recorded { // the SHA-256 binds it already
			continue
		}
		have, good := undigest(d.locked, d.size, true)
		if !recorded || !good || !bytes.Equal(want, have) {
			c.Detail = "has another " + d.name + " in the lock file than in its record, or one of them has none"
			return c
		}
	}
	if p.SHA256 == "" {
		c.Rule, c.Detail = RuleLockWeak, "is bound by MD5 only: have the lock file made with SHA-256"
		if !l.Strict {
			c.Result = verify.Warn
		}
		return c
	}
	c.Result, c.Detail = verify.Pass, "has the SHA-256 of its record"
	return c
}
