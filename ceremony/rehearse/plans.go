package rehearse

import (
	"fmt"
	"path/filepath"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// draftOf is the draft of a sitting's plan. Keys that join are not in it yet:
// they are enrolled in the sitting.
func (r *Rehearsal) draftOf(name string, trusted *root.Root) (Draft, error) {
	if name == Genesis {
		return Draft{Purpose: plan.Genesis, Holders: firstHolders()}, nil
	}
	known, err := r.known(r.SittingDir(Genesis), firstHolders())
	return Draft{
		Purpose: plan.Rotate, Holders: []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh"}, Leaving: []string{"fukuoka"},
		Trusted: trusted, Known: known,
	}, err
}

// firstHolders hold the first root.
func firstHolders() []string {
	return []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"}
}

// known are the keys of those holders that stand in the frozen plan of a sitting.
func (r *Rehearsal) known(dir string, names []string) (map[string]root.PublicKey, error) {
	p, err := frozen(dir)
	if err != nil {
		return nil, err
	}
	out := make(map[string]root.PublicKey)
	for _, name := range names {
		if k, there := p.KeyOf(name); there {
			out[name] = k
		}
	}
	return out, nil
}

// maxPlan bounds a plan file, in bytes.
const maxPlan = 1 << 20

// frozen is the frozen plan that a sitting left behind in its directory.
func frozen(dir string) (*plan.Plan, error) {
	raw, err := safefile.ReadPath(filepath.Join(dir, sitting.FrozenFile), maxPlan)
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	return plan.Load(raw)
}
