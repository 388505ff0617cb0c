package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// A proof is what a token attests of its key, and what that proves.
type proof struct {
	attestation token.Attestation // without a leaf if there is none
	bundle      attest.Bundle
	checks      verdict
}

// A verdict is what was checked of an attestation; empty if nothing was.
type verdict []verify.Check

// judge finds the one token that a command is about, has it attest its key and
// judges that, at a time that may be given as text; show is told what came of it,
// with what is to be said about the time, a line each.
func (c *choice) judge(cmd *cobra.Command, arg, at string, now time.Time, show func(s sitting.Seen, p *proof, notes string) error) error {
	when, said, err := verbs.At(at, now)
	if err != nil {
		return err
	}
	w, r, err := c.open(cmd, arg)
	if err != nil {
		return err
	}
	defer r.Close()
	s, err := r.find(cmd.Context(), w)
	if err != nil {
		return err
	}
	defer s.Close()
	p, err := r.prove(cmd.Context(), w, s, when)
	if err != nil {
		return err
	}
	notes := ""
	for _, note := range said {
		notes += "note       " + note + "\n"
	}
	return show(s, p, notes)
}

// prove has a token attest its key and judges it: as a sitting would by the
// plan that names the token, at the plan's signing time; or without a plan by
// what the token says of itself, at the given time.
func (r *rack) prove(ctx context.Context, w sitting.Wanted, s sitting.Seen, at time.Time) (*proof, error) {
	a, err := s.Attest(ctx)
	if err != nil && !errors.Is(err, token.ErrNoKey) {
		return nil, ofToken(err)
	}
	p := &proof{attestation: a, bundle: r.bundle}
	switch {
	case w.Plan != nil:
		p.checks = p.byPlan(w, s.Info)
	case a.Leaf == nil:
		p.checks = verdict{{Rule: attest.RuleChain, Result: verify.Fail, Subject: "token " + s.Info.Serial, Detail: nothingAttested(s.Info)}}
	default:
		_, p.checks = attest.Check(a.Leaf, a.Chain, r.bundle, attest.Expect{
			SPKI: s.Info.SPKI, Slot: s.Info.Slot, Serial: s.Info.Serial, Rehearsal: r.rehearsal,
		}, at)
	}
	return p, nil
}

// byPlan is the verdict that a sitting would give.
func (p *proof) byPlan(w sitting.Wanted, info token.Info) verdict {
	c := ceremony.Contribution{Kind: ceremony.Enrolled, Participant: w.Participant, Key: info.SPKI}
	if p.attestation.Leaf != nil {
		c.Attestation = ceremony.NewAttestation(p.attestation.Leaf, p.attestation.Chain)
	}
	s := &ceremony.State{Grounds: ceremony.Grounds{Plan: w.Plan, Bundle: p.bundle}}
	return s.Attest(c)
}

func nothingAttested(i token.Info) string {
	switch {
	case !i.Occupied():
		return "there is no key to attest"
	case i.Kind == token.PKCS11:
		return "PKCS#11 knows no attestation: nothing proves where this key was made"
	}
	return "the token attests nothing: its key was imported, or its firmware is older than 4.3"
}

// failures are the checks that failed.
func (v verdict) failures() []verify.Check { return verify.Report{Checks: v}.Failures() }

// proven reports whether something was proven, and nothing was refused.
func (v verdict) proven() bool {
	passed := func(c verify.Check) bool { return c.Result == verify.Pass }
	return slices.ContainsFunc(v, passed) && len(v.failures()) == 0
}

// text is each check on a line.
func (v verdict) text() string {
	var b strings.Builder
	for _, c := range v {
		fmt.Fprintf(&b, "%-10s %s: %s\n", c.Result, c.Rule, visible.Line(c.Detail))
	}
	return b.String()
}

// text is each check on a line, and the verdict on the last.
func (p *proof) text() string {
	end := "no"
	if p.checks.proven() {
		end = "yes, to a root of " + visible.Line(p.bundle.Name)
	}
	return p.checks.text() + "attested   " + end + "\n"
}

// A proofJSON is the verdict for machines, and which CAs were believed.
type proofJSON struct {
	Proven bool        `json:"proven"`
	Bundle bundleJSON  `json:"bundle"`
	Checks []checkJSON `json:"checks"`
}

type bundleJSON struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

type checkJSON struct {
	Rule   string `json:"rule"`
	Result string `json:"result"`
	Detail string `json:"detail"`
}

func (p *proof) json() proofJSON {
	return proofJSON{p.checks.proven(), bundleJSON{p.bundle.Name, hex.EncodeToString(p.bundle.Digest[:])}, p.checks.json()}
}

func (v verdict) json() []checkJSON {
	out := []checkJSON{}
	for _, c := range v {
		out = append(out, checkJSON{c.Rule, string(c.Result), c.Detail})
	}
	return out
}
