package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// enrolling are the flags of plan enrol.
type enrolling struct {
	outlet
	drivers
	token bool
	file  string
}

// planEnrol is the verb that puts a public key into a draft.
func planEnrol() *cobra.Command {
	e := &enrolling{}
	cmd := &cobra.Command{
		Use:   "enrol (--token | --tokens DIR | --pem FILE) DRAFT NAME",
		Short: "Put a public key into a draft",
		Long: `Put a public key into a draft, under a name that waits for one. Every other byte
stays as the reviewers wrote it, and a key that stands there is never replaced.

--token takes the key from the token itself, found by the serial number in the
plan, and has its attestation judged as in a sitting; so does --tokens with a
rehearsal token. --pem takes it from a file: one PEM block PUBLIC KEY, or 64 hex
characters of an Ed25519 key; that is for keys of machines.

This proves nothing about who holds a key: a keyholder who joins proves it in
the sitting, with a statement that the token signs.`,
		Example: `  # the key of a machine, for the role that waits for it
  rootmoot plan enrol draft.yaml timestamp --pem online.pem --out draft-2.yaml

  # the key of a keyholder, from the token in a reader
  rootmoot plan enrol draft.yaml boston --token --out draft-3.yaml

  # the same in a rehearsal
  rootmoot plan enrol out/rehearsal/1-genesis.yaml boston \
    --tokens out/rehearsal/tokens --out boston.yaml`,
		Args: verbs.Arguments("DRAFT", "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd, args[0], args[1]) },
	}
	e.register(cmd)
	f := cmd.Flags()
	e.drivers.flags(f)
	f.BoolVar(&e.token, "token", false, "take the key from the token that the plan names")
	f.StringVar(&e.file, "pem", "", "`FILE` with the public key, PEM or hex")
	cmd.MarkFlagsOneRequired("token", "tokens", "pem")
	cmd.MarkFlagsMutuallyExclusive("token", "tokens", "pem")
	return cmd
}

func (e *enrolling) run(cmd *cobra.Command, path, name string) error {
	if err := e.check(); err != nil {
		return err
	}
	p, err := loadPlan(path)
	if err != nil {
		return err
	}
	found, err := e.find(cmd, p, path, name)
	if err != nil {
		return err
	}
	text, err := p.Enrol(map[string]root.PublicKey{name: found.key})
	if err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err)}
	}
	if bad := found.checks.failures(); len(bad) > 0 {
		return found.refused(path, name, bad)
	}
	say, err := e.write(cmd, text)
	if err != nil {
		return err
	}
	next, err := plan.Load(text)
	if err != nil {
		return err
	}
	if e.json {
		return printJSON(say, found.json(e.path, name, next))
	}
	_, err = io.WriteString(say, found.text(name, next))
	return err
}

func (e *enrolling) find(cmd *cobra.Command, p *plan.Plan, path, name string) (*foundKey, error) {
	if e.file != "" {
		k, err := verbs.PublicKey(e.file)
		return &foundKey{key: k, from: e.file}, err
	}
	w, err := wantedBy(p, name)
	if err != nil {
		return nil, err
	}
	r, err := e.openFor(p, path, cmd.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.keyOf(cmd.Context(), w)
}

// keyOf takes the key of the token that a plan names.
func (r *rack) keyOf(ctx context.Context, w sitting.Wanted) (*foundKey, error) {
	s, err := r.find(ctx, w)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := s.Info.Keyless(); err != nil {
		return nil, ofToken(fmt.Errorf("token %s: %w", s.Info.Serial, err))
	}
	key, err := root.ParseSPKI(s.Info.SPKI)
	if err != nil {
		return nil, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("token %s: %w", s.Info.Serial, err)}
	}
	p, err := r.prove(ctx, w, s, time.Time{})
	if err != nil {
		return nil, err
	}
	return &foundKey{key: key, from: "token " + s.Info.Serial, checks: p.checks, rehearsal: r.rehearsal, bundle: p.bundle.Name}, nil
}

// A foundKey is a public key, where it comes from, and what its attestation
// proves.
type foundKey struct {
	key       root.PublicKey
	from      string
	checks    verdict // of the token's attestation; none for a key from a file
	bundle    string  // name of the CAs that it was judged by
	rehearsal bool
}

// refused says what of the attestation failed. A chain that does not hold is
// most often one to other CAs, and no word about the token.
func (f *foundKey) refused(path, name string, bad []verify.Check) error {
	failed := func(c verify.Check) bool { return c.Rule == attest.RuleChain }
	var why []string
	for _, c := range bad {
		why = append(why, c.Rule+": "+c.Detail)
	}
	hint := "nothing was written; docs/tokens.md says what it means if such a rule fails"
	if !f.rehearsal && slices.ContainsFunc(bad, failed) {
		hint = "nothing was written; it was judged by the CAs of " + f.bundle + ": if the token is of another maker, or newer than these, give its maker's with --attestation-ca FILE"
	}
	return &verbs.Error{
		Code: verbs.No, Hint: hint,
		Err: fmt.Errorf("%s: the attestation of %s, from %s, is refused: %s", path, name, f.from, strings.Join(why, "; ")),
	}
}

// attested says in words what is proven about where the key lives.
func (f *foundKey) attested() string {
	if len(f.checks) == 0 {
		return "no: a key from a file proves nothing about where it lives"
	}
	if f.checks.proven() {
		return "yes; that its holder can sign is proven in the sitting"
	}
	return "no; that its holder can sign is proven in the sitting"
}

// text tells people what went into the plan, and what is proven of it.
func (f *foundKey) text(name string, next *plan.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "key        %s, %v, from %s\n           %v\n", visible.Line(name), f.key.Algorithm(), visible.Line(f.from), f.key.Fingerprint())
	b.WriteString(f.checks.text() + "attested   " + f.attested() + "\n")
	fmt.Fprintf(&b, "plan       %s, missing: %s\n", state(next), names(next.Missing()))
	return b.String()
}

// What plan enrol prints for machines.
type enrolJSON struct {
	Schema      string      `json:"schema"` // rootmoot/plan-enrol/v1
	Plan        string      `json:"plan"`   // the file that was written
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Fingerprint string      `json:"fingerprint"`
	From        string      `json:"from"`
	Checks      []checkJSON `json:"checks"` // of the attestation; empty for a key from a file
	Frozen      bool        `json:"frozen"`
	Missing     []string    `json:"missing"`
}

func (f *foundKey) json(path, name string, next *plan.Plan) enrolJSON {
	return enrolJSON{
		Schema: "rootmoot/plan-enrol/v1", Plan: path, Name: name, Type: f.key.Algorithm().String(),
		Fingerprint: f.key.Fingerprint().String(), From: f.from, Checks: f.checks.json(), Frozen: next.Frozen(), Missing: list(next.Missing()),
	}
}
