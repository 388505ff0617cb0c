package root

import (
	"math"
	"strconv"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// What a genesis says of itself; a successor inherits what the root before it
// says.
const (
	tufSpecVersion   = "1.0.34"
	condaSpecVersion = "0.6.0"
)

// Draft makes the unsigned next root: a pure function of the trusted root
// (nil for a genesis) and the spec. It uses no clock, no randomness and
// nothing else, so that every place can make it and compare digests. What
// cannot be carried out is a *SpecError.
func Draft(trusted *Root, s Spec) (*Candidate, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := s.fits(trusted); err != nil {
		return nil, err
	}
	signed, err := s.signed(trusted)
	if err != nil {
		return nil, err
	}
	raw, err := unsigned(s.Format, signed)
	if err != nil {
		return nil, err
	}
	// The candidate is what a reader will see, not what the writer meant.
	next, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	if err := s.accounts(trusted, next); err != nil {
		return nil, err
	}
	c := &Candidate{Root: next, SigningTime: s.SigningTime}
	if trusted == nil {
		c.Quorums = []Quorum{{Name: QuorumGenesis, Role: next.RootRole()}}
		return c, nil
	}
	c.Before = &trusted.Body
	c.Quorums = []Quorum{{Name: QuorumOld, Role: trusted.RootRole()}, {Name: QuorumNew, Role: next.RootRole()}}
	return c, nil
}

// fits checks the spec against the root that it continues.
func (s Spec) fits(trusted *Root) error {
	if trusted == nil {
		return s.complete()
	}
	if trusted.Format != s.Format {
		return specError("format", "the trusted root is of %v", trusted.Format)
	}
	if trusted.Rehearsal != s.Rehearsal {
		return specError("mode", "a rehearsal continues rehearsal roots only, and production never does (the trusted root: rehearsal %v)", trusted.Rehearsal)
	}
	if trusted.RootRole().Threshold < 1 {
		return specError("continues", "the trusted root has no usable root role")
	}
	if trusted.Version < 1 || trusted.Version == math.MaxInt64 {
		return specError("continues", "the trusted root has version %d, after which none can come", trusted.Version)
	}
	return nil
}

// complete checks that a genesis names everything.
func (s Spec) complete() error {
	need := []string{"root", "timestamp", "snapshot", "targets"}
	if s.Format == Conda {
		need = []string{"root", "key_mgr"}
	}
	for _, name := range need {
		if _, ok := s.role(name); !ok {
			return specError(RoleSpec{Name: name}.field(), "a genesis must name every role, this one is missing")
		}
	}
	if s.Format == TUF && s.ConsistentSnapshot == nil {
		return specError("consistent_snapshot", "a genesis must say true or false")
	}
	return nil
}

// signed builds the signed part on top of the trusted one.
func (s Spec) signed(trusted *Root) (*canonical.Value, error) {
	v, version := s.fresh(), int64(1)
	if trusted != nil {
		v, version = trusted.signed, trusted.Version+1
	}
	v, err := s.without(v, trusted)
	if err != nil {
		return nil, err
	}
	v = v.With("version", canonical.NewNumber(strconv.FormatInt(version, 10)))
	if s.Rehearsal {
		v = v.With(RehearsalMember, canonical.NewBool(true))
	}
	if s.Format == Conda {
		return s.condaSigned(v), nil
	}
	return s.tufSigned(v, trusted), nil
}

func (s Spec) fresh() *canonical.Value {
	str := canonical.NewString
	if s.Format == Conda {
		return canonical.NewObject(
			canonical.Member{Name: "type", Value: str("root")},
			canonical.Member{Name: "metadata_spec_version", Value: str(condaSpecVersion)},
		)
	}
	return canonical.NewObject(
		canonical.Member{Name: "_type", Value: str("root")},
		canonical.Member{Name: "spec_version", Value: str(tufSpecVersion)},
	)
}

func (s Spec) condaSigned(v *canonical.Value) *canonical.Value {
	return delegating(v, s.Roles).
		With("expiration", canonical.NewString(FormatTime(s.Expires))).
		With("timestamp", canonical.NewString(FormatTime(s.SigningTime)))
}

// delegating is v with these roles, beside those that it delegates already.
func delegating(v *canonical.Value, roles []RoleSpec) *canonical.Value {
	delegations := v.Get("delegations")
	if delegations == nil {
		delegations = canonical.NewObject()
	}
	for _, r := range roles {
		var keys []*canonical.Value
		for _, k := range r.Keys {
			keys = append(keys, canonical.NewString(condaID(k)))
		}
		delegations = delegations.With(r.Name, canonical.NewObject(
			canonical.Member{Name: "pubkeys", Value: canonical.NewArray(keys...)},
			canonical.Member{Name: "threshold", Value: number(r.Threshold)},
		))
	}
	return v.With("delegations", delegations)
}

func (s Spec) tufSigned(v *canonical.Value, trusted *Root) *canonical.Value {
	roles := v.Get("roles")
	if roles == nil {
		roles = canonical.NewObject()
	}
	objects := s.objects(trusted)
	for _, r := range s.Roles {
		role := roles.Get(r.Name)
		if role == nil {
			role = canonical.NewObject()
		}
		var ids []*canonical.Value
		for _, k := range r.Keys {
			ids = append(ids, canonical.NewString(objects.add(k)))
		}
		roles = roles.With(r.Name, role.With("keyids", canonical.NewArray(ids...)).With("threshold", number(r.Threshold)))
	}
	roles = objects.inherit(roles, s, trusted)
	if s.ConsistentSnapshot != nil {
		v = v.With("consistent_snapshot", canonical.NewBool(*s.ConsistentSnapshot))
	}
	return v.With("roles", roles).
		With("keys", canonical.NewObject(objects.members...)).
		With("expires", canonical.NewString(FormatTime(s.Expires)))
}

func number(n int) *canonical.Value { return canonical.NewNumber(strconv.Itoa(n)) }

// unsigned is a document of the format, of any kind, that nobody has signed.
func unsigned(f Format, signed *canonical.Value) ([]byte, error) {
	signatures := canonical.NewArray()
	if f == Conda {
		signatures = canonical.NewObject()
	}
	return canonical.AppendConda(nil, envelope(signed, signatures))
}

func envelope(signed, signatures *canonical.Value) *canonical.Value {
	return canonical.NewObject(
		canonical.Member{Name: "signatures", Value: signatures},
		canonical.Member{Name: "signed", Value: signed},
	)
}
