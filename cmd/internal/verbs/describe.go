package verbs

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

// body describes what roots and key managers have in common.
func body(b *root.Body) *description {
	d := &description{
		Schema: "rootmoot/inspect/v1", Format: b.Format.String(), Version: b.Version,
		Digest: b.Digest.String(), Spec: b.SpecVersion, Expires: b.Expires.Text,
		Timestamp: b.Timestamp.Text, Rehearsal: b.Rehearsal, Oddities: []oddity{},
	}
	for _, role := range b.Roles {
		line := roleLines{Name: role.Name, Threshold: role.Threshold, Keys: []keyLine{}}
		for _, k := range role.Keys() {
			line.Keys = append(line.Keys, keyOf(k))
		}
		d.Roles = append(d.Roles, line)
	}
	for _, f := range b.Faults {
		d.Oddities = append(d.Oddities, oddity{string(f.Code), f.Pointer, f.Detail})
	}
	return d
}

func keyOf(k root.Key) keyLine {
	line := keyLine{KeyID: k.ID, Algorithm: k.Public.Algorithm().String(), Problem: k.Problem}
	if !k.Public.IsZero() {
		line.Fingerprint = k.Public.Fingerprint().String()
	}
	return line
}

// signaturesOf says of each signature how it stands for the document's own
// root role. A key manager has none: its signers stand in a root.
func signaturesOf(e *root.Envelope, role root.Role) []signatureLine {
	ids := make(map[string]root.Key)
	for _, k := range role.Keys() {
		ids[k.ID] = k
	}
	out := []signatureLine{}
	for _, entry := range e.Entries {
		line := signatureLine{KeyID: entry.KeyID, Form: entry.Form.String(), Standing: "not of a key in the document's own root role"}
		if role.Name == "" {
			line.Standing = "not checked: its signers stand in a root"
		}
		if k, listed := ids[entry.KeyID]; listed {
			line.Fingerprint = keyOf(k).Fingerprint
			line.Standing = role.Standing(e, entry.KeyID).String()
		}
		out = append(out, line)
	}
	return out
}

// text is the description for people.
func (d *description) text() string {
	var b strings.Builder
	head := func(name, text string) { fmt.Fprintf(&b, "%-9s %s\n", name, visible.Line(text)) }
	head("file", d.Subject)
	head("document", d.Format+" "+d.Type+", specification "+d.Spec)
	head("version", fmt.Sprint(d.Version))
	head("digest", d.Digest)
	if d.Type == "root" {
		head("pin", fmt.Sprintf("%d:%s", d.Version, d.Digest))
	}
	if d.Timestamp != "" {
		head("timestamp", d.Timestamp)
	}
	head("expires", d.Expires)
	if d.Rehearsal {
		head("rehearsal", "made in a rehearsal: not for production")
	}
	for _, r := range d.Roles {
		fmt.Fprintf(&b, "\nrole %s: %d of %d\n", visible.Line(r.Name), r.Threshold, len(r.Keys))
		for _, k := range r.Keys {
			b.WriteString(k.text())
		}
	}
	b.WriteString("\nsignatures\n")
	for _, s := range d.Signatures {
		fmt.Fprintf(&b, "  keyid %s\n     %s, %s\n", visible.Line(s.KeyID), s.Form, s.Standing)
	}
	b.WriteString("\noddities\n")
	for _, o := range d.Oddities {
		fmt.Fprintf(&b, "  %s\n  %s\n%s", o.Code, visible.Line(o.Pointer), wrap(visible.Line(o.Detail), "     "))
	}
	if len(d.Oddities) == 0 {
		b.WriteString("  none\n")
	}
	return b.String()
}

func (k keyLine) text() string {
	out := "  key   " + orElse(k.Fingerprint, "unknown") + "\n"
	if k.KeyID != k.Fingerprint {
		out += "  keyid " + visible.Line(k.KeyID) + "\n"
	}
	out += "     " + k.Algorithm
	if k.Problem != "" {
		out += ", counts nothing: " + visible.Line(k.Problem)
	}
	return out + "\n"
}
