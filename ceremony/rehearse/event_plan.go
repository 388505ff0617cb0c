package rehearse

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// Drafts is a plan that somebody writes.
type Drafts struct {
	File    string
	Follows string // the root file that it continues; "" for a genesis
	Draft          // what it says; the trusted root and known keys are filled in
	// WitnessKey is the file with the witness's public key; "" for none.
	WitnessKey string
}

// Happen writes the plan, unless it is there: its times are those of the day on
// which it was written.
func (d Drafts) Happen(ctx context.Context, r *Rehearsal) (string, error) {
	valid := "a year"
	if d.Days > 0 {
		valid = fmt.Sprintf("%d days", d.Days)
	}
	said := fmt.Sprintf("%s is written: %s, for %s; %s", d.File, d.Purpose, valid, strings.Join(d.Holders, ", "))
	if len(d.Leaving) > 0 {
		said += "; " + strings.Join(d.Leaving, ", ") + " leaves"
	}
	if r.exists(d.File) {
		return said, nil
	}
	draft, err := d.stands(r)
	if err != nil {
		return "", err
	}
	raw, err := r.write(ctx, draft)
	if err != nil {
		return "", err
	}
	if _, err := plan.Load(raw); err != nil {
		return "", fmt.Errorf("rehearsal: %s: %w", d.File, err)
	}
	return said, r.put(d.File, raw)
}

// stands fills in what the draft stands on.
func (d Drafts) stands(r *Rehearsal) (Draft, error) {
	draft := d.Draft
	if d.WitnessKey != "" {
		raw, err := safefile.ReadPath(r.path(d.WitnessKey), maxPlan)
		if err != nil {
			return draft, err
		}
		draft.Witness = strings.TrimSpace(string(raw))
	}
	if d.Follows == "" {
		return draft, nil
	}
	var err error
	if draft.Trusted, err = r.root(d.Follows); err != nil {
		return draft, err
	}
	first, err := r.root(path.Join(path.Dir(d.Follows), "1.root.json"))
	if err != nil {
		return draft, err
	}
	draft.Chain = first.Digest
	draft.Known, err = r.known(r.SittingDir(Genesis), slices.Concat(d.Holders, d.Leaving))
	return draft, err
}

// root reads a root of the rehearsal's own. Nobody trusts it for that.
func (r *Rehearsal) root(name string) (*root.Root, error) {
	raw, err := safefile.ReadPath(r.path(name), verify.MaxRoot)
	if err != nil {
		return nil, err
	}
	return root.Parse(raw)
}

// Pin is the pin of a chain: the version and digest of its first root.
func (r *Rehearsal) Pin(folder string) (string, error) {
	first, err := r.root(path.Join(folder, "1.root.json"))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d:%v", first.Version, first.Digest), nil
}
