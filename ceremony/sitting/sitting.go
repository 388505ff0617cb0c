package sitting

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
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
	ManifestFile = "manifest.json" // of the evidence, beside it
	RequestFile  = "request.json"  // at a keyholder's own place
)

// maxPlan bounds a plan file, in bytes.
const maxPlan = 1 << 20

// A Config is what a sitting stands on. Everything that differs from machine
// to machine is here, and nothing that was reviewed.
type Config struct {
	Dir string // the sitting's directory, made if it is not there
	// Folder opens the directory where it is not one of the operating system's;
	// Dir is then what it is called. nil opens Dir.
	Folder func() (safefile.Dir, error)
	Plan   []byte // the plan file; may be nil to resume
	// Trusted is the root that the plan continues, verified by the caller from
	// the pin that this place holds. Zero for a genesis, and to resume.
	Trusted verify.Trusted
	// Before is the file of the key manager document that the plan's follows; nil if
	// it follows none, and to resume.
	Before []byte
	// Chain are the roots that lead to the trusted one, from the first that this
	// place has; keyholders elsewhere need them to start from pins of their own.
	Chain [][]byte
	// Request is the request file that a keyholder was sent: the sitting is their
	// own place then, and the plan is the request's.
	Request []byte
	// After is what earlier sittings for the same version left behind.
	After []ceremony.Abandoned
	// Signature is the path of a signature that gpg made; "" asks for it.
	Signature string
	// Attempt joins the attempt that another place has begun; zero begins one.
	Attempt root.Digest
	Tokens  func(context.Context) ([]token.Token, error) // those that are there now
	Bundle  attest.Bundle                                // whose attestations are taken; the same to resume
	Ledger  Ledger                                       // of this machine; nil remembers nothing
	Now     func() time.Time
	Rand    io.Reader
	Machine func() machine.Facts
	Place   string // this place's name; taken when the sitting begins
	Tool    string // version of the program
}

// A Sitting is one place's part in the carrying-out of a plan.
type Sitting struct {
	cfg     Config
	dir     safefile.Dir
	journal *journal.Journal
	id      [16]byte // of the journal

	mu      sync.Mutex         // one act at a time
	got     *ceremony.Gathered // what this place holds
	asks    *ceremony.Request  // at a keyholder's own place
	state   *ceremony.State
	turn    *turn // whose token is on the table
	asked   map[string][2][3]int
	cannot  map[string]bool // whose token could not sign when it was last looked at
	remarks []string        // what opening found: a torn tail

	touching    sync.Mutex
	touch       token.Toucher // the token that waits for a touch
	touchNumber int           // and for which

	viewing sync.Mutex
	view    View
}

// Open begins a sitting, or resumes the one in the directory.
func Open(cfg Config) (_ *Sitting, err error) {
	dir, err := cfg.folder()
	if err != nil {
		return nil, fmt.Errorf("sitting: %w", err)
	}
	s := &Sitting{cfg: cfg, dir: dir, asked: make(map[string][2][3]int), cannot: make(map[string]bool), got: &ceremony.Gathered{Order: &ceremony.Order{}}}
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
	if err := s.takePlace(); err != nil {
		return nil, err
	}
	s.refresh()
	return s, nil
}

// folder opens the directory, and makes it if it is not there.
func (c Config) folder() (safefile.Dir, error) {
	if c.Folder != nil {
		return c.Folder()
	}
	if err := safefile.MakeDir(c.Dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return nil, err
	}
	return safefile.In(root), nil
}

// ID is the random id of this place's journal.
func (s *Sitting) ID() [16]byte { return s.id }

// Close lets the directory go. What was recorded stays.
func (s *Sitting) Close() error {
	s.putAway()
	var err error
	if s.journal != nil {
		err = s.journal.Close()
	}
	return errors.Join(err, s.dir.Close())
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
