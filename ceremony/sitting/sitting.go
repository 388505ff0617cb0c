package sitting

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// The files of a sitting's directory, beside the signed document.
const (
	PlanFile     = "plan.yaml"        // as opened
	FrozenFile   = "plan.frozen.yaml" // what was read back and counts
	TrustedFile  = "trusted.root.json"
	JournalFile  = "journal"
	ManifestFile = "manifest.json"
)

// maxPlan bounds a plan file, in bytes.
const maxPlan = 1 << 20

// A Config is what a sitting stands on. Everything that differs from machine
// to machine is here, and nothing that was reviewed.
type Config struct {
	Dir  string // the sitting's directory, made if it is not there
	Plan []byte // the plan file; may be nil to resume
	// Trusted is the root that the plan continues, verified by the caller from
	// the pin that this place holds. Zero for a genesis, and to resume.
	Trusted verify.Trusted
	Tokens  func(context.Context) ([]token.Token, error) // those that are there now
	Bundle  attest.Bundle                                // whose attestations are taken
	Now     func() time.Time
	Rand    io.Reader
	Machine func() machine.Facts
	Place   string // this place's name; taken when the sitting begins
	Tool    string // version of the program
}

// A Sitting is one place's part in the carrying-out of a plan.
type Sitting struct {
	cfg     Config
	dir     *os.Root
	journal *journal.Journal

	mu      sync.Mutex // one act at a time
	facts   []ceremony.Fact
	order   *ceremony.Order
	state   *ceremony.State
	broken  bool  // the journal takes no more: nobody is asked for a signature
	turn    *turn // whose token is on the table
	asked   map[string][2][3]int
	remarks []string // what opening found: a torn tail

	touching sync.Mutex
	touch    token.Toucher // the token that waits for a touch

	viewing sync.Mutex
	view    View
}

// Open begins a sitting, or resumes the one in the directory.
func Open(cfg Config) (_ *Sitting, err error) {
	if err := os.MkdirAll(cfg.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("sitting: %w", err)
	}
	dir, err := os.OpenRoot(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("sitting: %w", err)
	}
	s := &Sitting{cfg: cfg, dir: dir, asked: make(map[string][2][3]int), order: &ceremony.Order{}}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	grounds, err := s.grounds()
	if err != nil {
		return nil, err
	}
	if err := s.openJournal(); err != nil {
		return nil, err
	}
	// The journal is locked: no other writer's temporary file is swept away.
	if _, err := safefile.Sweep(dir); err != nil {
		return nil, fmt.Errorf("sitting: %w", err)
	}
	if err := s.begin(grounds); err != nil {
		return nil, err
	}
	if err := s.keepGrounds(); err != nil {
		return nil, err
	}
	s.refresh()
	return s, nil
}

// Close lets the directory go. What was recorded stays.
func (s *Sitting) Close() error {
	s.putAway()
	var err error
	if s.journal != nil {
		err = s.journal.Close()
	}
	return errors.Join(err, s.dir.Close())
}

// grounds reads the plan and the trusted root, and keeps copies of both. What
// no sitting can stand on is refused before anything of it is written: a plan
// that was mended can then be opened in the same directory.
func (s *Sitting) grounds() (ceremony.Grounds, error) {
	g := ceremony.Grounds{Bundle: s.cfg.Bundle, Order: s.order}
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
	if g.Plan.Document != plan.RootDocument {
		return g, errors.New("plan: document key_mgr: this version makes roots only")
	}
	if g.Plan.Continues != nil {
		if g.Trusted, err = s.trusted(g.Plan); err != nil {
			return g, err
		}
	}
	if err := enrollable(g); err != nil {
		return g, err
	}
	if _, err := ceremony.Fold(g, nil); err != nil {
		return g, err
	}
	if stored, err := s.given(PlanFile, nil, maxPlan); err == nil && !bytes.Equal(stored, raw) {
		return g, s.otherPlan()
	}
	return g, nil
}

func (s *Sitting) otherPlan() error {
	return fmt.Errorf("sitting: %s holds another %s: it belongs to the sitting of another plan; give this one a directory of its own", s.cfg.Dir, PlanFile)
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
	if err := s.keep(PlanFile, s.state.Plan.Raw()); err != nil || s.state.Trusted.IsZero() {
		return err
	}
	return s.keep(TrustedFile, s.state.Trusted.Raw())
}

// trusted is the root that the plan continues: the caller's when the sitting
// begins, later the copy of it, which must still be what the plan names.
func (s *Sitting) trusted(p *plan.Plan) (verify.Trusted, error) {
	raw, err := s.given(TrustedFile, s.cfg.Trusted.Raw(), verify.MaxRoot)
	// The copy of a trusted root is one only where a sitting has begun from it.
	if _, begun := s.dir.Stat(JournalFile); errors.Is(err, fs.ErrNotExist) || s.cfg.Trusted.IsZero() && begun != nil {
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

func (s *Sitting) openJournal() error {
	_, err := s.dir.Stat(JournalFile)
	if errors.Is(err, fs.ErrNotExist) {
		for _, name := range []string{FrozenFile, ManifestFile} {
			if _, err := s.dir.Stat(name); err == nil {
				return fmt.Errorf("sitting: %s holds %s and no journal: its record is lost; find it, or begin another sitting elsewhere", s.cfg.Dir, name)
			}
		}
		header := journal.Header{Place: s.cfg.Place}
		if _, err := io.ReadFull(s.cfg.Rand, header.ID[:]); err != nil {
			return fmt.Errorf("sitting: %w", err)
		}
		s.journal, err = journal.Create(s.dir, JournalFile, header)
		return err
	}
	j, opened, err := journal.Open(s.dir, JournalFile)
	if err != nil {
		return err
	}
	s.journal = j
	if opened.Repaired != nil {
		s.remarks = append(s.remarks, torn(*opened.Repaired))
	}
	for _, e := range opened.Entries {
		f, err := ceremony.ParseFact(e.Fact)
		if err != nil {
			return fmt.Errorf("%s: entry %d: %w", JournalFile, e.N, err)
		}
		s.facts = append(s.facts, f)
		s.order.Add(e.Digest, f)
	}
	return nil
}

// torn says what was wrong with the last entry. One that was cut short had never
// been reported as written; a whole line may have been, and changed since.
func torn(r journal.Repair) string {
	if r.Ended {
		return fmt.Sprintf("the last entry of the journal is damaged: its %d bytes lie in %s; it may have been recorded and changed since: find out, and record an exception", r.Bytes, r.File)
	}
	return fmt.Sprintf("the last entry of the journal was cut short: its %d bytes were never reported as written and lie in %s", r.Bytes, r.File)
}

// begin folds what is there, and opens an attempt if there is none.
func (s *Sitting) begin(g ceremony.Grounds) (err error) {
	var other *ceremony.MismatchError
	if s.state, err = ceremony.Fold(g, s.facts); errors.As(err, &other) && other.What == "plan" {
		return fmt.Errorf("%w (%w)", s.otherPlan(), err)
	}
	if err != nil {
		return err
	}
	if !s.state.Attempt.IsZero() {
		return nil
	}
	var attempt root.Digest
	if _, err := io.ReadFull(s.cfg.Rand, attempt[:]); err != nil {
		return fmt.Errorf("sitting: %w", err)
	}
	return s.record(ceremony.Fact{Body: ceremony.Opened{
		Attempt: attempt, Plan: g.Plan.Digest(), Place: s.cfg.Place, Tool: s.cfg.Tool,
	}})
}

// mendHint is what to do about a journal that takes no more.
const mendHint = "make room or mend the medium, then open the sitting again: nothing recorded so far is lost"

// record writes a fact to the journal, synced, and only then lets it count.
func (s *Sitting) record(f ceremony.Fact) error {
	e, err := s.journal.Append(s.cfg.Now().UTC(), f.Encode())
	if err != nil {
		s.broken = true
		return &Refusal{What: "the journal cannot be written", Hint: mendHint, Err: err}
	}
	s.facts = append(s.facts, f)
	s.order.Add(e.Digest, f)
	state, err := ceremony.Fold(s.state.Grounds, s.facts)
	if err != nil {
		return err
	}
	s.state = state
	return nil
}

// View is what there is to see now.
func (s *Sitting) View() View {
	s.viewing.Lock()
	defer s.viewing.Unlock()
	v := s.view
	v.Now = s.cfg.Now().UTC()
	return v
}

// Output is the name of the signed document in the directory, and whether it
// is there to be used: checked, and the sitting over.
func (s *Sitting) Output() (name string, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Candidate == nil {
		return "", false
	}
	_, more := s.state.Current()
	return s.output(), !more
}

func (s *Sitting) output() string { return s.state.Candidate.FileName() }
