package plan

import (
	"maps"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// A Review explains a plan as a reviewer would, and lists what to weigh.
type Review struct {
	Name     string
	Document Document
	Frozen   bool
	Findings []Finding
	// Compared is false for what continues a root, or follows a key manager
	// document, that is not at hand: who joins and remains and what was before is
	// then left out.
	Compared  bool
	Joining   []string // keyholders
	Remaining []string
	Leaving   []string
	Roles     []Change
	Keys      []Listed
	// Spare is how many tokens of the next root may be lost before no further
	// root can be made. Of roots only, as Reach, Block and BeginBy are.
	Spare int
	// Reach and Block are the smallest sets of organisations that together reach
	// the threshold, or that can keep it from being reached; none may be left
	// out. A keyholder without an organisation stands in parentheses. Empty
	// where there are more than 12 organisations.
	Reach, Block [][]string
	BeginBy      time.Time // latest time to begin the next ceremony: expiry less Margin
	Shared       []Shared
	Candidate    *root.Candidate // nil where none can be made yet
}

// A Change is one role before and after. A role that the plan inherits is the
// same on both sides; Before counts are 0 where there was none.
type Change struct {
	Role            string
	ThresholdBefore int
	KeysBefore      int
	ThresholdAfter  int
	KeysAfter       int
}

// A Listed key is a key of the plan; its fingerprint is computed, and zero
// where it is still to be enrolled.
type Listed struct {
	Name        string
	Type        string
	Fingerprint root.Fingerprint
}

// Shared is a key that stands in another chain's root too.
type Shared struct {
	Name        string
	Fingerprint root.Fingerprint
	Root        root.Digest
}

// Refused reports whether some finding stops the ceremony.
func (r Review) Refused() bool { return r.Count(Refuse) > 0 }

// Count is the number of findings of that severity.
func (r Review) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// explain fills in the facts.
func (l *linter) explain() {
	p, r := l.p, &l.review
	r.Compared = (l.trusted != nil || p.Purpose == Genesis) && (p.KeyManager == nil || p.KeyManager.Follows == nil || l.follows != nil)
	if r.Compared {
		r.Joining, r.Remaining, r.Leaving = p.Joining(l.trusted), p.Remaining(l.trusted), p.Leaving(l.trusted)
	} else {
		r.Leaving = p.Leave
	}
	r.Roles = l.rolesChange()
	for _, name := range p.order() {
		k := p.keys[name]
		kind := string(p.Keys[name].Type)
		if !k.IsZero() {
			kind = k.Algorithm().String()
		}
		r.Keys = append(r.Keys, Listed{name, kind, k.Fingerprint()})
	}
	if p.Root == nil {
		return
	}
	n, threshold := len(p.Root.Keyholders), p.Root.Threshold
	r.Spare = max(n-threshold, 0)
	counts := l.counts()
	r.Reach = combinations(counts, threshold)
	r.Block = combinations(counts, n-threshold+1)
}

func (l *linter) rolesChange() []Change {
	var out []Change
	named := make(map[string]bool)
	for _, r := range l.named() {
		named[r.name] = true
		c := Change{Role: r.name, ThresholdAfter: r.threshold, KeysAfter: len(r.keys)}
		if before, ok := l.before(r.name); ok {
			c.ThresholdBefore, c.KeysBefore = before.Threshold, len(before.Distinct())
		}
		out = append(out, c)
	}
	if l.trusted == nil || l.p.Document == KeyManagerDocument {
		return out
	}
	for _, r := range l.trusted.Roles {
		if n := len(r.Distinct()); !named[r.Name] {
			out = append(out, Change{r.Name, r.Threshold, n, r.Threshold, n})
		}
	}
	return out
}

// maxOrganisations bounds the search of combinations to 4096 sets.
const maxOrganisations = 12

// combinations are the minimal sets of organisations that hold at least need
// keys together, smaller sets first, then by name.
func combinations(counts map[string]int, need int) [][]string {
	names := slices.Sorted(maps.Keys(counts))
	if len(names) > maxOrganisations || need < 1 {
		return nil
	}
	var out [][]string
	for set := range 1 << len(names) {
		if members, ok := minimal(names, counts, need, uint(set)); ok {
			out = append(out, members)
		}
	}
	slices.SortFunc(out, func(a, b []string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare(a, b)
	})
	return out
}

// minimal reports whether the set holds enough, and would not without its
// smallest member.
func minimal(names []string, counts map[string]int, need int, set uint) ([]string, bool) {
	members := make([]string, 0, bits.OnesCount(set))
	sum, least := 0, math.MaxInt
	for i, name := range names {
		if set&(1<<i) != 0 {
			members = append(members, name)
			sum += counts[name]
			least = min(least, counts[name])
		}
	}
	return members, sum >= need && sum-least < need
}
