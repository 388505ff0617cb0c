package ceremony_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
	"github.com/rootmoot/rootmoot/root"
)

// written is the journal of another place that holds these facts.
func written(t testing.TB, place string, facts ...ceremony.Fact) (text string, head root.Digest) {
	t.Helper()
	fs := crashfs.New(crashfs.Links)
	j, err := journal.Create(fs.Open(), "journal", journal.Header{Place: place, ID: [16]byte{7}})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for _, f := range facts {
		if _, err := j.Append(time.Date(2026, 12, 3, 8, 0, 0, 0, time.UTC), f.Encode()); err != nil {
			t.Fatal(err)
		}
	}
	return string(fs.Get("journal")), root.Digest(j.Head())
}

// delivery is a contribution of the person as their own place would send it.
func (s *sitting) delivery(p *person, c ceremony.Contribution) ceremony.Delivery {
	s.t.Helper()
	text, head := written(s.t, "the desk of "+p.name,
		ceremony.Fact{Body: ceremony.Opened{Attempt: s.attempt, Plan: s.Plan.Digest(), Place: "the desk of " + p.name, Tool: "1.0.0"}},
		ceremony.Fact{Body: ceremony.Present{Name: p.name}},
		ceremony.Fact{Body: ceremony.Room{Local: "2026-12-03T08:00:00Z", Outside: "08:00"}},
		ceremony.Fact{Body: c})
	st := ceremony.Stated{Contribution: c.Digest(), Journal: head, Sig: p.sign(c.Statement(p.key, s.Rehearsal(), head).Text())}
	return ceremony.Delivery{Schema: ceremony.DeliverySchema, Contribution: c, Stated: &st, Journal: text}
}

// small is a rotation in Ed25519, at the signatures.
func small(t testing.TB) *sitting {
	t.Helper()
	first := genesis(t, plan.Conda, plan.Ed25519, people(t, pivcard.Ed25519, nil))
	first.open()
	first.enrol()
	first.by("amsterdam", "boston", "chennai")
	s := rotation(t, first)
	s.open()
	s.enrol()
	return s
}

// Every byte of a contribution file is held by something: its digest, the
// statement's signature, the head that it signs. Whatever byte is changed, it is
// not taken.
func TestDeliveryMangled(t *testing.T) {
	s := small(t)
	raw := s.delivery(s.people["boston"], s.signature(s.people["boston"])).Encode()
	take := func(raw []byte) error {
		d, err := ceremony.ParseDelivery(raw)
		if err == nil {
			_, err = s.Receive(d)
		}
		return err
	}
	if err := take(raw); err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		for _, flip := range []byte{1, 0x20, 0x80} {
			bad := bytes.Clone(raw)
			bad[i] ^= flip
			if take(bad) == nil {
				t.Fatalf("byte %d, %q for %q, is taken: …%s…", i, bad[i], raw[i], raw[max(0, i-40):min(len(raw), i+40)])
			}
		}
	}
	for n := range raw {
		if take(raw[:n]) == nil {
			t.Fatalf("the first %d bytes are taken", n)
		}
	}
}

// TestReceive: what comes from elsewhere is taken whole or not at all, and what
// belongs to something else is refused with both digests.
func TestReceive(t *testing.T) {
	s := small(t)
	boston := s.people["boston"]
	good := func() ceremony.Delivery { return s.delivery(boston, s.signature(boston)) }
	for _, c := range []struct {
		name    string
		change  func(d *ceremony.Delivery)
		want    string // "" is taken
		backing ceremony.Backing
	}{
		{name: "as it should be", change: func(*ceremony.Delivery) {}, backing: ceremony.StatedWithRecord},
		{name: "without the record", change: func(d *ceremony.Delivery) { d.Journal = "" }, backing: ceremony.StatedAlone},
		{name: "a signature alone", change: func(d *ceremony.Delivery) { d.Journal, d.Stated = "", nil }, backing: ceremony.SignatureOnly},
		{name: "another attempt", change: func(d *ceremony.Delivery) { d.Contribution.Attempt = digest(1) }, want: "attempt: this sitting's is " + s.attempt.String() + ", the one given is for 01"},
		{name: "another plan", change: func(d *ceremony.Delivery) { d.Contribution.Plan = digest(2) }, want: "plan: this sitting's is " + s.Frozen.Digest().String()},
		{name: "another candidate", change: func(d *ceremony.Delivery) { d.Contribution.Candidate = digest(3) }, want: "candidate: this sitting's is " + s.Candidate.Digest().String()},
		{name: "another chain", change: func(d *ceremony.Delivery) { d.Contribution.Chain = digest(4) }, want: "chain: this sitting's is " + s.Chain().String()},
		{name: "in another's name", change: func(d *ceremony.Delivery) { d.Contribution.Participant = "chennai" }, want: "contribution of chennai: key: "},
		{name: "by nobody of the plan", change: func(d *ceremony.Delivery) { d.Contribution.Participant = "gotham" }, want: `"gotham" is no participant`},
		{name: "a statement about another", change: func(d *ceremony.Delivery) { d.Contribution.At = "2026-12-03T09:00:00Z" }, want: "contribution: this sitting's is"},
		{name: "the signature of another", change: func(d *ceremony.Delivery) {
			d.Contribution.Signature = s.signature(s.people["chennai"]).Signature
		}, want: "signature of boston"},
		{name: "a record of another attempt", change: func(d *ceremony.Delivery) {
			d.Journal, d.Stated.Journal = written(t, "elsewhere", ceremony.Fact{Body: ceremony.Opened{Attempt: digest(9), Plan: s.Plan.Digest()}})
			d.Stated.Sig = boston.sign(d.Contribution.Statement(boston.key, true, d.Stated.Journal).Text())
		}, want: "the record of its place: attempt: this sitting's is"},
		{name: "a record that begins nothing", change: func(d *ceremony.Delivery) {
			d.Journal, d.Stated.Journal = written(t, "elsewhere", ceremony.Fact{Body: ceremony.Present{Name: "boston"}})
			d.Stated.Sig = boston.sign(d.Contribution.Statement(boston.key, true, d.Stated.Journal).Text())
		}, want: "begins no attempt"},
		{name: "a longer record than was stated", change: func(d *ceremony.Delivery) {
			d.Stated.Journal = digest(5)
			d.Stated.Sig = boston.sign(d.Contribution.Statement(boston.key, true, d.Stated.Journal).Text())
		}, want: "head of its record: this sitting's is 05"},
		{name: "a record that nobody signs", change: func(d *ceremony.Delivery) { d.Stated = nil }, want: "no statement signs"},
		{name: "a torn record", change: func(d *ceremony.Delivery) { d.Journal = d.Journal[:len(d.Journal)-3] }, want: "cut short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := good()
			c.change(&d)
			back, err := ceremony.ParseDelivery(d.Encode())
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Receive(back)
			switch {
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%v, want %q", err, c.want)
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want == "" && (back.Backing() != c.backing || len(got.Facts) == 0):
				t.Errorf("backing %q, %d facts", back.Backing(), len(got.Facts))
			}
			var mismatch *ceremony.MismatchError
			if strings.Contains(c.want, "this sitting's is") && !errors.As(err, &mismatch) {
				t.Errorf("%v is no MismatchError", err)
			}
		})
	}
}

// A refusal that nobody could have stated is taken as claimed and counts nothing.
func TestReceiveClaimedRefusal(t *testing.T) {
	s := small(t)
	d := ceremony.Delivery{Schema: ceremony.DeliverySchema, Contribution: s.refusal(s.people["dakar"], "the PIN is blocked")}
	got, err := s.Receive(d)
	if err != nil || d.Backing() != ceremony.ClaimedOnly {
		t.Fatalf("%q: %v", d.Backing(), err)
	}
	for _, f := range got.Facts {
		s.record(f.Body)
	}
	if len(s.Refusals) != 0 || s.Claimed["dakar"].Reason != "the PIN is blocked" {
		t.Errorf("refusals %v, claimed %v", s.Refusals, s.Claimed)
	}
	for _, st := range s.Standings() {
		if st.Participant == "dakar" && (st.Part != ceremony.PartClaimed || st.Reason != "the PIN is blocked") {
			t.Errorf("%+v", st)
		}
	}
}

// A signature that comes before the enrolments which fix the candidate is taken,
// and counts once they are there.
func TestReceiveBeforeTheCandidate(t *testing.T) {
	s := small(t)
	d := s.delivery(s.people["boston"], s.signature(s.people["boston"]))
	enrolments := s.facts
	early := rotationOf(t, s)
	early.open()
	got, err := early.Receive(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range got.Facts {
		early.record(f.Body)
	}
	if len(early.Signatures) != 0 {
		t.Fatal("it counts without a candidate")
	}
	for _, f := range enrolments {
		early.record(f.Body)
	}
	if a, counts := early.Signatures["boston"]; !counts || !a.Stated {
		t.Errorf("counts %v, not taken %v", counts, early.NotTaken)
	}
}

// Before the candidate is known, what is of another attempt is refused all the same.
func TestReceiveBeforeTheCandidateOfAnother(t *testing.T) {
	s := small(t)
	d := s.delivery(s.people["boston"], s.signature(s.people["boston"]))
	early := rotationOf(t, s)
	early.open()
	d.Contribution.Attempt, d.Stated, d.Journal = digest(1), nil, ""
	var mismatch *ceremony.MismatchError
	if _, err := early.Receive(d); !errors.As(err, &mismatch) || mismatch.What != "attempt" {
		t.Error(err)
	}
}

// What another place's journal says counts as far as somebody signed it; the rest
// anybody could have written who knows the attempt.
func TestReceiveJournalThatNobodySigned(t *testing.T) {
	s := small(t)
	ours := ceremony.Exception{Step: ceremony.StepRoom, Subject: "door", Expected: "shut", Happened: "open", Place: s.Place}
	s.record(ours)
	boston := s.people["boston"]
	c := s.signature(boston)
	facts := []ceremony.Fact{
		{Body: ceremony.Opened{Attempt: s.attempt, Plan: s.Plan.Digest(), Place: "elsewhere"}},
		{Body: ceremony.Exception{Step: ceremony.StepRoom, Subject: "window", Expected: "shut", Happened: "open", Place: "elsewhere"}},
		{Body: ceremony.Closed{Exception: ceremony.Fact{Body: ours}.ID(), Decision: "never mind", By: "a stranger"}},
		{Body: c},
	}
	raw, head := written(t, "elsewhere", facts...)
	got, err := s.ReceiveJournal([]byte(raw))
	if err != nil || got.Covered != 0 || len(got.Record) != 0 || len(got.Facts) != 1 {
		t.Fatalf("%v: covered %d, %d facts", err, got.Covered, len(got.Facts))
	}
	st := ceremony.Stated{Contribution: c.Digest(), Journal: head, Sig: boston.sign(c.Statement(boston.key, true, head).Text())}
	raw, _ = written(t, "elsewhere", append(facts, ceremony.Fact{Body: st}, ceremony.Fact{Body: ceremony.Word{Participant: "dakar", Text: "no"}})...)
	if got, err = s.ReceiveJournal([]byte(raw)); err != nil || got.Covered != 4 {
		t.Fatalf("%v: covered %d, want 4", err, got.Covered)
	}
	after, err := ceremony.Fold(s.grounds, append(s.facts, got.Facts...), got.Record)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(after.OpenExceptions()); n != 2 || len(after.Words) != 0 {
		t.Errorf("%d open exceptions, want ours, which nobody else closes, and theirs; words %v", n, after.Words)
	}
	if _, signed := after.Signatures["boston"]; !signed {
		t.Error("the signature is lost")
	}
}

// A second key of somebody who is enrolled here changes nothing here, however it
// comes: others have signed a candidate with the first.
func TestSecondKeyChangesNothing(t *testing.T) {
	s := small(t)
	s.by("amsterdam", "boston", "chennai")
	before := s.Candidate.Digest()
	other := people(t, pivcard.Ed25519, nil)["edinburgh"]
	c := s.contribution(ceremony.Enrolled, other)
	for n := range 40 { // whatever its place among the facts
		c.At = time.Date(2026, 12, 3, 8, 0, n, 0, time.UTC).Format(time.RFC3339)
		_, head := written(t, "elsewhere", ceremony.Fact{Body: ceremony.Opened{Attempt: s.attempt, Plan: s.Plan.Digest(), Place: "elsewhere"}}, ceremony.Fact{Body: c})
		st := ceremony.Stated{Contribution: c.Digest(), Journal: head, Sig: other.sign(c.Statement(other.key, true, head).Text())}
		raw, _ := written(t, "elsewhere", ceremony.Fact{Body: ceremony.Opened{Attempt: s.attempt, Plan: s.Plan.Digest(), Place: "elsewhere"}}, ceremony.Fact{Body: c}, ceremony.Fact{Body: st})
		got, err := s.ReceiveJournal([]byte(raw))
		if err != nil || len(got.Facts) != 0 {
			t.Fatalf("%v: %d facts", err, len(got.Facts))
		}
		after, err := ceremony.Fold(s.grounds, s.facts, []ceremony.Fact{{Body: c}, {Body: st}})
		if err != nil {
			t.Fatal(err)
		}
		if after.Candidate.Digest() != before || len(after.Signatures) != 3 || len(after.NotTaken) == 0 {
			t.Fatalf("the candidate is another, %d signatures count", len(after.Signatures))
		}
	}
}

// rotationOf is the same sitting with nothing recorded.
func rotationOf(t testing.TB, s *sitting) *sitting {
	t.Helper()
	out := &sitting{t: t, people: s.people, attempt: s.attempt, grounds: s.grounds}
	out.State = out.fold()
	return out
}

func FuzzDelivery(f *testing.F) {
	s := small(f)
	for _, kind := range []ceremony.Contribution{s.signature(s.people["boston"]), s.refusal(s.people["chennai"], "not what was agreed")} {
		d := s.delivery(s.people[kind.Participant], kind)
		f.Add(d.Encode())
		d.Journal = ""
		f.Add(d.Encode())
		d.Stated = nil
		f.Add(d.Encode())
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ceremony.ParseDelivery(raw)
		if err != nil {
			return
		}
		if !bytes.Equal(d.Encode(), raw) {
			t.Fatal("it reads back as something else")
		}
		got, err := s.Receive(d)
		if err == nil && len(got.Facts) == 0 {
			t.Fatal("taken, and nothing in it")
		}
	})
}
