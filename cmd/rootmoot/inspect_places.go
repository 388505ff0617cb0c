package main

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

// A described is a file that goes between places: rows for people, and the same
// as JSON. Nothing in it was judged.
type described struct {
	Schema string      `json:"schema"` // rootmoot/inspect/v1
	File   string      `json:"subject"`
	Type   string      `json:"type"` // request, contribution, journal, gpg export
	SHA256 root.Digest `json:"sha256"`
	Rows   [][2]string `json:"rows"`
}

// placeKinds let inspect describe what goes between places.
func placeKinds() []verbs.Kind {
	return []verbs.Kind{
		travels(ceremony.ArrivedRequest, requestRows),
		travels(ceremony.ArrivedContribution, contributionRows),
		travels(ceremony.ArrivedJournal, journalRows),
		inRows("gpg export", isKeys, keyRows),
	}
}

// travels is a kind of file that goes between places.
func travels(form ceremony.ArrivedForm, rows func([]byte) ([][2]string, error)) verbs.Kind {
	return inRows(string(form), func(raw []byte) bool { return ceremony.FormOf(raw) == form }, rows)
}

// inRows is a kind of file that is described in rows.
func inRows(name string, is func([]byte) bool, rows func([]byte) ([][2]string, error)) verbs.Kind {
	return verbs.Kind{
		Name: name,
		Is:   is,
		Describe: func(path string, raw []byte, asJSON bool) (string, error) {
			d := described{Schema: "rootmoot/inspect/v1", File: path, Type: name, SHA256: root.DigestOf(raw)}
			var err error
			if d.Rows, err = rows(raw); err != nil {
				return "", &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%s: %w", path, err), Hint: wayOut(err)}
			}
			if !asJSON {
				return d.text(), nil
			}
			text, err := verbs.JSON(d)
			return string(text), err
		},
	}
}

func (d described) text() string {
	var b strings.Builder
	line := func(name, text string) { fmt.Fprintf(&b, "%-12s %s\n", name, visible.Line(text)) }
	line("file", d.File)
	line("holds", "a "+d.Type+"; nothing of it was judged")
	for _, row := range d.Rows {
		line(row[0], row[1])
	}
	line("sha256", d.SHA256.String())
	printWords(&b, d.SHA256)
	return b.String()
}

func requestRows(raw []byte) ([][2]string, error) {
	r, err := ceremony.ParseRequest(raw)
	if err != nil {
		return nil, err
	}
	p, err := r.LoadPlan()
	if err != nil {
		return nil, err
	}
	rows := [][2]string{
		{"for", r.Participant},
		{"asks for", kindOf(r.Asks)},
		{"from", r.From},
		{"plan", p.Name},
		{"purpose", string(p.Purpose) + ", " + string(p.Mode)},
		{"deadline", string(p.Deadline)},
		{"attempt", r.Attempt.String()},
		{"as opened", p.Digest().String()},
		{"chain", fmt.Sprintf("roots: %d", len(r.Chain))},
	}
	if r.Asks == ceremony.SignatureMade {
		rows = append(rows, [2]string{"frozen", root.DigestOf([]byte(r.Frozen)).String()}, [2]string{"candidate", root.DigestOf([]byte(r.Candidate)).String()})
	}
	for _, e := range r.Enrolments {
		rows = append(rows, [2]string{"enrolled", e.Contribution.Participant})
	}
	return rows, nil
}

func contributionRows(raw []byte) ([][2]string, error) {
	d, err := ceremony.ParseDelivery(raw)
	if err != nil {
		return nil, err
	}
	c := d.Contribution
	rows := [][2]string{
		{"of", c.Participant},
		{"kind", string(c.Kind)},
		{"backed by", string(d.Backing())},
		{"made at", c.At},
		{"token", strings.TrimSpace(c.Token.Kind + " " + c.Token.Serial)},
		{"attempt", c.Attempt.String()},
		{"plan", c.Plan.String()},
	}
	if !c.Candidate.IsZero() {
		rows = append(rows, [2]string{"candidate", c.Candidate.String()})
	}
	if c.Reason != "" {
		rows = append(rows, [2]string{"reason", c.Reason})
	}
	if k, err := root.ParseSPKI(c.Key); err == nil {
		rows = append(rows, [2]string{"key", k.Fingerprint().String()})
	}
	r, there, err := d.Record()
	if err != nil {
		return nil, err
	}
	if there {
		rows = append(rows, [2]string{"record of", r.Header.Place}, [2]string{"", recorded(r)})
	}
	return rows, nil
}

func journalRows(raw []byte) ([][2]string, error) {
	r, err := ceremony.ReadRecord(raw)
	if err != nil {
		return nil, err
	}
	rows := [][2]string{{"place", r.Header.Place}, {"holds", recorded(r)}, {"head", r.Head().String()}}
	if o, begun := r.Opening(); begun {
		rows = append(rows, [2]string{"attempt", o.Attempt.String()}, [2]string{"plan", o.Plan.String()}, [2]string{"program", o.Tool})
	}
	return rows, nil
}

// recorded is what a record holds, in short.
func recorded(r ceremony.Record) string {
	if len(r.Entries) == 0 {
		return "no entries"
	}
	first, last := r.Entries[0].At, r.Entries[len(r.Entries)-1].At
	return fmt.Sprintf("%d entries, from %s to %s by its clock", len(r.Entries), root.FormatTime(first), root.FormatTime(last))
}
