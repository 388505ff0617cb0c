package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// keyOfToken takes the key of a participant's rehearsal token, found by the
// serial number that the plan names and never by its file, and has its
// attestation judged.
func keyOfToken(ctx context.Context, dir string, p *plan.Plan, name string) (*foundKey, error) {
	if p.Mode != plan.Rehearsal {
		return nil, &verbs.Error{Code: verbs.Usage, Err: errors.New("--tokens: the plan is for production, which refuses rehearsal tokens")}
	}
	want := p.Participants[name].Token
	if want == nil {
		return nil, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("the plan names no token for %q", name),
			Hint: "a key without a token comes from a file, with --pem",
		}
	}
	all, err := rehearsal.List(dir, rehearsal.Options{})
	if err != nil {
		return nil, &verbs.Error{Code: verbs.Unread, Err: err}
	}
	defer func() {
		for _, t := range all {
			t.Close() //nolint:errcheck // they were only looked at
		}
	}()
	for _, t := range all {
		info, err := t.Inspect(ctx)
		if err != nil {
			return nil, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("token %s: %w", t.Name(), err)}
		}
		if info.Serial == string(want.Serial) {
			return inspected(ctx, t, info, p, name)
		}
	}
	return nil, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("the token of %s, serial number %s, is not in %s", name, want.Serial, dir)}
}

// inspected is the key of a token, with the verdict that a sitting would give.
func inspected(ctx context.Context, t token.Token, info token.Info, p *plan.Plan, name string) (*foundKey, error) {
	if info.SPKI == nil {
		return nil, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("token %s: %w", info.Serial, token.ErrNoKey)}
	}
	key, err := root.ParseSPKI(info.SPKI)
	if err != nil {
		return nil, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("token %s: %w", info.Serial, err)}
	}
	c := ceremony.Contribution{Kind: ceremony.Enrolled, Participant: name, Key: info.SPKI}
	if a, err := t.Attest(ctx); err == nil {
		c.Attestation = &ceremony.Attestation{Leaf: a.Leaf}
		for _, above := range a.Chain {
			c.Attestation.Chain = append(c.Attestation.Chain, above)
		}
	} else if !errors.Is(err, token.ErrNoKey) {
		return nil, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("attestation of token %s: %w", info.Serial, err)}
	}
	bundle, err := attest.RehearsalBundle()
	if err != nil {
		return nil, err
	}
	s := &ceremony.State{Grounds: ceremony.Grounds{Plan: p, Bundle: bundle}}
	return &foundKey{key: key, from: "token " + info.Serial, checks: s.Attest(c)}, nil
}
