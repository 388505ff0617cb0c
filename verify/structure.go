package verify

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
)

// readRoot parses a root and judges its structure: one check for each finding,
// and a pass for each rule that found nothing. The root is nil where there is
// no document, or one too large to be looked at.
func readRoot(subject string, raw []byte, o Options) (*root.Root, []Check) {
	size := sized(subject, raw)
	if size.Result == Fail {
		return nil, []Check{size}
	}
	r, err := root.Parse(raw)
	if err != nil {
		return nil, []Check{unreadable(subject, err)}
	}
	return r, structure([]Check{size}, subject, &r.Body, true, o)
}

func sized(subject string, raw []byte) Check {
	c := Check{Rule: ruleSize, Result: Pass, Subject: subject, Detail: fmt.Sprintf("%d bytes", len(raw))}
	if len(raw) > MaxRoot {
		c.Result = Fail
		c.Detail = fmt.Sprintf("%d bytes, at most %d are taken", len(raw), MaxRoot)
	}
	return c
}

// unreadable is the one check of what is no document at all.
func unreadable(subject string, err error) Check {
	c := Check{Rule: "ROOT-FORM", Result: Fail, Subject: subject, Detail: err.Error()}
	if p, is := errors.AsType[*root.ParseError](err); is {
		c.Rule, _ = judge(p.Code, false)
		c.Pointer, c.Detail = p.Pointer, p.Detail
	}
	return c
}

// typical is more than the checks of a root that is as it should be.
const typical = 64

// maxFindings bounds what is said under one rule about one document: a small
// file can have a hundred thousand faults, and nobody reads them.
const maxFindings = 100

// structure judges what the document says of itself, and adds it to what is
// known already.
func structure(out []Check, subject string, b *root.Body, isRoot bool, o Options) []Check {
	found := make(map[string][]Check)
	more := make(map[string]int)
	places := keyPlaces(b)
	for _, f := range b.Faults {
		rule, result := judge(f.Code, o.Strict)
		if len(found[rule]) == maxFindings {
			more[rule]++
			continue
		}
		found[rule] = append(found[rule], Check{
			Rule: rule, Result: result, Subject: subject, Pointer: f.Pointer, Detail: ofKey(places, f),
		})
	}
	for rule, n := range more {
		found[rule][maxFindings-1].Detail += fmt.Sprintf(" (and %d more such findings)", n)
	}
	found[ruleUncommon] = uncommon(subject, b)
	out = slices.Grow(out, typical)
	for _, rule := range asked(b.Format, isRoot) {
		if len(found[rule]) == 0 {
			out = append(out, Check{Rule: rule, Result: Pass, Subject: subject})
		}
		out = append(out, found[rule]...)
		delete(found, rule)
	}
	// A finding under a rule that this kind of document is not asked still counts.
	for _, f := range b.Faults {
		rule, _ := judge(f.Code, o.Strict)
		out = append(out, found[rule]...)
		delete(found, rule)
	}
	return out
}

// ofKey is what a fault says, with the key that stands at its place, if one
// does, by its full fingerprint.
func ofKey(places map[string]*root.Key, f root.Fault) string {
	k, is := places[f.Pointer]
	if !is || strings.Contains(f.Detail, k.Public.Fingerprint().String()) {
		return f.Detail
	}
	return keyName(*k) + ": " + f.Detail
}

// keyPlaces says which key stands where: in the list of keys, in those of the
// roles, and by its keyid among the signatures. It is made once, so that many
// findings on many keys stay cheap.
func keyPlaces(b *root.Body) map[string]*root.Key {
	if len(b.Faults) == 0 {
		return nil
	}
	places := make(map[string]*root.Key, len(b.Keys)+len(b.Envelope.Entries))
	known := make(map[string]*root.Key, len(b.Keys))
	for i := range b.Keys {
		k := &b.Keys[i]
		if k.Public.IsZero() {
			continue
		}
		known[k.ID] = k
		if b.Format == root.TUF {
			places[keyPointer(*k)] = k
		}
	}
	for _, role := range b.Roles {
		list := role.Pointer + "/keyids"
		if b.Format == root.Conda {
			list = role.Pointer + "/pubkeys"
		}
		for i, id := range role.KeyIDs {
			if k, is := known[id]; is {
				places[canonical.Index(list, i)] = k
			}
		}
	}
	for _, e := range b.Envelope.Entries {
		if k, is := known[e.KeyID]; is {
			places[e.Pointer] = k
		}
	}
	return places
}

// uncommon lists keys that the specification allows without naming them, and
// that some clients cannot use.
func uncommon(subject string, b *root.Body) []Check {
	var out []Check
	for _, k := range b.Keys {
		if k.Public.Algorithm() == root.P384 {
			out = append(out, Check{
				Rule: ruleUncommon, Result: Warn, Subject: subject, Pointer: keyPointer(k),
				Detail: keyName(k) + ": ECDSA on P-384; some clients cannot use it",
			})
		}
	}
	return out
}

// keyPointer is where a key of a TUF root stands.
func keyPointer(k root.Key) string { return canonical.Names("signed", "keys", k.ID) }

// fileName is the name of a root's file, in both formats. It is made from our
// own integer only (CVE-2021-41131).
func fileName(version int64) string { return strconv.FormatInt(version, 10) + ".root.json" }
