package sitting_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
	"github.com/rootmoot/rootmoot/verify"
)

// A crashing stage plays a sitting whose directory is on a medium that forgets
// and fails, and knows what the engine has reported as recorded.
type crashing struct {
	*stage
	m        *crashfs.FS
	people   *people.People
	trusted  verify.Trusted
	reported []byte          // the journal, so far
	step     int             // how far it came, on the agenda
	signed   map[string]bool // whose signature is recorded
	torn     int             // how often the journal's end was set aside
}

// crashingStages are the two sittings of a rehearsal of conda roots, by name.
// What happens to the tokens' own files is not tried here, so they are in memory
// where the system has a folder there: it is many times as fast.
func crashingStages(t *testing.T) map[string]func() *crashing {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "rootmoot-test-")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	st := stageIn(t, dir, plan.Conda)
	first := st.genesis()
	begin := func(name string, cast people.Cast, trusted verify.Trusted) func() *crashing {
		return func() *crashing {
			alone := *st
			c := &crashing{stage: &alone, m: crashfs.New(crashfs.Links), people: people.New(cast), trusted: trusted, signed: make(map[string]bool)}
			c.cast = cast
			c.stand(name, trusted)
			c.watch = c.seen
			return c
		}
	}
	return map[string]func() *crashing{
		rehearse.Genesis: begin(rehearse.Genesis, st.cast, verify.Trusted{}),
		rehearse.Rotate:  begin(rehearse.Rotate, st.r.Cast(rehearse.Rotate), first),
	}
}

// seen notes what stands in the journal when the engine tells of progress: it
// records what it says before it says it.
func (c *crashing) seen(v any) {
	if _, ok := v.(sitting.Progress); ok && !c.m.IsCut() {
		c.note()
	}
}

// note takes what stands in the journal for reported, but for a line that an act
// which was refused has left cut short.
func (c *crashing) note() {
	raw := c.m.Get(sitting.JournalFile)
	c.reported = raw[:bytes.LastIndexByte(raw, '\n')+1]
}

// reopen opens the sitting as the next start of the program does, every second
// time without the plan and the root, and looks whether all is there.
func (c *crashing) reopen() error {
	c.leave()
	cfg, before := c.cfg, c.m.Get(sitting.JournalFile)
	cfg.Folder = func() (safefile.Dir, error) { return c.m.Open(), nil }
	if len(c.reported)%2 == 0 && c.step > 1 {
		cfg.Plan, cfg.Trusted = nil, verify.Trusted{}
	}
	s, err := sitting.Open(cfg)
	if err != nil {
		return err
	}
	c.s = s
	after, v := c.m.Get(sitting.JournalFile), c.view()
	if !bytes.HasPrefix(after, c.reported) {
		return fmt.Errorf("LOST: the journal had %d bytes when last reported, and has %d", len(c.reported), len(after))
	}
	if at := stepOf(v); at < c.step {
		return fmt.Errorf("LOST: was at step %d, and is at %d", c.step, at)
	}
	if !bytes.HasPrefix(after, before) {
		c.torn++
		if !shows(v, sitting.JournalFile+".torn-") {
			return errors.New("UNSAID: the end of the journal was set aside")
		}
	}
	return c.signaturesAreThere()
}

// leave lets go of a sitting, whose medium may be gone.
func (c *crashing) leave() {
	if c.s != nil {
		c.s.Close() //nolint:errcheck // likewise
		c.s = nil
	}
}

// stepOf is how far a view is on the agenda.
func stepOf(v sitting.View) int {
	for i, item := range v.Agenda {
		if item.State == sitting.AgendaNow {
			return i
		}
	}
	return len(v.Agenda)
}

// signaturesAreThere looks for all signatures that were reported as recorded.
func (c *crashing) signaturesAreThere() error {
	_, entries, err := journal.Read(c.m.Get(sitting.JournalFile))
	if err != nil {
		return err
	}
	there := make(map[string]bool)
	for _, e := range entries {
		f, err := ceremony.ParseFact(e.Fact)
		if err != nil {
			return err
		}
		if b, ok := f.Body.(ceremony.Contribution); ok && b.Kind == ceremony.SignatureMade {
			there[b.Participant] = true
		}
	}
	for name := range c.signed {
		if !there[name] {
			return fmt.Errorf("LOST: the signature of %s", name)
		}
	}
	return nil
}

// play has the people go on to the end of the sitting, or until an act fails
// because of the medium.
func (c *crashing) play() error {
	mishaps := 0
	for v := c.view(); !v.Done; v = c.view() {
		a, ok := c.people.Answer(v)
		if !ok {
			return fmt.Errorf("the people do not know how to go on at %q: %s", v.Heading, offered(v))
		}
		err := c.do(a)
		if c.m.IsCut() {
			return crashfs.ErrCut
		}
		var refusal *sitting.Refusal
		if err == nil || errors.As(err, &refusal) && refusal.Kind == sitting.NoStatement {
			if err == nil {
				c.note()
				c.step = stepOf(c.view())
			}
			if a.ID == sitting.ActSign {
				c.signed[a.Target] = true
			}
			continue
		}
		// Those of the cast are words and PINs that were mistyped.
		if mishaps++; mishaps > len(c.cast.Mishaps) || refusal == nil || refusal.Kind == sitting.NotDone {
			return fmt.Errorf("%s %s: %w", a.ID, a.Target, err)
		}
	}
	return nil
}

// over looks at what a sitting leaves: a root that is accepted, and nothing that
// a power cut could still take.
func (c *crashing) over() error {
	name, done := c.s.Output()
	if !done {
		return errors.New("the sitting is not over")
	}
	o := verify.Options{At: c.cfg.Now(), Rehearsal: true}
	_, report := verify.TrustFile(c.m.Get(name), o)
	if !c.trusted.IsZero() {
		_, report = verify.Candidate(c.trusted, c.m.Get(name), o)
	}
	if report.Verdict() != verify.Accepted {
		return fmt.Errorf("%s: %+v", name, report.Failures())
	}
	for seed := range uint64(10) {
		after := c.m.Crash(rand.New(rand.NewPCG(seed, 0)))
		for _, name := range c.m.Names() {
			if safefile.Temporary(name) {
				return fmt.Errorf("%s was left behind", name)
			}
			if !bytes.Equal(c.m.Get(name), after.Get(name)) {
				return fmt.Errorf("%s is not on the medium", name)
			}
		}
	}
	return c.signaturesAreThere()
}
