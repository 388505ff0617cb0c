package sitting

import (
	"fmt"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/ledger"
	"github.com/rootmoot/rootmoot/root"
)

// A Ledger remembers which digests keys have signed at this machine: a
// [ledger.Ledger].
type Ledger interface {
	// Others are the entries of a key and version with another digest.
	Others(key root.Fingerprint, version int64, digest root.Digest) ([]ledger.Entry, error)
	// Add records what is about to be signed, before the token is asked.
	Add(at time.Time, e ledger.Entry) error
}

// secondField is the field that a second digest for a version asks for.
const secondField = "second"

// entry is the candidate and the key on the table, as the ledger has them.
func (s *Sitting) entry(u *turn) ledger.Entry {
	return ledger.Entry{
		Key: u.key.Fingerprint(), Chain: s.state.Chain(), Version: s.state.Candidate.Body().Version, Digest: s.state.Candidate.Digest(),
	}
}

// remember looks up what the key on the table has signed before for the version
// of the candidate. A ledger that cannot be read keeps it from signing.
func (s *Sitting) remember(u *turn) {
	if s.cfg.Ledger == nil || s.state.Candidate == nil {
		return
	}
	e := s.entry(u)
	var err error
	if u.before, err = s.cfg.Ledger.Others(e.Key, e.Version, e.Digest); err != nil {
		u.add(MarkFail, "the ledger of this machine cannot be read, and what this key has signed before is not known: %v", err)
	}
	for _, b := range u.before {
		u.add(MarkWarn, "this key has signed another version %d, or was about to, at %s: digest %v", b.Version, root.FormatTime(b.At), b.Digest)
	}
}

// secondFields ask why a key signs a second digest for a version.
func (s *Sitting) secondFields(u *turn) []Field {
	if len(u.before) == 0 {
		return nil
	}
	return []Field{{
		Name: secondField, Kind: FieldText, Who: u.participant,
		Prompt: fmt.Sprintf("This key has signed another version %d, which stays valid. Why a second one", u.before[0].Version),
	}}
}

// intend records in the ledger what the token is about to be asked for, and an
// exception where it is a second digest. The ledger is asked again: another
// process may have been quicker.
func (s *Sitting) intend(u *turn, a Act) error {
	if s.cfg.Ledger == nil {
		return nil
	}
	e := s.entry(u)
	e.Exception = strings.TrimSpace(a.Fields[secondField])
	if len(u.before) == 0 {
		e.Exception = ""
	}
	if err := s.cfg.Ledger.Add(s.cfg.Now(), e); err != nil {
		return &Refusal{
			Kind: NotDone, What: "the ledger of this machine does not take it; nothing was signed",
			Hint: "put the token away, take it up again and look at what it says of the ledger", Err: err,
		}
	}
	if e.Exception == "" {
		return nil
	}
	f := ceremony.Exception{
		Step: ceremony.StepSignatures, Subject: u.participant, Expected: "one digest for a version, from each key",
		Happened: fmt.Sprintf("the key of %s signs a second digest for version %d (the first: %v): %s", u.participant, e.Version, u.before[0].Digest, e.Exception),
		Place:    s.state.Place,
	}
	if s.state.ExceptionFor(f.Subject, f.Happened) {
		return nil
	}
	return s.record(ceremony.Fact{Body: f})
}
