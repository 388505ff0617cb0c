package verify

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// A quorum is a role whose agreement a rule asks for.
type quorum struct {
	rule string
	role root.Role
}

// quorums judges each agreement, and then what signatures there are beside. All
// counting is [root.Role.Tally].
func quorums(subject string, e *root.Envelope, asked ...quorum) []Check {
	var out []Check
	listed := make(map[string]bool)
	wrong := make(map[string]root.KeyStanding)
	for _, q := range asked {
		t := q.role.Tally(e)
		out = append(out, q.judge(subject, t))
		for _, id := range q.role.KeyIDs {
			listed[id] = true
		}
		for _, k := range t.Wrong {
			wrong[k.Pointer] = k
		}
	}
	return append(out, beside(subject, e, listed, wrong)...)
}

// judge judges one role's agreement.
func (q quorum) judge(subject string, t root.Tally) Check {
	can := 0
	names := make([]string, len(t.Keys))
	for i, k := range t.Keys {
		names[i] = shortName(k.Key) + " " + k.Standing.String()
		if k.Standing != root.NotCounted {
			can++
		}
	}
	c := Check{Rule: q.rule, Result: Pass, Subject: subject, Pointer: "/signatures"}
	c.Detail = fmt.Sprintf("%d of %d distinct keys have signed, %d needed", t.Good, can, t.Threshold)
	if len(names) > 0 {
		c.Detail += ": " + strings.Join(names, ", ")
	}
	if t.Met() {
		return c
	}
	c.Result = Fail
	if q.role.Name == "" {
		c.Detail = "the role that has to sign is missing"
	} else if t.Threshold < 1 {
		c.Detail = fmt.Sprintf("threshold %d is never met: it would need nobody", t.Threshold)
	}
	return c
}

// beside reports what stands beside enough good signatures and is not
// good: one that does not verify, one of a form that does not count, and one by
// a keyid that no role asked for lists. None of them can refuse a document
// (anybody who relays it can add them; tuf-conformance
// invalid_sig_in_valid_metadata), and none is passed over in silence.
func beside(subject string, e *root.Envelope, listed map[string]bool, wrong map[string]root.KeyStanding) []Check {
	var out []Check
	strangers := 0
	var first root.Entry
	for _, entry := range e.Entries {
		if k, is := wrong[entry.Pointer]; is {
			out = append(out, Check{
				Rule: ruleSigValid, Result: Warn, Subject: subject, Pointer: k.Pointer,
				Detail: fmt.Sprintf("%s: %v; it counts nothing", keyName(k.Key), k.Standing),
			})
		}
		if !listed[entry.KeyID] {
			if strangers++; strangers == 1 {
				first = entry
			}
		}
	}
	if len(out) == 0 {
		out = append(out, Check{Rule: ruleSigValid, Result: Pass, Subject: subject, Pointer: "/signatures", Detail: "no signature by a listed key is wrong"})
	}
	c := Check{Rule: ruleSigListed, Result: Pass, Subject: subject, Pointer: "/signatures", Detail: "every signature is by a keyid that is asked for"}
	if strangers > 0 {
		c.Result = Warn
		c.Detail = fmt.Sprintf("%d of %d signatures are by keyids that are not asked for, the first of them %q; they were not looked at", strangers, len(e.Entries), clip(first.KeyID))
	}
	return append(out, c)
}

// keyName names a key for a finding: by fingerprint in full, where there is
// key material.
func keyName(k root.Key) string {
	if k.Public.IsZero() {
		return fmt.Sprintf("key with keyid %q (%s)", clip(k.ID), k.Problem)
	}
	return "key " + k.Public.Fingerprint().String()
}

// shortName names a key in a list whose findings name it in full.
func shortName(k root.Key) string {
	if k.Public.IsZero() {
		return fmt.Sprintf("keyid %q", clip(k.ID))
	}
	return k.Public.Fingerprint().Short()
}

// clip shortens foreign text.
func clip(s string) string {
	if len(s) > 80 {
		return s[:77] + "..."
	}
	return s
}
