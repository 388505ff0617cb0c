package verify

import (
	"errors"
	"fmt"
	"strconv"

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
	return r, append([]Check{size}, structure(subject, &r.Body, true, o)...)
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

// structure judges what the document says of itself.
func structure(subject string, b *root.Body, isRoot bool, o Options) []Check {
	found := make(map[string][]Check)
	names := keyNames(b)
	for _, f := range b.Faults {
		rule, result := judge(f.Code, o.Strict)
		found[rule] = append(found[rule], Check{
			Rule: rule, Result: result, Subject: subject, Pointer: f.Pointer, Detail: names[f.Pointer] + f.Detail,
		})
	}
	found[ruleUncommon] = uncommon(subject, b)
	var out []Check
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

// keyNames says which key stands at a place, for findings about one key. It is
// made once, so that many findings on many keys stay cheap.
func keyNames(b *root.Body) map[string]string {
	if len(b.Faults) == 0 {
		return nil
	}
	names := make(map[string]string, len(b.Keys))
	if b.Format == root.TUF {
		for _, k := range b.Keys {
			if !k.Public.IsZero() {
				names[keyPointer(k)] = keyName(k) + ": "
			}
		}
		return names
	}
	// conda lists keys only in the roles that they have.
	for _, role := range b.Roles {
		for i, k := range role.Keys() {
			if i < len(role.KeyIDs) && role.KeyIDs[i] == k.ID {
				names[canonical.Index(role.Pointer+"/pubkeys", i)] = keyName(k) + ": "
			}
		}
	}
	return names
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
