package verify_test

import (
	"errors"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/verify"
)

// A disagreement is a kind of document that go-tuf 2.4.2 and this package judge
// otherwise, and why that is right. Where go-tuf accepts, every check of ours
// that fails must fall under some row; where it refuses, the document.
type disagreement struct {
	name   string
	theirs string // go-tuf's error, or what it does
	why    string
	source string

	rules    []string                                  // go-tuf accepts: what we refuse it by,
	accepted func(c *comparison, ch verify.Check) bool // if this holds too
	refused  func(c *comparison) bool                  // we accept
}

func disagreements() []disagreement {
	var out []disagreement
	out = append(out, readingDisagreements()...)
	out = append(out, roleDisagreements()...)
	out = append(out, quorumDisagreements()...)
	out = append(out, rewritingDisagreements()...)
	return append(out, loadingDisagreements()...)
}

// What go-tuf accepts because encoding/json does, or because nobody asks.
func readingDisagreements() []disagreement {
	const accepts = "accepts"
	return []disagreement{
		{
			name: "a member twice", theirs: "takes the last one", rules: []string{"ROOT-JSON"},
			why: "readers differ in which one counts: two roots in one file", source: "RFC 8259, 4; RFC 7493, 2.3",
			accepted: jsonKind(canonical.ErrDuplicate),
		},
		{
			name: "text that is not Unicode", theirs: "reads U+FFFD for it", rules: []string{"ROOT-JSON"},
			why: "readers differ in what they put in its place, and so in what was signed", source: "RFC 8259, 8; RFC 7493, 2.1",
			accepted: func(c *comparison, _ verify.Check) bool {
				return errors.Is(c.jsonErr, canonical.ErrSyntax) &&
					(strings.HasSuffix(c.jsonErr.Error(), "not UTF-8") || strings.HasSuffix(c.jsonErr.Error(), "half of a surrogate pair"))
			},
		},
		{
			name: "more than 32 levels, or more than 100,000 values", theirs: "accepts up to 10,000 levels", rules: []string{"ROOT-JSON"},
			why: "no root needs them; before a signature is checked, reading must cost little", source: "CVE-2020-6173; this project",
			accepted: jsonKind(canonical.ErrDepth, canonical.ErrCount),
		},
		{
			name: "a number that is no plain integer", theirs: "reads a float, and writes it as it likes", rules: []string{"ROOT-CANONICAL"},
			why: "canonical JSON has integers only, so there is nothing that signatures could be over", source: "TUF 1.0.34, 4.2 (OLPC canonical JSON)",
		},
		{
			name: "a member in another case, and not in its own", theirs: "takes Sig for sig", rules: []string{"ROOT-ENVELOPE", "ROOT-FORM"},
			why: "names of members are compared as they are; other clients see no such member", source: "RFC 8259, 4 and 8.3",
			accepted: func(c *comparison, _ verify.Check) bool { return otherCase(c.tree) },
		},
		{
			name: "null where the format has something", theirs: "reads an empty one", rules: []string{"ROOT-FORM", "ROOT-SNAPSHOT"},
			why: "nothing may stand for an object, an array, a number or true", source: "TUF 1.0.34, 4.2 and 4.3",
			accepted: func(c *comparison, ch verify.Check) bool {
				v := c.at(ch.Pointer)
				return strings.HasPrefix(ch.Pointer, "/signed/") && v != nil && none(v)
			},
		},
		{
			name: "a member missing that is demanded", theirs: "adds an empty one, and counts signatures over that", rules: []string{"ROOT-FORM"},
			why: "the file does not have it, and was not what was signed", source: "TUF 1.0.34, 4.2 and 4.3",
			accepted: func(c *comparison, ch verify.Check) bool {
				v, missing := c.at(ch.Pointer), false
				if strings.HasPrefix(ch.Pointer, "/signed/keys/") {
					missing = none(v.Get("keytype")) || none(v.Get("scheme")) || none(v.Get("keyval"))
				}
				return c.rewritten() && (v == nil || missing)
			},
		},
		{
			name: "a signature without keyid or sig", theirs: "reads empty ones", rules: []string{"ROOT-FORM"},
			why: "the format demands both; an entry without them is no signature, of nobody", source: "TUF 1.0.34, 4.2",
			accepted: func(c *comparison, ch verify.Check) bool {
				v := c.at(ch.Pointer)
				return strings.HasPrefix(ch.Pointer, "/signatures/") && (none(v.Get("keyid")) || none(v.Get("sig")))
			},
		},
		{
			name: "a threshold of more than 32 bits", theirs: accepts, rules: []string{"ROOT-FORM"},
			why: "it is out of reach for any role that we read, and another number where integers are shorter", source: "this project",
			accepted: func(c *comparison, ch verify.Check) bool {
				s, number := c.at(ch.Pointer).Text(canonical.Number)
				return number && strings.HasSuffix(ch.Pointer, "/threshold") && len(s) > 9
			},
		},
		{
			name: "more than 512,000 bytes", theirs: accepts + " (its updater stops there, its library does not)", rules: []string{"ROOT-SIZE"},
			why: "size is limited before anything is read", source: "TUF 1.0.34, 5.3.3; CVE-2020-6173",
		},
		{
			name: "more than 1,024 keys or signatures, or 64 roles", theirs: accepts, rules: []string{"ROOT-COUNT"},
			why: "counts are limited before a signature is checked", source: "CVE-2020-6173; this project",
		},
		{
			name: "an unknown specification", theirs: "never looks", rules: []string{"ROOT-SPEC"},
			why: "a client must check that it knows the version of the specification", source: "TUF 1.0.34, 4.3",
		},
		{
			name: "a date that is in UTC of no year from 1 to 9999", theirs: "reads it", rules: []string{"ROOT-DATE"},
			why: "RFC 3339 has four digits for a year; other readers have no such date", source: "RFC 3339, 5.6; TUF 1.0.34, 4.2.1",
			accepted: func(c *comparison, ch verify.Check) bool {
				text, _ := c.at(ch.Pointer).Text(canonical.String)
				t, err := time.Parse(time.RFC3339Nano, text)
				return err == nil && sameDate(text) && (t.UTC().Year() < 1 || t.UTC().Year() > 9999)
			},
		},
		{
			name: "a first root of version 0 or less", theirs: accepts, rules: []string{"ROOT-VERSION"},
			why: "versions are above 0", source: "TUF 1.0.34, 4.3",
			accepted: func(c *comparison, _ verify.Check) bool { return c.trusted.IsZero() },
		},
	}
}

// What go-tuf accepts because it looks at the root role only.
func roleDisagreements() []disagreement {
	return []disagreement{
		{
			name: "a role missing", theirs: "accepts", rules: []string{"ROLE-SET"},
			why: "four roles are demanded; without one, a repository cannot be used again once clients have this root", source: "TUF 1.0.34, 4.3",
			accepted: func(c *comparison, _ verify.Check) bool { return c.at("/signed/roles/root") != nil },
		},
		{
			name: "threshold 0 of another role", theirs: "accepts", rules: []string{"ROLE-THRESHOLD"},
			why: "a role that nobody has to sign is nobody's; every threshold is at least 1", source: "TUF 1.0.34, 4.3; CVE-2026-23992",
			accepted: func(_ *comparison, ch verify.Check) bool { return ch.Pointer != "/signed/roles/root/threshold" },
		},
		{
			name: "a keyid twice in a role", theirs: "counts the key once", rules: []string{"ROLE-KEYID-TWICE"},
			why: "keyids are unique; clients that count keyids would count it twice", source: "TUF 1.0.34, 4.3; CVE-2020-6174",
		},
		{
			name: "a keyid that means another key than before", theirs: "accepts", rules: []string{"KEY-REBOUND"},
			why: "a keyid is for one key; whoever compares roots by keyid would not see the change", source: "TUF 1.0.34, 4.2",
		},
		{
			name: "a rehearsal's root", theirs: "knows no rehearsals", rules: []string{"REHEARSAL-MARK"},
			why: "what a rehearsal made must not be taken for the real thing", source: "this project",
		},
	}
}
