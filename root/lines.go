package root

import (
	"fmt"
	"slices"
	"strings"
)

// Lines tells a difference to people, a line each, most important first. name
// gives the name of a key in the plan, or "". Values from the documents stand
// there as they are: whoever shows them makes odd characters visible.
func (d Difference) Lines(name func(Fingerprint) string) []string {
	if name == nil {
		name = func(Fingerprint) string { return "" }
	}
	if d.IsEmpty() {
		return []string{"nothing that is signed differs"}
	}
	var out []string
	for _, r := range d.Roles {
		out = append(out, r.lines(name)...)
	}
	for _, k := range d.Reencoded {
		out = append(out, k.lines(name)...)
	}
	for _, m := range d.Members {
		out = append(out, m.line())
	}
	return out
}

const stays = "  stays  "

func (c RoleChange) lines(name func(Fingerprint) string) []string {
	out := []string{c.head()}
	for _, part := range []struct {
		sign string
		keys []Key
	}{{"- leaves ", c.Left}, {"+ joins  ", c.Joined}, {stays, c.Stayed}} {
		for _, k := range part.keys {
			out = append(out, "  "+part.sign+" "+keyLine(k, name))
			// A name of eight characters can be ground out; who comes and who
			// goes is shown in full.
			if part.sign != stays {
				out = append(out, "      "+k.Public.Fingerprint().String())
			}
		}
	}
	if c.Relisted {
		out = append(out, "    the keys that stay are listed in another way")
	}
	return out
}

func (c RoleChange) head() string {
	stayed := counting(c.Stayed)
	keys := counting(c.Joined) + stayed
	switch {
	case c.Removed:
		return fmt.Sprintf("role %s: removed", c.Name)
	case c.Added:
		return fmt.Sprintf("role %s: new, %d of %d", c.Name, c.NewThreshold, keys)
	case !c.Changed():
		return fmt.Sprintf("role %s: unchanged, %d of %d", c.Name, c.NewThreshold, keys)
	}
	return fmt.Sprintf("role %s: %d of %d, was %d of %d", c.Name, c.NewThreshold, keys, c.OldThreshold, counting(c.Left)+stayed)
}

// counting is how many of the keys can count.
func counting(keys []Key) int {
	n := 0
	for _, k := range keys {
		if k.Usable() {
			n++
		}
	}
	return n
}

func keyLine(k Key, name func(Fingerprint) string) string {
	f := k.Public.Fingerprint()
	s := fmt.Sprintf("%s %v", f.Short(), k.Public.Algorithm())
	if n := name(f); n != "" {
		s += " " + n
	}
	if !k.Usable() {
		s += " (counts nothing: " + k.Problem + ")"
	}
	return s
}

func (c KeyChange) lines(name func(Fingerprint) string) []string {
	who := c.Key.Short()
	if n := name(c.Key); n != "" {
		who += " " + n
	}
	out := []string{"key " + who + ": same key, written differently"}
	if !slices.Equal(c.OldIDs, c.NewIDs) {
		out = append(out, "    keyid "+shorts(c.NewIDs)+", was "+shorts(c.OldIDs))
	}
	for _, m := range c.Members {
		out = append(out, "    "+m.line())
	}
	return out
}

func shorts(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id[:min(8, len(id))]
	}
	return strings.Join(out, " ")
}

func (m MemberChange) line() string {
	at := strings.TrimPrefix(m.Pointer, "/")
	switch {
	case m.Old == "":
		return fmt.Sprintf("%s: new, %s", at, oneLine(m.New))
	case m.New == "":
		return fmt.Sprintf("%s: gone, was %s", at, oneLine(m.Old))
	}
	return fmt.Sprintf("%s: %s, was %s", at, oneLine(m.New), oneLine(m.Old))
}

// oneLine shows a value. What is too long for a line is cut, and told apart by
// its digest: a change behind the cut must show.
func oneLine(v string) string {
	parts := strings.Split(v, "\n")
	for i, p := range parts {
		parts[i] = strings.TrimLeft(p, " ")
	}
	if s := strings.Join(parts, " "); len(s) <= 80 {
		return s
	}
	return fmt.Sprintf("%s (%d characters, SHA-256 %v)", clip(strings.Join(parts, " ")), len(v), DigestOf([]byte(v)))
}
