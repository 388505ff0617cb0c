package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root"
)

// A question is one thing to know about a new plan: a flag, or what is asked
// where the flag is not given.
type question struct {
	flag, usage string
	ask         func() string // what is asked; nil or empty: nothing, in this plan
	many        bool          // may be answered more than once
	need        bool          // an empty answer, where nothing is suggested, is none
	suggest     func() string // what an empty answer means; nil: nothing
	take        func(string) error
}

// questions are all of them, in the order in which one answer builds on another.
func (d *drafting) questions() []question {
	return slices.Concat(d.aboutRoot(), d.aboutPeople(), d.aboutTimes(), d.aboutRoles())
}

// always is a question that is always asked.
func always(s string) func() string { return func() string { return s } }

func (d *drafting) aboutRoot() []question {
	return []question{
		{flag: "trust", usage: "root `FILE` to continue; none for a first root", ask: always("File of the root to continue (none for a first root)"), take: d.trusts},
		{flag: "chain", usage: "`DIR` with the chain up to that root; where the file of --trust lies, if not given", take: text(&d.folder)},
		{flag: "name", usage: "`NAME` of what the root is for", ask: always("What the root is for, as people say it"), need: true, take: text(&d.Name)},
		{flag: "format", usage: "`FORMAT` of a first root: tuf or conda", ask: d.ifFirst("Format, tuf or conda"), suggest: d.format, take: d.takeFormat},
		{flag: "mode", usage: "`MODE`: production or rehearsal", suggest: d.mode, take: oneOf(&d.Mode, plan.Production, plan.Rehearsal)},
		{flag: "token", usage: "`KIND` of all tokens: piv, pkcs11 or rehearsal", suggest: d.tokens, take: oneOf(&d.kind, plan.PIVToken, plan.PKCS11Token, plan.RehearsalToken)},
		{flag: "type", usage: "`TYPE` of the keys of those who join: ecdsa-p256, ecdsa-p384, ed25519 or rsa", take: oneOf(&d.keyType, plan.P256, plan.P384, plan.Ed25519, plan.RSA)},
	}
}

func (d *drafting) aboutPeople() []question {
	return []question{
		{flag: "keyholder", usage: "`HOLDER` as NAME:ORGANISATION:LOCATION:SERIAL, and :KEY of who remains or leaves; may be repeated", ask: d.askHolder, many: true, take: d.holder},
		{flag: "leaving", usage: "`NAME` of a keyholder who leaves; may be repeated", ask: d.ifSuccessor("Name of a keyholder who leaves (none: no more)"), many: true, take: d.leaves},
		{flag: "threshold", usage: "`NUMBER` of keys that must agree", ask: always("How many keys must agree"), suggest: d.threshold, take: number(&d.Threshold)},
		{flag: "max-per-organisation", usage: "largest `NUMBER` of keys of one organisation", take: number(&d.MaxPerOrganisation)},
		{flag: "witness", usage: "`NAME:ORGANISATION` of who follows and holds no key; without one none is required", ask: always("Witness, name:organisation (none: none is required)"), take: d.witness},
		{flag: "purpose", usage: "`PURPOSE`: genesis, renew, rotate or emergency", ask: d.ifSuccessor("Purpose: renew, rotate or emergency"), suggest: d.purpose, take: oneOf(&d.Purpose, plan.Genesis, plan.Renew, plan.Rotate, plan.Emergency)},
	}
}

func (d *drafting) aboutTimes() []question {
	return []question{
		{flag: "signing-time", usage: "`TIME` of signing, in conda's timestamp and signatures; now if not given", suggest: d.moment(0, 0), take: moment(&d.SigningTime)},
		{flag: "deadline", usage: "`TIME` after which a contribution is late: 2027-01-31, or 2027-01-31T12:00:00Z", ask: always("Deadline"), suggest: d.moment(0, 28), take: moment(&d.Deadline)},
		{flag: "expires", usage: "`TIME` at which the root expires", ask: always("The root expires"), suggest: d.moment(1, 0), take: moment(&d.Expires)},
	}
}

func (d *drafting) aboutRoles() []question {
	return []question{
		{flag: "role", usage: "`ROLE=FILE` with the public key of another role, PEM or hex; may be repeated", ask: always("Public key of another role, role=file (none: no more, it can be enrolled later)"), many: true, take: d.role},
	}
}

func (d *drafting) ifFirst(s string) func() string {
	return func() string {
		if d.Trusted != nil {
			return ""
		}
		return s
	}
}

func (d *drafting) ifSuccessor(s string) func() string {
	return func() string {
		if d.Trusted == nil {
			return ""
		}
		return s
	}
}

// askHolder also tells the keys of the trusted root that nobody holds yet.
func (d *drafting) askHolder() string {
	if d.Trusted == nil {
		return "Keyholder, name:organisation:location:serial (none: no more)"
	}
	var free []string
	for _, k := range d.Trusted.RootRole().Distinct() {
		f := k.Public.Fingerprint()
		if !slices.ContainsFunc(d.Holders, func(h plan.Holder) bool { return h.Key == f }) {
			free = append(free, f.Short())
		}
	}
	return "Keys of the trusted root without a holder: " + names(free) +
		"\nKeyholder, name:organisation:location:serial, then :key for one of these (none: no more)"
}

func (d *drafting) trusts(path string) error {
	t, err := trustedRoot(path, d.now)
	if err != nil {
		return err
	}
	d.trustPath, d.trusted, d.Trusted = path, t, t.Root()
	return nil
}

func (d *drafting) format() string {
	if d.Trusted != nil {
		return d.Trusted.Format.String()
	}
	return string(plan.TUF)
}

func (d *drafting) takeFormat(s string) error {
	if err := oneOf(&d.Format, plan.TUF, plan.Conda)(s); err != nil {
		return err
	}
	if d.Trusted != nil && d.Format.Root() != d.Trusted.Format {
		return fmt.Errorf("%s: the trusted root is of %v", s, d.Trusted.Format)
	}
	return nil
}

func (d *drafting) mode() string {
	if d.Trusted != nil && d.Trusted.Rehearsal {
		return string(plan.Rehearsal)
	}
	return string(plan.Production)
}

func (d *drafting) tokens() string {
	if d.Mode == plan.Rehearsal {
		return string(plan.RehearsalToken)
	}
	return string(plan.PIVToken)
}

// threshold is as before, or for a first root more than half.
func (d *drafting) threshold() string {
	if d.Trusted != nil {
		return fmt.Sprint(d.Trusted.RootRole().Threshold)
	}
	return fmt.Sprint(len(d.Holders)/2 + 1)
}

func (d *drafting) purpose() string {
	if d.Trusted == nil {
		return string(plan.Genesis)
	}
	changed := func(h plan.Holder) bool { return h.Leaves || h.Key == (root.Fingerprint{}) }
	if slices.ContainsFunc(d.Holders, changed) || d.Threshold != d.Trusted.RootRole().Threshold {
		return string(plan.Rotate)
	}
	return string(plan.Renew)
}

func (d *drafting) witness(s string) error {
	var ok bool
	if d.Witness, d.WitnessOf, ok = strings.Cut(s, ":"); !ok || d.Witness == "" || d.WitnessOf == "" {
		return fmt.Errorf("%q: want NAME:ORGANISATION", s)
	}
	return nil
}

func (d *drafting) role(s string) error {
	name, path, ok := strings.Cut(s, "=")
	if !ok || name == "" || path == "" {
		return fmt.Errorf("%q: want ROLE=FILE", s)
	}
	k, err := verbs.PublicKey(path)
	if err != nil {
		return err
	}
	if d.RoleKeys == nil {
		d.RoleKeys = make(map[string][]root.PublicKey)
	}
	d.RoleKeys[name] = append(d.RoleKeys[name], k)
	return nil
}

// moment suggests a time after now.
func (d *drafting) moment(years, days int) func() string {
	return func() string { return root.FormatTime(d.now.AddDate(years, 0, days)) }
}

// text takes any text.
func text(to *string) func(string) error {
	return func(s string) error { *to = s; return nil }
}

// oneOf takes one of a few words.
func oneOf[T ~string](to *T, words ...T) func(string) error {
	return func(s string) error {
		if !slices.Contains(words, T(s)) {
			return fmt.Errorf("%q: want one of %v", s, words)
		}
		*to = T(s)
		return nil
	}
}

// number takes a count from 1.
func number(to *int) func(string) error {
	return func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return fmt.Errorf("%q: want a number from 1", s)
		}
		*to = n
		return nil
	}
}

// moment takes a time in UTC, or a day.
func moment(to *time.Time) func(string) error {
	return func(s string) error {
		for _, form := range []string{"2006-01-02T15:04:05Z", time.DateOnly} {
			if t, err := time.Parse(form, s); err == nil {
				*to = t
				return nil
			}
		}
		return errors.New(strconv.Quote(s) + ": want a time in UTC like 2027-01-31T12:00:00Z, or a day like 2027-01-31")
	}
}
