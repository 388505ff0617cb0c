package sitting

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// MaxArrival bounds a file that comes from elsewhere, in bytes.
const MaxArrival = 32 << 20

// Merged is what became of a file from elsewhere that was taken.
type Merged struct {
	Form    ceremony.ArrivedForm
	Place   string      // whose record it holds, by its own word
	Digest  root.Digest // SHA-256 of the file
	Already bool        // it had been taken before
	Took    []string    // what was in it, a line each
}

// Merge takes a file from elsewhere: a contribution, or the journal of another
// place of this sitting. It is judged whole first. What is not taken is kept
// aside and recorded, and the error is a *[Refusal] that says why, with both
// digests. In which order files come, and how often, does not matter.
func (s *Sitting) Merge(name string, raw []byte) (Merged, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.merge(name, raw)
	s.refresh()
	return m, told(err)
}

func (s *Sitting) merge(name string, raw []byte) (Merged, error) {
	d := root.DigestOf(raw)
	m := Merged{Digest: d}
	if s.state.Elsewhere() {
		return m, refuse("merge it where the sitting is led", "this is a keyholder's own place, which takes nothing")
	}
	if err := s.ready(); err != nil {
		return m, err
	}
	got, err := s.receive(raw)
	if err != nil {
		return m, s.setAside(name, raw, err)
	}
	m.Form, m.Place, m.Took = got.Form, safe("%s", got.Place), safeAll(got.Summary)
	if m.Already, err = s.arrive(raw, got); err != nil {
		return m, err
	}
	return m, nil
}

// receive judges a file by what it says that it is.
func (s *Sitting) receive(raw []byte) (ceremony.Received, error) {
	if len(raw) > MaxArrival {
		return ceremony.Received{}, fmt.Errorf("%d bytes, of at most %d", len(raw), MaxArrival)
	}
	switch ceremony.FormOf(raw) {
	case ceremony.ArrivedJournal:
		return s.state.ReceiveJournal(raw)
	case ceremony.ArrivedContribution:
		d, err := ceremony.ParseDelivery(raw)
		if err != nil {
			return ceremony.Received{}, err
		}
		return s.state.Receive(d)
	case ceremony.ArrivedRequest:
		return ceremony.Received{}, requested(raw)
	}
	return ceremony.Received{}, errors.New("it is neither a contribution nor a journal of this program")
}

// requested says what to do with a request.
func requested(raw []byte) error {
	verb := "rootmoot sign"
	if r, err := ceremony.ParseRequest(raw); err == nil {
		if by, err := r.AnsweredBy(); err == nil {
			verb = by
		}
	}
	return fmt.Errorf("it is a request: whom it asks answers it with %s, and what comes of that is merged", verb)
}

// arrive keeps a file that was judged, and records it: first its bytes, then
// that they are there, then what in it proves itself, so that no signature
// depends on the file.
func (s *Sitting) arrive(raw []byte, got ceremony.Received) (already bool, err error) {
	a := ceremony.Arrived{Form: got.Form, SHA256: root.DigestOf(raw), Size: len(raw), Place: got.Place, Covered: got.Covered}
	already = len(s.got.Lacks(ceremony.Fact{Body: a})) == 0
	if err := s.keep(a.FileName(), raw); err != nil {
		return already, notWritten("the file that came", "another file of that name stands there: move it away", err)
	}
	lacks := s.got.Lacks(got.Facts...)
	if already && len(lacks) == 0 {
		return true, nil
	}
	if n := len(s.got.Facts) + len(lacks); n > journal.MaxEntries/2 {
		return already, refuse("find out who sends so many files; those that are not needed are not merged", "the journal would have %d entries, and keeps room for what happens here", n)
	}
	if !already {
		if err := s.write(ceremony.Fact{Body: a}, got.Record); err != nil {
			return already, err
		}
	}
	return already, s.record(lacks...)
}

// What is recorded of a file that is not taken, in bytes: its name and the reason
// may quote what is in it.
const (
	maxName = 256
	maxWhy  = 1024
)

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + " …"
}

// setAside keeps a file that was not taken, and records why.
func (s *Sitting) setAside(name string, raw []byte, why error) error {
	d := root.DigestOf(raw)
	aside := ceremony.SetAside{SHA256: d, Size: len(raw), Name: cut(name, maxName), Why: cut(why.Error(), maxWhy)}
	f := ceremony.Fact{Body: aside}
	hint := "it is kept aside as " + aside.FileName() + "; ask who sent it, and record an exception if that is called for"
	if len(raw) > ceremony.MaxAside {
		hint = "it is too long to be kept aside, its SHA-256 is recorded; ask who sent it"
	} else if err := s.keep(aside.FileName(), raw); err != nil {
		return notWritten("the file that was not taken", "another file of that name stands there: move it away", err)
	}
	if len(s.got.Lacks(f)) > 0 {
		if err := s.record(f); err != nil {
			return err
		}
	}
	var mismatch *ceremony.MismatchError
	if !errors.As(why, &mismatch) {
		why = errors.New(aside.Why)
	}
	return &Refusal{Kind: NotTaken, What: safe("%s is not taken", aside.Name), Hint: hint, Err: why}
}

// arrived reads a file whose arrival is recorded. A request is kept under the
// name that it has at a keyholder's own place.
func (s *Sitting) arrived(a ceremony.Arrived) ([]byte, error) {
	if a.Form == ceremony.ArrivedRequest {
		return safefile.Read(s.dir, RequestFile, ceremony.MaxRequest)
	}
	return safefile.Read(s.dir, a.FileName(), MaxArrival)
}

// lines are what is said of a file that was taken.
func (m Merged) lines() []string {
	took := "taken: " + strings.Join(m.Took, "; ")
	if m.Already {
		took = "it was taken before: " + strings.Join(m.Took, "; ")
	}
	if m.Place != "" {
		took += ", from " + m.Place
	}
	return []string{took, "SHA-256 of the file: " + m.Digest.String()}
}
