package sitting

import (
	"fmt"
	"os"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// maxJournal bounds a journal that is read whole, in bytes: one that others can merge.
const maxJournal = MaxArrival

// A Status is where a sitting stands, for whoever is not at it.
type Status struct {
	Title     string
	Purpose   string
	Rehearsal bool
	Place     string
	For       string // at a keyholder's own place, whose
	Attempt   root.Digest
	Plan      root.Digest // as opened
	Frozen    root.Digest // zero before it is
	Version   int64       // of the candidate; 0 before there is one
	Candidate root.Digest
	Deadline  time.Time
	Step      ceremony.Step // where it stands; "" when it is over
	Aborted   *ceremony.Aborted
	Paused    bool
	Standings []ceremony.Standing
	Lacks     []ceremony.Lack
	Open      []ceremony.OpenException
	NotTaken  []string // facts that count nothing, and files set aside, with the reason
	Remarks   []string
	Entries   int
	Head      root.Digest
}

// Look reads where the sitting in a directory stands. It writes nothing and
// needs no lock, so that it can be done while somebody leads it.
func Look(cfg Config) (Status, error) {
	s, err := look(cfg)
	if err != nil {
		return Status{}, err
	}
	return s.status(), nil
}

// Status is where this sitting stands.
func (s *Sitting) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status()
}

// look is the sitting in a directory, to be read only: its files are not kept open.
func look(cfg Config) (*Sitting, error) {
	dir, err := os.OpenRoot(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("sitting: %w", err)
	}
	defer dir.Close()
	s := &Sitting{cfg: cfg, dir: safefile.In(dir)}
	grounds, err := s.grounds()
	if err != nil {
		return nil, err
	}
	raw, err := safefile.Read(s.dir, JournalFile, maxJournal)
	if err != nil {
		return nil, err
	}
	_, entries, err := journal.Read(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; if somebody is writing to it now, look again", JournalFile, err)
	}
	if err := s.take(entries); err != nil {
		return nil, err
	}
	if s.state, err = s.got.Fold(grounds); err != nil {
		return nil, err
	}
	if s.state.Attempt.IsZero() {
		return s, nil
	}
	return s, s.sameCAs() // by others, what counts might count no more
}

func (s *Sitting) status() Status {
	st := s.state
	out := Status{
		Title: st.Plan.Name, Purpose: string(st.Plan.Purpose), Rehearsal: st.Rehearsal(), Place: st.Place, For: st.For,
		Attempt: st.Attempt, Plan: st.Plan.Digest(), Deadline: deadline(st.Plan), Aborted: st.Aborted,
		Standings: st.Standings(), Lacks: st.Lacks(), Open: st.OpenExceptions(), Remarks: s.remarks, Entries: len(s.got.Facts),
	}
	if st.Frozen != nil {
		out.Frozen = st.Frozen.Digest()
	}
	if st.Candidate != nil {
		out.Version, out.Candidate = st.Candidate.Body().Version, st.Candidate.Digest()
	}
	out.Step, _ = st.Current()
	_, out.Paused = st.Break()
	for _, r := range st.NotTaken {
		out.NotTaken = append(out.NotTaken, r.Why.Error())
	}
	for _, f := range s.got.Facts {
		if a, ok := f.Body.(ceremony.SetAside); ok {
			out.NotTaken = append(out.NotTaken, fmt.Sprintf("%s was set aside: %s", a.Name, a.Why))
		}
	}
	if len(s.got.Heads) > 0 {
		out.Head = s.got.Heads[len(s.got.Heads)-1]
	}
	return out
}

// deadline is the plan's; zero if it names none.
func deadline(p *plan.Plan) time.Time {
	if p.Deadline == "" {
		return time.Time{}
	}
	return p.Deadline.Time()
}
