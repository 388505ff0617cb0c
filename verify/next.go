package verify

import (
	"bytes"
	"fmt"
	"math"

	"github.com/rootmoot/rootmoot/root"
)

// Next judges whether raw is the root after t: version exactly one more, the
// same format, signed by the quorum of t and by its own (TUF 1.0.34, 5.3.4 and
// 5.3.5; conda-content-trust verify_root). Its expiry is not judged, because a
// root between the trusted one and the newest may be expired (5.3.10): that is
// [Fresh], or [Candidate]. Of a refused document the Trusted is zero.
func Next(t Trusted, raw []byte, o Options) (Trusted, Report) {
	next, _, rep := step(t, raw, o)
	return next, rep
}

// Candidate judges whether clients that trust t would take raw as the newest
// root: [Next] and [Fresh]. Of a refused document the Trusted is zero. What was
// seen before is not asked, not even if o.Seen is set: that is [Recall].
func Candidate(t Trusted, raw []byte, o Options) (Trusted, Report) {
	next, r, rep := step(t, raw, o)
	if r != nil {
		rep.Add(fresh(rep.Subject, &r.Body, o))
	}
	if rep.Verdict() != Accepted {
		return Trusted{}, rep
	}
	return next, rep
}

// step is Next, and the document as far as it can be described.
func step(t Trusted, raw []byte, o Options) (Trusted, *root.Root, Report) {
	subject := "next root"
	if !t.IsZero() && t.Version() < math.MaxInt64 {
		subject = fileName(t.Version() + 1)
	}
	rep := Report{Subject: subject, At: o.At}
	if !timed(&rep, subject, o) || !standing(&rep, t, o) {
		return Trusted{}, nil, rep
	}
	r, checks := readRoot(subject, raw, o)
	rep.Checks = checks // the first, in a list with room for the others
	rep.Root = t.document()
	if r == nil {
		return Trusted{}, nil, rep
	}
	rep.Add(rehearsal(subject, &r.Body, o), sameFormat(subject, t, &r.Body), follows(subject, t, r))
	rep.Add(rebound(subject, t, &r.Body)...)
	rep.Add(lowered(subject, t, &r.Body)...)
	rep.Add(made(subject, &t.root.Body, &r.Body, o)...)
	rep.Add(quorums(subject, r.Envelope, quorum{ruleOld, t.root.RootRole()}, quorum{ruleNew, r.RootRole()})...)
	if rep.Verdict() != Accepted {
		return Trusted{}, r, rep
	}
	next := Trusted{root: r, raw: bytes.Clone(raw)}
	rep.Root = next.document()
	return next, r, rep
}

// standing refuses to judge from nothing, or from the wrong world.
func standing(rep *Report, t Trusted, o Options) bool {
	if t.IsZero() {
		rep.Add(Check{Rule: rulePin, Result: Fail, Subject: "trusted root", Detail: "there is no trusted root to start from"})
		return false
	}
	if c := rehearsal("trusted root", &t.root.Body, o); c.Result == Fail {
		rep.Add(c)
		return false
	}
	return true
}

// follows: exactly one more (CVE-2025-2885 was a client that took any larger
// version). The subtraction cannot overflow: versions below 1 are refused.
func follows(subject string, t Trusted, r *root.Root) Check {
	c := Check{
		Rule: ruleNext, Result: Pass, Subject: subject, Pointer: "/signed/version",
		Detail: fmt.Sprintf("version %d follows the trusted version %d", r.Version, t.Version()),
	}
	if r.Version < 1 || r.Version-1 != t.Version() {
		c.Result = Fail
		c.Detail = fmt.Sprintf("version %d does not follow the trusted version %d: exactly one more is taken", r.Version, t.Version())
	}
	return c
}

func sameFormat(subject string, t Trusted, b *root.Body) Check {
	c := Check{Rule: ruleFormat, Result: Pass, Subject: subject, Pointer: "/signed", Detail: "is of the trusted root's format, " + b.Format.String()}
	if b.Format != t.root.Format {
		c.Result = Fail
		c.Detail = fmt.Sprintf("is of %v, the trusted root of %v: a chain does not change its format", b.Format, t.root.Format)
	}
	return c
}

// rehearsal keeps the two worlds apart, in both directions.
func rehearsal(subject string, b *root.Body, o Options) Check {
	c := Check{Rule: ruleRehearsal, Result: Pass, Subject: subject, Pointer: "/signed", Detail: "carries no rehearsal mark"}
	if b.Rehearsal {
		c.Pointer = "/signed/" + root.RehearsalMember
		c.Detail = "carries the rehearsal mark, as was asked for"
	}
	switch {
	case b.Rehearsal && !o.Rehearsal:
		c.Result, c.Detail = Fail, "was made in a rehearsal and is taken in rehearsals only"
	case !b.Rehearsal && o.Rehearsal:
		c.Result, c.Detail = Fail, "carries no rehearsal mark: a rehearsal takes only what a rehearsal made"
	}
	return c
}

// rebound: a keyid means one key (TUF 1.0.34, 4.2: "only one unique key has
// that KEYID"). Counting is safe without this rule, because each role resolves
// its keyids in its own document; people who compare keyids are not.
func rebound(subject string, t Trusted, b *root.Body) []Check {
	was := make(map[string]*root.Key, len(t.root.Keys))
	for i := range t.root.Keys {
		was[t.root.Keys[i].ID] = &t.root.Keys[i]
	}
	var out []Check
	for _, k := range b.Keys {
		if old, both := was[k.ID]; both && !old.Same(k) {
			out = append(out, Check{
				Rule: ruleRebound, Result: Fail, Subject: subject, Pointer: keyPointer(k),
				Detail: fmt.Sprintf("keyid %s was %s in the trusted root and is %s here", k.ID, keyName(*old), keyName(k)),
			})
		}
	}
	if len(out) == 0 {
		out = append(out, Check{Rule: ruleRebound, Result: Pass, Subject: subject, Detail: "every keyid that both roots have means the same key"})
	}
	return out
}
