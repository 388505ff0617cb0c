package sitting_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/qr/qrtest"
	"github.com/rootmoot/rootmoot/verify"
)

// at is another place of the same rehearsal: a directory and a journal of its
// own, and only those who are named come to it.
func (st *stage) at(t *testing.T, place string, who ...string) *stage {
	t.Helper()
	other := *st
	other.s, other.watch = nil, nil
	other.cfg.Dir, other.cfg.Place = t.TempDir(), place
	other.cast = people.Cast{PINs: st.cast.PINs}
	for name := range st.cast.PINs {
		if !slices.Contains(who, name) {
			other.cast.Absent = append(other.cast.Absent, name)
		}
	}
	other.touch = func(sitting.Progress) { other.do(sitting.Act{ID: sitting.ActTouch}) } //nolint:errcheck // the act that waits will tell
	t.Cleanup(func() {
		if other.s != nil {
			other.s.Close()
		}
	})
	return &other
}

// asks writes a request and opens the keyholder's own place for it.
func (st *stage) asks(t *testing.T, name string) *stage {
	t.Helper()
	r, err := st.s.Ask(name)
	if err != nil {
		t.Fatalf("ask %s: %v", name, err)
	}
	other := st.at(t, "the desk of "+name, name)
	other.cfg.Plan, other.cfg.Request, other.cfg.Attempt = nil, r.Encode(), ceremony.Request{}.Attempt
	return other
}

// answers plays a keyholder's own place to its end, and gives what goes back.
func (st *stage) answers(t *testing.T) []byte {
	t.Helper()
	st.open()
	st.walk("")
	name, raw, ready := st.s.Contribution()
	if !ready || !bytes.Equal(raw, st.file(name)) {
		t.Fatalf("%s: ready %v, %d bytes", name, ready, len(raw))
	}
	return raw
}

// takes merges a file.
func (st *stage) takes(t *testing.T, raw []byte) {
	t.Helper()
	if _, err := st.s.Merge("a stick", raw); err != nil {
		t.Fatal(err)
	}
}

// TestPlaces: a rotation that is led at two places, with keyholders at desks of
// their own: one enrols, three sign, one refuses, one is silent, and one signs
// what belongs to an attempt that was given up. The two places merge in
// different orders, some of it twice, and come to the same root.
func TestPlaces(t *testing.T) {
	st := newStage(t)
	trusted := st.genesis()
	st.stand(rehearse.Rotate, trusted)
	st.cast.Mishaps = nil

	old := st.at(t, "amsterdam, first attempt", "amsterdam", "edinburgh", "internal-audit")
	old.open()
	old.walk("signatures")
	outdated := old.asks(t, "dakar").answers(t)
	old.must(sitting.ActAbort, "")
	if v := old.view(); !v.Done || !shows(v, "nobody has signed anything") {
		t.Errorf("aborted: %+v", v)
	}

	a := st.at(t, "amsterdam", "amsterdam", "internal-audit")
	a.open()
	a.walk("tokens")
	b := st.at(t, "boston", "internal-audit", "boston")
	b.cfg.Attempt = attemptOf(t, a)
	b.open()
	b.walk("tokens")

	enrolment := a.asks(t, "edinburgh").answers(t)
	a.takes(t, enrolment)
	b.takes(t, enrolment)
	a.walk("signatures")
	b.walk("signatures")

	if _, err := a.s.Ask("fukuoka"); err != nil { // who never answers
		t.Fatal(err)
	}
	a.must(sitting.ActToken, "amsterdam")
	a.must(sitting.ActSign, "amsterdam")
	b.must(sitting.ActToken, "boston")
	b.must(sitting.ActSign, "boston")
	edinburgh := a.asks(t, "edinburgh").answers(t)
	late := b.asks(t, "chennai")
	late.cfg.Now = func() time.Time { return time.Now().AddDate(0, 0, 20) } // after the deadline
	chennai := late.answers(t)
	if crossed := byLight(t, chennai); !bytes.Equal(crossed, chennai) {
		t.Fatal("what was shown as codes is something else on the other side")
	}
	dakar := a.asks(t, "dakar")
	dakar.cast.Mishaps = map[string]people.Mishap{"dakar": people.Refuses}
	refusal := dakar.answers(t)

	for _, raw := range [][]byte{outdated, nil, []byte("{}"), enrolment[:len(enrolment)/2]} {
		var r *sitting.Refusal
		if _, err := a.s.Merge("a stick", raw); !errors.As(err, &r) || r.Kind != sitting.NotTaken {
			t.Errorf("%.40q: %v", raw, err)
		}
	}
	for _, raw := range [][]byte{chennai, refusal, edinburgh, chennai} {
		a.takes(t, raw)
	}
	for _, raw := range [][]byte{edinburgh, a.file(sitting.JournalFile), refusal, edinburgh} {
		b.takes(t, raw)
	}
	a.takes(t, b.file(sitting.JournalFile))
	st.agree(t, a, b)
	for _, place := range []*stage{a, b} {
		place.open() // from what is on the medium
	}
	st.agree(t, a, b)

	a.walk("")
	b.walk("")
	if signed := a.file("2.root.json"); !bytes.Equal(signed, b.file("2.root.json")) {
		t.Error("the two places made different files")
	} else if _, report := verify.Candidate(trusted, signed, verify.Options{At: st.cfg.Now(), Rehearsal: true}); report.Verdict() != verify.Accepted {
		t.Errorf("%+v", report.Failures())
	}
	a.audited(t, trusted.Pin())
	b.audited(t, trusted.Pin())
}

// byLight takes a file across as a sequence of codes on an 80x24 terminal, of
// which pictures are taken; every seventh is missed.
func byLight(t *testing.T, raw []byte) []byte {
	t.Helper()
	sender, err := qr.NewSender(raw)
	if err != nil {
		t.Fatal(err)
	}
	look := qr.Look{}
	version := look.Largest(80, 24)
	fit := sender.Fit(version)
	var receiver qr.Receiver
	for n := 0; !receiver.Done(); n++ {
		if n > 10*sender.Parts() {
			t.Fatal("there is no end of it")
		}
		if n%7 == 3 {
			continue
		}
		code, err := qr.Encode(sender.Frame(n*fit, fit), version)
		if err != nil {
			t.Fatal(err)
		}
		picture := qrtest.PNG(t, qrtest.DarkTerminal().Draw(t, strings.Join(code.Lines(look), "\n"), 80))
		texts, err := qr.Read(picture)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if err := receiver.Add(text); err != nil {
				t.Fatal(err)
			}
		}
	}
	payload, err := receiver.Payload()
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// attemptOf is the attempt of a place's journal.
func attemptOf(t *testing.T, st *stage) (attempt [32]byte) {
	t.Helper()
	r, err := ceremony.ReadRecord(st.file(sitting.JournalFile))
	if err != nil {
		t.Fatal(err)
	}
	o, ok := r.Opening()
	if !ok {
		t.Fatal("the journal begins no attempt")
	}
	return o.Attempt
}

// agree wants two places to know the same of everybody.
func (st *stage) agree(t *testing.T, places ...*stage) {
	t.Helper()
	want := map[string]ceremony.Part{
		"amsterdam": ceremony.PartSigned, "boston": ceremony.PartSigned, "chennai": ceremony.PartSigned,
		"dakar": ceremony.PartRefused, "edinburgh": ceremony.PartSigned, "fukuoka": ceremony.PartSilent,
	}
	for _, place := range places {
		status, err := sitting.Look(place.cfg)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range status.Standings {
			if s.Part != want[s.Participant] || s.Late != (s.Participant == "chennai") {
				t.Errorf("%s: %s is %q, late %v, want %q", place.cfg.Place, s.Participant, s.Part, s.Late, want[s.Participant])
			}
		}
		for _, l := range status.Lacks {
			if l.Missing() > 0 {
				t.Errorf("%s: quorum %s lacks %d", place.cfg.Place, l.Quorum, l.Missing())
			}
		}
		for _, line := range status.NotTaken {
			if !strings.Contains(line, "a stick was set aside") {
				t.Errorf("%s: %s", place.cfg.Place, line)
			}
		}
	}
}
