package main

import (
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// What plan lint prints for machines. Of a file that is no plan there are
// faults and nothing else; lists are never null, times RFC 3339 in UTC.
type (
	lintJSON struct {
		Schema   string        `json:"schema"` // rootmoot/plan-lint/v1
		Plan     string        `json:"plan"`   // the file
		At       string        `json:"at"`
		Verdict  string        `json:"verdict"` // accepted, refused, or "no plan"
		Faults   []faultJSON   `json:"faults"`
		Findings []findingJSON `json:"findings"`
		Review   *reviewJSON   `json:"review,omitempty"`
	}
	faultJSON struct {
		Path   string `json:"path"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
		Detail string `json:"detail"`
	}
	findingJSON struct {
		Rule     string `json:"rule"`
		Severity string `json:"severity"` // refuse, warn or note
		faultJSON
	}
	reviewJSON struct {
		Name      string           `json:"name"`
		Digest    string           `json:"digest,omitempty"` // of a frozen plan
		Frozen    bool             `json:"frozen"`
		Compared  bool             `json:"compared"` // with the trusted root, or a genesis
		Joining   []string         `json:"joining"`
		Remaining []string         `json:"remaining"`
		Leaving   []string         `json:"leaving"`
		Roles     []roleChangeJSON `json:"roles"`
		Keys      []planKeyJSON    `json:"keys"`
		Spare     int              `json:"spare"` // tokens that may be lost
		Reach     [][]string       `json:"reach"`
		Block     [][]string       `json:"block"`
		BeginBy   string           `json:"begin_by,omitempty"` // the next ceremony
		Shared    []sharedJSON     `json:"shared"`
		Candidate *versionJSON     `json:"candidate,omitempty"`
		Changes   *diffJSON        `json:"changes,omitempty"` // to a candidate, from the document before
	}
	// Before counts are 0 where there was no such role, or nothing to compare.
	roleChangeJSON struct {
		Role            string `json:"role"`
		ThresholdBefore int    `json:"threshold_before"`
		KeysBefore      int    `json:"keys_before"`
		ThresholdAfter  int    `json:"threshold_after"`
		KeysAfter       int    `json:"keys_after"`
	}
	planKeyJSON struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Fingerprint string `json:"fingerprint,omitempty"` // absent where still to be enrolled
	}
	sharedJSON struct {
		Name        string `json:"name"`
		Fingerprint string `json:"fingerprint"`
		Root        string `json:"root"` // digest
	}
)

func (r *lintResult) json() lintJSON {
	out := lintJSON{
		Schema: "rootmoot/plan-lint/v1", Plan: r.path, At: r.at.Format(time.RFC3339), Verdict: "accepted",
		Faults: []faultJSON{}, Findings: []findingJSON{},
	}
	for _, f := range r.faults {
		out.Verdict = "no plan"
		out.Faults = append(out.Faults, faultJSON{f.Path, f.Line, f.Column, f.Message})
	}
	if r.faults != nil {
		return out
	}
	if r.review.Refused() {
		out.Verdict = "refused"
	}
	for _, f := range r.review.Findings {
		out.Findings = append(out.Findings, findingJSON{f.Rule, string(f.Severity), faultJSON{f.Path, f.Line, f.Column, f.Detail}})
	}
	out.Review = r.reviewed()
	return out
}

func (r *lintResult) reviewed() *reviewJSON {
	v := r.review
	out := &reviewJSON{
		Name: v.Name, Frozen: v.Frozen, Compared: v.Compared, Joining: list(v.Joining), Remaining: list(v.Remaining), Leaving: list(v.Leaving),
		Roles: []roleChangeJSON{}, Keys: planKeys(v.Keys), Spare: v.Spare, Reach: list(v.Reach), Block: list(v.Block), Shared: []sharedJSON{},
	}
	if v.Frozen {
		out.Digest = r.plan.Digest().String()
	}
	if !v.BeginBy.IsZero() {
		out.BeginBy = root.FormatTime(v.BeginBy)
	}
	for _, c := range v.Roles {
		out.Roles = append(out.Roles, roleChangeJSON(c))
	}
	for _, s := range v.Shared {
		out.Shared = append(out.Shared, sharedJSON{s.Name, s.Fingerprint.String(), s.Root.String()})
	}
	if c := v.Candidate; c != nil {
		next := versionOf(c.Body())
		out.Candidate = &next
		if c.Before != nil {
			changes := (&comparison{c.Before, c.Body(), c.Diff()}).json()
			out.Changes = &changes
		}
	}
	return out
}

func planKeys(keys []plan.Listed) []planKeyJSON {
	out := []planKeyJSON{}
	for _, k := range keys {
		line := planKeyJSON{Name: k.Name, Type: k.Type}
		if k.Fingerprint != (root.Fingerprint{}) {
			line.Fingerprint = k.Fingerprint.String()
		}
		out = append(out, line)
	}
	return out
}

// list is never nil, which JSON would write as null.
func list[T any](l []T) []T { return append([]T{}, l...) }
