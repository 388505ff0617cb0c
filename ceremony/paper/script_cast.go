package paper

import (
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// A cast is who plays which part, as far as the plan says it.
type cast struct {
	plan   *plan.Plan
	o      Options
	review plan.Review
	policy plan.Policy // in force
	here   string      // where the lead is, and so the sitting; "" if the plan does not say
	all    []person    // the lead, signers, other participants, witnesses
}

// Parts that more is asked about.
const (
	leaver  = "keyholder, leaves" // signs for the old root only
	watcher = "witness"
)

// A person is a participant or a witness.
type person struct {
	name, organisation, location string

	part    string // keyholder, keyholder who leaves, takes part, witness
	leads   bool
	signs   bool // holds a key of the old root role or of the next
	joins   joining
	token   *plan.Token
	key     root.PublicKey // zero if it is still to be enrolled
	keyType string
}

// joining is whether somebody has to prove in the sitting that they hold their
// key.
type joining int

const (
	stays joining = iota
	joins
	untold // the trusted root is not at hand
)

func newCast(p *plan.Plan, o Options) cast {
	c := cast{plan: p, o: o, review: plan.Lint(p, o.Trusted, plan.LintOptions{First: o.First}), policy: p.Policy.InForce()}
	for _, name := range c.signers() {
		c.all = append(c.all, c.signer(name))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Participants)) {
		if !slices.ContainsFunc(c.all, func(q person) bool { return q.name == name }) {
			c.all = append(c.all, c.participant(name, "takes part"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Witnesses)) {
		c.all = append(c.all, person{name: name, organisation: p.Witnesses[name].Organisation, part: watcher, leads: name == p.Lead})
	}
	slices.SortStableFunc(c.all, func(a, b person) int { return rank(a) - rank(b) })
	c.here = c.venue()
	return c
}

// rank puts the lead first.
func rank(p person) int {
	if p.leads {
		return 0
	}
	return 1
}

// venue is where the lead is or, if the plan does not say, where everybody is
// who signs; "" if they are in several places.
func (c *cast) venue() string {
	if l := c.plan.Participants[c.plan.Lead].Location; l != "" {
		return l
	}
	all := c.those(signs)
	if len(all) == 0 || slices.ContainsFunc(all, func(p person) bool { return p.location != all[0].location }) {
		return ""
	}
	return all[0].location
}

// signers are the keyholders of the next root, and those of the old one who
// leave: whoever can sign.
func (c *cast) signers() []string {
	out := slices.Clone(c.plan.Root.Keyholders)
	for _, name := range c.review.Leaving {
		if p, there := c.plan.Participants[name]; there && p.Token != nil {
			out = append(out, name)
		}
	}
	return out
}

func (c *cast) signer(name string) person {
	p := c.participant(name, "keyholder")
	p.signs = true
	switch {
	case !slices.Contains(c.plan.Root.Keyholders, name):
		p.part = leaver
	case slices.Contains(c.review.Joining, name) || p.key.IsZero():
		p.part, p.joins = "keyholder, joins", joins
	case !c.review.Compared:
		p.joins = untold
	}
	return p
}

func (c *cast) participant(name, part string) person {
	q := c.plan.Participants[name]
	key, _ := c.plan.KeyOf(name)
	p := person{
		name: name, organisation: q.Organisation, location: q.Location, part: part, leads: name == c.plan.Lead,
		token: q.Token, key: key, keyType: string(c.plan.Keys[name].Type),
	}
	if !key.IsZero() {
		p.keyType = key.Algorithm().String()
	}
	return p
}

// those are the people of whom want is true.
func (c *cast) those(want func(person) bool) []person {
	return slices.DeleteFunc(slices.Clone(c.all), func(p person) bool { return !want(p) })
}

func signs(p person) bool { return p.signs }

func enrols(p person) bool { return p.signs && p.joins != stays }

func holdsToken(p person) bool { return p.token != nil }

// elsewhere reports whether a keyholder's place is not known to be the lead's.
func (c *cast) elsewhere(p person) bool {
	return p.signs && p.location != "" && p.location != c.here
}

// lead is who leads, for a line under which initials stand.
func (c *cast) lead() string {
	if c.plan.Lead == "" {
		return "lead"
	}
	return "lead, " + c.plan.Lead
}

// checker is who looks on and checks what the lead does.
func (c *cast) checker() string {
	if c.wantsWitness() || len(c.plan.Witnesses) > 0 {
		return "witness"
	}
	return "second person"
}

func (c *cast) wantsWitness() bool { return c.policy.Witness == plan.Required }

// genesis reports whether there is no root before this one.
func (c *cast) genesis() bool { return c.plan.Continues == nil }

// version is that of the next root.
func (c *cast) version() int64 {
	if c.genesis() {
		return 1
	}
	return c.plan.Continues.Version + 1
}

// continues is the digest of the trusted root; zero for a genesis.
func (c *cast) continues() root.Digest {
	if c.genesis() {
		return root.Digest{}
	}
	return c.plan.Continues.Digest.Root()
}

// frozen is the digest of the frozen plan; zero for a draft.
func (c *cast) frozen() root.Digest {
	if !c.plan.Frozen() {
		return root.Digest{}
	}
	return c.plan.Digest()
}

// next is the digest of the candidate; zero where it cannot be known yet.
func (c *cast) next() root.Digest {
	if c.review.Candidate == nil {
		return root.Digest{}
	}
	return c.review.Candidate.Digest()
}

// touched reports whether the token of p is expected to want a touch: an HSM
// wants none, and what gpg's card wants is not ours to say.
func (c *cast) touched(p person) bool {
	return p.token != nil && p.token.Kind != plan.PKCS11Token && !p.openPGP() && c.policy.Touch != plan.TouchNever
}

// secret is what stands before the touch of p's token in a list of what is
// asked: nothing where the plan lets a token sign without a PIN.
func (c *cast) secret(p person) string {
	if c.policy.PIN == plan.PINNever && p.token != nil && p.token.Kind != plan.PKCS11Token {
		return ""
	}
	return "the PIN, "
}

// asks is what a token asks of its holder: touched, or unasked where it wants
// no touch. The guide says it in the same words.
func (c *cast) asks(p person, touched, unasked string) string {
	if c.touched(p) {
		return touched
	}
	return unasked
}

// name is what the plan calls a key.
func (c *cast) name(f root.Fingerprint) string {
	name, _ := c.plan.NameOf(f)
	return name
}
