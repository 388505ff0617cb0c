package rehearse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// The folders of a rehearsal.
const (
	tokensDir = "tokens"
	ChainDir  = "chain"
)

// Names of a sitting each, in their order.
const (
	Genesis = "1-genesis"
	Rotate  = "2-rotate"
)

// Sittings are those in which a rehearsal makes roots, in order.
func Sittings() []string { return []string{Genesis, Rotate} }

// All are the sittings of a rehearsal, in order: for conda the key manager's too.
func (r *Rehearsal) All() []string {
	if r.Format == plan.Conda {
		return append(Sittings(), KeyManager)
	}
	return Sittings()
}

// A Rehearsal is one folder.
type Rehearsal struct {
	Dir    string
	Format plan.Format
	Now    func() time.Time
	Rand   io.Reader
}

// Prepare makes the folder and the tokens, or finds them there.
func (r *Rehearsal) Prepare(ctx context.Context) error {
	for _, d := range []string{tokensDir, ChainDir} {
		if err := os.MkdirAll(filepath.Join(r.Dir, d), 0o755); err != nil {
			return fmt.Errorf("rehearsal: %w", err)
		}
	}
	for _, h := range r.cast() {
		if _, err := rehearsal.PINOf(r.tokens(), h.name); err == nil {
			continue
		}
		if err := r.make(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// cast are all who have a token: package signers are conda's.
func (r *Rehearsal) cast() []holder {
	all := append(holders(), machine())
	if r.Format == plan.Conda {
		all = append(all, packages())
	}
	return all
}

// make makes a token.
func (r *Rehearsal) make(ctx context.Context, h holder) error {
	spec := rehearsal.Spec{Name: h.name, Serial: h.serial, Algorithm: r.algorithm(h), PIN: h.pin(), PUK: h.puk()}
	return rehearsal.Create(ctx, r.tokens(), spec, r.Rand)
}

// algorithm: conda takes Ed25519 only; TUF roots get P-256, which every token
// has, and the machine that is online Ed25519.
func (r *Rehearsal) algorithm(h holder) pivcard.Algorithm {
	if r.Format == plan.Conda || h == machine() {
		return pivcard.Ed25519
	}
	return pivcard.P256
}

func (r *Rehearsal) tokens() string { return filepath.Join(r.Dir, tokensDir) }

// Chain is the folder of the chain.
func (r *Rehearsal) Chain() string { return filepath.Join(r.Dir, ChainDir) }

// SittingDir is the folder of a sitting.
func (r *Rehearsal) SittingDir(name string) string { return filepath.Join(r.Dir, name) }

// Tokens are the tokens of a rehearsal's folder, as a sitting sees them.
func Tokens(dir string) func(context.Context) ([]token.Token, error) {
	return func(context.Context) ([]token.Token, error) {
		list, err := rehearsal.List(dir, rehearsal.Options{})
		if err != nil {
			return nil, err
		}
		out := make([]token.Token, len(list))
		for i, t := range list {
			out[i] = t
		}
		return out, nil
	}
}

// Config is what the sitting of that name stands on; trusted is the root that
// it continues, verified, and zero for the genesis.
func (r *Rehearsal) Config(ctx context.Context, name string, trusted verify.Trusted) (sitting.Config, error) {
	raw, err := r.plan(ctx, name, trusted.Root())
	if err != nil {
		return sitting.Config{}, err
	}
	return sitting.Config{
		Dir: r.SittingDir(name), Plan: raw, Trusted: trusted,
		Tokens: Tokens(r.tokens()), Now: r.Now, Rand: r.Rand, Place: "rehearsal-room",
	}, nil
}

// Cast is how the people play a sitting: somebody mistypes a PIN, somebody
// refuses, and something happens that was not planned.
func (r *Rehearsal) Cast(name string) people.Cast {
	c := people.Cast{PINs: make(map[string]string)}
	for _, h := range r.cast() {
		c.PINs[h.name] = h.pin()
	}
	if name == Rotate {
		c.Mishaps = map[string]people.Mishap{
			"amsterdam": people.WrongPIN, "boston": people.WrongWords, "chennai": people.Refuses, "dakar": people.Exception,
		}
	}
	return c
}

// plan reads the plan of a sitting, or writes it.
func (r *Rehearsal) plan(ctx context.Context, name string, trusted *root.Root) ([]byte, error) {
	dir, err := os.OpenRoot(r.Dir)
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	defer dir.Close()
	raw, err := safefile.Read(safefile.In(dir), name+".yaml", maxPlan)
	if !errors.Is(err, fs.ErrNotExist) {
		return raw, err
	}
	if raw, err = r.drafted(ctx, name, trusted); err != nil {
		return nil, err
	}
	if _, err := plan.Load(raw); err != nil {
		return nil, fmt.Errorf("rehearsal plan: %w", err)
	}
	return raw, safefile.Create(safefile.In(dir), name+".yaml", raw, 0o644)
}

// drafted is the text of a sitting's plan.
func (r *Rehearsal) drafted(ctx context.Context, name string, trusted *root.Root) ([]byte, error) {
	if name == KeyManager {
		return r.managerPlan(ctx, trusted)
	}
	d, err := r.draftOf(name, trusted)
	if err != nil {
		return nil, err
	}
	return r.write(ctx, d)
}

// PINs are the PINs of a sitting's keyholders, to be told to whoever plays
// them: "amsterdam 271801".
func (r *Rehearsal) PINs(name string) []string {
	if name == KeyManager {
		return []string{machine().name + " " + machine().pin()}
	}
	var out []string
	for _, h := range holders() {
		if name != Genesis || h.name != "edinburgh" {
			out = append(out, h.name+" "+h.pin())
		}
	}
	return out
}
