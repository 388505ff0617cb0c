package provision

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// slot is the one that this project signs with.
const slot = string(plan.DefaultSlot)

// A Config is one token, and what it is to become: as a plan says for one of
// its participants, or else as Options do.
type Config struct {
	Token token.Provisionable // found by its serial number; the caller closes it

	Plan        *plan.Plan // nil: Options say it
	Participant string     // of the plan: whose token this is
	Trusted     *root.Root // what the plan continues, if it is at hand: its keys are in use
	Options     Options
	Rehearsal   bool // without a plan: a rehearsal token, and no other

	Bundle attest.Bundle // whose attestations are taken
	Now    func() time.Time
	Rand   io.Reader
	Place  string // this machine's, for the head of each screen
	Tool   string // version of the program, for the record
}

// Options are what a token is to become. Zero values are the defaults that a
// plan has: P-256, PIN and touch always, firmware 5.7.0 or later, a management
// key that the token keeps. With a plan only Tries may be given.
type Options struct {
	Serial      string // required without a plan
	Algorithm   string // as in token.Info
	PINPolicy   string // "once" or "always"
	TouchPolicy string // "never", "cached" or "always"
	MinFirmware attest.Version
	Management  plan.Management
	Tries       Tries
}

// Tries are how often PIN and PUK may be mistyped in a row.
type Tries struct {
	PIN int `json:"pin"`
	PUK int `json:"puk"`
}

// defaultTries leave room for a nervous hand: five of a million.
const defaultTries = 5

// options are what the token is to become, with every default filled in.
func (c Config) options() (Options, error) {
	o := c.Options
	if c.Plan != nil {
		if o != (Options{Tries: o.Tries}) {
			return o, errors.New("provision: the plan says what the token is to become: give nothing but tries beside it")
		}
		tries := o.Tries
		var err error
		if o, err = planned(c.Plan, c.Participant); err != nil {
			return o, err
		}
		o.Tries = tries
	}
	if o.Serial == "" {
		return o, errors.New("provision: the serial number of the token is missing")
	}
	fill(&o.Algorithm, root.P256.String())
	fill(&o.PINPolicy, string(plan.PINAlways))
	fill(&o.TouchPolicy, string(plan.TouchAlways))
	fill(&o.Management, plan.ManagementProtected)
	fill(&o.Tries.PIN, defaultTries)
	fill(&o.Tries.PUK, defaultTries)
	fill(&o.MinFirmware, attest.VersionOf(plan.MinFirmware.Version()))
	for name, n := range map[string]int{"pin": o.Tries.PIN, "puk": o.Tries.PUK} {
		if n < 1 || n > 15 { // more than 15 a PIV card does not tell
			return o, fmt.Errorf("provision: %d tries for the %s: want 1 to 15", n, name)
		}
	}
	return o, nil
}

func fill[T comparable](value *T, otherwise T) {
	if *value == *new(T) {
		*value = otherwise
	}
}

// planned is what the plan says of a participant's token.
func planned(p *plan.Plan, participant string) (Options, error) {
	who, known := p.Participants[participant]
	switch {
	case !known:
		return Options{}, fmt.Errorf("provision: the plan has no participant %q", participant)
	case who.Token == nil:
		return Options{}, fmt.Errorf("provision: participants.%s: names no token", participant)
	case who.Token.Kind == plan.PKCS11Token:
		return Options{}, fmt.Errorf("provision: participants.%s: is a PKCS#11 token: its maker's tools provision it", participant)
	case who.Token.Kind == plan.OpenPGPToken:
		return Options{}, fmt.Errorf("provision: participants.%s: is an OpenPGP key: gpg made it, and keeps it", participant)
	case string(who.Token.SlotInForce()) != slot:
		return Options{}, fmt.Errorf("provision: participants.%s: has its key in slot %s, and this program makes keys in %s only", participant, who.Token.SlotInForce(), slot)
	}
	policy := p.Policy.InForce()
	o := Options{
		Serial: string(who.Token.Serial), Algorithm: p.Keys[participant].Type.Algorithm().String(),
		PINPolicy: string(policy.PIN), TouchPolicy: string(policy.Touch), MinFirmware: attest.VersionOf(policy.Firmware.Version()), Management: policy.Management,
	}
	if policy.PIN == plan.PINNever { // whoever finds the token could sign
		o.PINPolicy = string(plan.PINAlways)
	}
	return o, nil
}

// rehearsal reports whether this is one.
func (c Config) rehearsal() bool {
	if c.Plan != nil {
		return c.Plan.Mode == plan.Rehearsal
	}
	return c.Rehearsal
}

// kind is what kind of token it is to be.
func (c Config) kind() token.Kind {
	if c.rehearsal() {
		return token.Rehearsal
	}
	return token.PIV
}

// at is when certificates must hold: when the plan signs, since clocks of
// offline machines are not to be relied on.
func (c Config) at() time.Time {
	if c.Plan != nil {
		return c.Plan.SigningTime.Time()
	}
	return c.Now()
}
