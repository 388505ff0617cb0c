package sitting

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// grounds reads the plan and the trusted root, and keeps copies of both. What
// no sitting can stand on is refused before anything of it is written: a plan
// that was mended can then be opened in the same directory.
func (s *Sitting) grounds() (ceremony.Grounds, error) {
	g := ceremony.Grounds{Bundle: s.cfg.Bundle}
	if err := s.request(); err != nil {
		return g, err
	}
	raw, err := s.given(PlanFile, s.cfg.Plan, maxPlan)
	if errors.Is(err, fs.ErrNotExist) {
		return g, fmt.Errorf("sitting: %s holds none; give the plan to begin one", s.cfg.Dir)
	}
	if err != nil {
		return g, err
	}
	if g.Plan, err = plan.Load(raw); err != nil {
		return g, fmt.Errorf("plan: %w", err)
	}
	if g.Before, err = s.before(g.Plan); err != nil {
		return g, err
	}
	if g.Plan.Continues != nil {
		if g.Trusted, err = s.trusted(g.Plan); err != nil {
			return g, err
		}
	}
	if err := enrollable(g); err != nil {
		return g, err
	}
	if err := s.foldable(g); err != nil {
		return g, err
	}
	if stored, err := s.given(PlanFile, nil, maxPlan); err == nil && !bytes.Equal(stored, raw) {
		return g, s.otherPlan()
	}
	return g, nil
}

// request reads the request that this place was sent, if it is a keyholder's
// own. The plan is the request's: there is no other.
func (s *Sitting) request() error {
	raw, err := s.given(RequestFile, s.cfg.Request, ceremony.MaxRequest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := ceremony.ParseRequest(raw)
	if err != nil {
		return err
	}
	if stored, err := s.given(RequestFile, nil, ceremony.MaxRequest); err == nil && !bytes.Equal(stored, raw) {
		return fmt.Errorf("sitting: %s holds another %s: give this one a directory of its own", s.cfg.Dir, RequestFile)
	}
	s.asks, s.cfg.Plan = &r, []byte(r.Plan)
	if r.Before != "" {
		s.cfg.Before = []byte(r.Before)
	}
	return nil
}

// before reads the key manager document that the plan's follows, nil if it
// follows none: that it is the one is asked by the fold.
func (s *Sitting) before(p *plan.Plan) (*root.KeyManager, error) {
	raw, err := s.given(evidence.BeforeFile, s.cfg.Before, verify.MaxRoot)
	if errors.Is(err, fs.ErrNotExist) {
		if p.KeyManager != nil && p.KeyManager.Follows != nil {
			return nil, fmt.Errorf("plan: follows key manager version %d; give that document (--before)", p.KeyManager.Follows.Version)
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		return nil, fmt.Errorf("key manager before: %w", err)
	}
	return m, nil
}

// foldable refuses grounds on which no sitting can stand, and a request that
// says something else than its own plan, chain and enrolments come to.
func (s *Sitting) foldable(g ceremony.Grounds) error {
	if s.asks == nil {
		_, err := ceremony.Fold(g, nil)
		return err
	}
	if _, known := g.Plan.Participants[s.asks.Participant]; !known {
		return fmt.Errorf("request: %q is no participant of its plan", s.asks.Participant)
	}
	opened := ceremony.Fact{Body: ceremony.Opened{Attempt: s.asks.Attempt, Plan: g.Plan.Digest()}}
	state, err := ceremony.Fold(g, append([]ceremony.Fact{opened}, s.asks.Facts()...))
	if err != nil {
		return err
	}
	if len(state.NotTaken) > 0 {
		return fmt.Errorf("request: what it brings does not hold: %w", state.NotTaken[0].Why)
	}
	return s.asks.Agrees(state)
}

func (s *Sitting) otherPlan() error {
	return fmt.Errorf("sitting: %s holds another %s: it belongs to the sitting of another plan; give this one a directory of its own, and if it takes that one's place, say so (--sitting NEW --after %s)", s.cfg.Dir, PlanFile, s.cfg.Dir)
}

// enrollable refuses a plan that this sitting could never freeze: it lacks a
// key that no keyholder enrols.
func enrollable(g ceremony.Grounds) error {
	joining := g.Plan.Joining(g.TrustedRoot())
	for _, name := range g.Plan.Missing() {
		if !slices.Contains(joining, name) {
			return fmt.Errorf("plan: keys.%s: the key is missing, and no keyholder enrols it in a sitting; put it in first, with rootmoot plan enrol", name)
		}
		if g.Plan.Participants[name].Token == nil {
			return fmt.Errorf("plan: participants.%s: is to enrol a key, and names no token", name)
		}
	}
	return nil
}

// keepGrounds stores what the sitting stands on, once it is known to be this
// sitting's.
func (s *Sitting) keepGrounds() error {
	if s.asks != nil {
		if err := s.keep(RequestFile, s.asks.Encode()); err != nil {
			return err
		}
	}
	if s.cfg.Before != nil {
		if err := s.keep(evidence.BeforeFile, s.cfg.Before); err != nil {
			return err
		}
	}
	if err := s.keep(PlanFile, s.state.Plan.Raw()); err != nil || s.state.Trusted.IsZero() {
		return err
	}
	for _, raw := range s.cfg.Chain {
		r, err := root.Parse(raw)
		if err != nil {
			return fmt.Errorf("chain: %w", err)
		}
		if r.Version >= s.state.Trusted.Version() {
			continue
		}
		if err := s.keep(chainName(r.Version), raw); err != nil {
			return err
		}
	}
	return s.keep(TrustedFile, s.state.Trusted.Raw())
}

// trusted is the root that the plan continues: the caller's when the sitting
// begins, later the copy of it, which must still be what the plan names.
func (s *Sitting) trusted(p *plan.Plan) (verify.Trusted, error) {
	raw, err := s.given(TrustedFile, s.cfg.Trusted.Raw(), verify.MaxRoot)
	// The copy of a trusted root is one only where a sitting has begun from it.
	if _, begun := s.dir.Lstat(JournalFile); errors.Is(err, fs.ErrNotExist) || s.cfg.Trusted.IsZero() && begun != nil {
		return verify.Trusted{}, fmt.Errorf("plan: continues version %d; say which root you trust (--trust) and where the chain lies (--chain)", p.Continues.Version)
	}
	if err != nil {
		return verify.Trusted{}, err
	}
	pin := verify.Pin{Version: p.Continues.Version, Digest: p.Continues.Digest.Root()}
	t, report := verify.TrustPin(pin, raw, verify.Options{At: s.cfg.Now(), Rehearsal: p.Mode == plan.Rehearsal})
	if f := report.Failures(); len(f) > 0 {
		return t, fmt.Errorf("trusted root: %s: %s", f[0].Rule, f[0].Detail)
	}
	return t, nil
}

// given is data, or what is stored under the name if data is nil.
func (s *Sitting) given(name string, data []byte, limit int64) ([]byte, error) {
	if data != nil {
		return data, nil
	}
	return safefile.Read(s.dir, name, limit)
}

// keep stores data under a name. The same bytes again are fine, others than
// those that stand there are refused.
func (s *Sitting) keep(name string, data []byte) error {
	if err := safefile.Create(s.dir, name, data, 0o644); err != nil {
		return fmt.Errorf("sitting: %w", err)
	}
	return nil
}
