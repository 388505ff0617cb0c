package channel

import (
	"crypto/ed25519"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// Options say how to judge.
type Options struct {
	// AllowUnsigned takes records that nobody has signed, and warns of them.
	// Whoever relays a channel can make a signed record one of these.
	AllowUnsigned bool
	// Strict refuses a record that has enough good signatures and a wrong one of a
	// listed key beside, an entry of signatures that belongs to no record, and a
	// package that is bound by MD5 only.
	Strict bool
}

// A Judge judges the records of one subdir. It may be used by several goroutines.
type Judge struct {
	subdir    string
	o         Options
	threshold int
	keys      map[string]*signer // those that can count, by what they are called in signatures
	weak      map[string]string  // the others that are listed, and why they cannot
	refused   string             // why nobody's signature counts; "" where some do
}

// A signer is a key that can count. All names of one key have the same signer.
type signer struct {
	raw  ed25519.PublicKey
	only []root.Fingerprint // the key alone, for results
}

// NewJudge is for a key manager that [verify.Delegated] has accepted, and for the
// subdir in which the records lie: "linux-64".
func NewJudge(m *root.KeyManager, subdir string, o Options) *Judge {
	role, _ := m.Role(root.RolePackages) // without one, nobody is listed and no threshold met
	j := &Judge{subdir: subdir, o: o, threshold: role.Threshold, keys: make(map[string]*signer), weak: make(map[string]string)}
	known := make(map[root.Fingerprint]*signer)
	for _, k := range role.Keys() {
		if !k.Usable() || k.Public.Algorithm() != root.Ed25519 {
			j.weak[k.ID] = k.Problem
			continue
		}
		f := k.Public.Fingerprint()
		if known[f] == nil {
			known[f] = &signer{raw: k.Public.Raw(), only: []root.Fingerprint{f}}
		}
		j.keys[k.ID] = known[f]
	}
	return j
}

// NoJudge takes nothing: c refuses the authority (a root or key manager that has
// expired, was rolled back or withheld), so that nobody's signature counts. None is
// looked at.
func NoJudge(c verify.Check, subdir string) *Judge {
	return &Judge{subdir: subdir, refused: fmt.Sprintf("nothing vouches for it: %s: %s %s", c.Rule, c.Subject, c.Detail)}
}

// Subdir is where the records lie.
func (j *Judge) Subdir() string { return j.subdir }

// Record judges one record. To judge many there is [Judge.Each].
func (j *Judge) Record(r repodata.Record) Result {
	return (&bench{Judge: j}).judge(r)
}

// A bench is where one goroutine works: it keeps its room from one record to the
// next.
type bench struct {
	*Judge
	canon   repodata.Canon
	message []byte
}

// judge holds the record to its signatures, and one that is accepted by these to
// its place.
func (b *bench) judge(r repodata.Record) Result {
	out := Result{Number: r.Number, List: r.List, File: r.File}
	if b.refused != "" {
		out.Finding = refuse(RuleAuthority, r, at(r), b.refused)
		return out
	}
	c := b.count(r)
	out.Signers, out.Finding = c.good, b.decide(r, c)
	if out.Accepted() {
		if misfit := b.place(r); misfit.Result == verify.Fail {
			out.Finding = misfit
		}
	}
	return out
}

// A count is how a record's signatures have turned out.
type count struct {
	good   []root.Fingerprint // distinct
	others int                // of keys that are not listed
	weak   string             // a key that is listed and cannot count
	wrong  verify.Check       // the first of a listed key that is not good
}

// count looks at every signature of a listed key. Each key is looked at once,
// for no name stands twice in an entry; and only crypto/ed25519 says good.
func (b *bench) count(r repodata.Record) count {
	var c count
	canonical := false
	for s := range r.Signatures() {
		k := b.keys[string(s.Key)]
		if k == nil {
			if _, listed := b.weak[string(s.Key)]; listed {
				c.weak = string(s.Key)
			}
			c.others++
			continue
		}
		sig, raw := s.Raw()
		if !raw {
			c.spoil(r, s, RuleForm, "is not the raw form, an object with the one member signature of 128 lower-case hex characters")
			continue
		}
		if !canonical {
			var err error
			if b.message, err = b.canon.Append(b.message[:0], r.Text); err != nil {
				return count{others: c.others, wrong: noForm(r, err)}
			}
			canonical = true
		}
		if !ed25519.Verify(k.raw, b.message, sig[:]) {
			c.spoil(r, s, RuleValid, "does not verify over the record: one of the two was changed, or the signature is of another record")
			continue
		}
		c.add(k)
	}
	return c
}

// add counts a key, once.
func (c *count) add(k *signer) {
	switch {
	case c.good == nil:
		c.good = k.only
	case !slices.Contains(c.good, k.only[0]):
		c.good = append(slices.Clip(c.good), k.only[0])
	}
}

// spoil notes a signature of a listed key that is not good.
func (c *count) spoil(r repodata.Record, s repodata.Signature, rule, why string) {
	if c.wrong.Rule == "" {
		c.wrong = refuse(rule, r, canonical.Names("signatures", string(r.File), string(s.Key)), fmt.Sprintf("signature of listed key %.16s… %s", s.Key, why))
	}
}

func noForm(r repodata.Record, err error) verify.Check {
	return refuse(RuleCanonical, r, at(r), "nobody can have signed it: "+err.Error())
}

// decide is what the signatures come to.
func (b *bench) decide(r repodata.Record, c count) verify.Check {
	enough := b.threshold >= 1 && len(c.good) >= b.threshold
	switch {
	case enough && c.wrong.Rule != "" && !b.o.Strict:
		return warn(c.wrong)
	case c.wrong.Rule != "":
		return c.wrong
	case enough:
		return verify.Check{Rule: RuleQuorum, Result: verify.Pass}
	case len(c.good) > 0:
		return refuse(RuleQuorum, r, canonical.Names("signatures", string(r.File)),
			fmt.Sprintf("signed by %d of the %d keys that are needed", len(c.good), b.threshold))
	case c.weak != "":
		return refuse(RuleListed, r, canonical.Names("signatures", string(r.File), c.weak), "signed by a listed key that cannot count: "+b.weak[c.weak])
	case c.others > 0:
		return refuse(RuleListed, r, canonical.Names("signatures", string(r.File)),
			fmt.Sprintf("signed by %d keys, none of which the key manager's role %s lists: it was revoked, or is somebody else's", c.others, root.RolePackages))
	case b.o.AllowUnsigned:
		return warn(refuse(RuleSigned, r, at(r), "nobody has signed it, which is allowed"))
	}
	return refuse(RuleSigned, r, at(r), "nobody has signed it")
}

// refuse is a finding about a record that is not taken.
func refuse(rule string, r repodata.Record, pointer, detail string) verify.Check {
	return verify.Check{Rule: rule, Result: verify.Fail, Subject: string(r.File), Pointer: pointer, Detail: detail}
}

// warn makes a finding one that does not refuse.
func warn(c verify.Check) verify.Check {
	c.Result = verify.Warn
	return c
}

// at is where a record stands.
func at(r repodata.Record, member ...string) string {
	return canonical.Names(append([]string{r.List.String(), string(r.File)}, member...)...)
}
