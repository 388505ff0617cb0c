package verify

import (
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// What a quorum may do, and whoever relies on it should be told: none of these
// refuses.

// lowered: fewer people than before speak for a role that people have. (Which
// keys machines use, and how many of them, changes for good reasons.)
func lowered(subject string, t Trusted, b *root.Body) []Check {
	var out []Check
	for _, name := range []string{"root", "key_mgr"} {
		old, had := t.root.Role(name)
		role, has := b.Role(name)
		if had && has && role.Threshold < old.Threshold {
			out = append(out, Check{
				Rule: ruleLowered, Result: Warn, Subject: subject, Pointer: role.Pointer + "/threshold",
				Detail: fmt.Sprintf("role %s: the threshold was %d in the trusted root and is %d here", name, old.Threshold, role.Threshold),
			})
		}
	}
	if len(out) == 0 {
		out = append(out, Check{Rule: ruleLowered, Result: Pass, Subject: subject, Detail: "no threshold of people is lower than before"})
	}
	return out
}

// made: the times at which conda documents say that they were made go forward,
// and not beyond the time of the judgement. A key manager may be older than
// the root that delegates to it.
func made(subject string, before, b *root.Body, o Options) []Check {
	if b.Format != root.Conda || b.Timestamp.Text == "" {
		return nil
	}
	const at = "/signed/timestamp"
	future := Check{Rule: ruleFuture, Result: Pass, Subject: subject, Pointer: at, Detail: "made " + b.Timestamp.Text}
	if b.Timestamp.Time.After(o.At) {
		future.Result = Warn
		future.Detail = fmt.Sprintf("made %s, after %s: some clock is wrong", root.FormatTime(b.Timestamp.Time), root.FormatTime(o.At))
	}
	if before == nil || before.Timestamp.Text == "" {
		return []Check{future}
	}
	order := Check{Rule: ruleOrder, Result: Pass, Subject: subject, Pointer: at, Detail: "made no earlier than the trusted root"}
	if b.Timestamp.Time.Before(before.Timestamp.Time) {
		order.Result = Warn
		order.Detail = fmt.Sprintf("made %s, before the trusted root, which was made %s", root.FormatTime(b.Timestamp.Time), root.FormatTime(before.Timestamp.Time))
	}
	return []Check{future, order}
}

// offline: the keys that sign packages, all day long, are not those of the root
// or of the key manager.
func offline(subject string, t Trusted, m *root.KeyManager) []Check {
	var out []Check
	packages, _ := m.Role(root.RolePackages)
	for _, name := range []string{"root", "key_mgr"} {
		role, _ := t.root.Role(name)
		above := make(map[root.Fingerprint]bool)
		for _, k := range role.Distinct() {
			above[k.Public.Fingerprint()] = true
		}
		for _, k := range packages.Distinct() {
			if above[k.Public.Fingerprint()] {
				out = append(out, Check{
					Rule: ruleOnline, Result: Warn, Subject: subject, Pointer: packages.Pointer,
					Detail: fmt.Sprintf("%s of the trusted root's role %s also signs packages", keyName(k), name),
				})
			}
		}
	}
	if len(out) == 0 {
		out = append(out, Check{Rule: ruleOnline, Result: Pass, Subject: subject, Detail: "no key of the trusted root signs packages"})
	}
	return out
}
