package sitting_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// cas are the maker's CAs, and others under the name of a file.
func cas(t *testing.T) (makers, others attest.Bundle) {
	t.Helper()
	makers, err := attest.YubicoBundle()
	if err != nil {
		t.Fatal(err)
	}
	others = cards.NewMaker(t).Bundle
	others.Name = "ca.pem"
	return makers, others
}

// TestOtherCAs: a sitting goes on by the CAs that it was begun with, whatever
// their file is called by now, and by no others. Being refused costs nothing.
func TestOtherCAs(t *testing.T) {
	makers, others := cas(t)
	third := cards.NewMaker(t).Bundle
	renamed := others
	renamed.Name = "copy.pem"
	for _, c := range []struct {
		name       string
		began, now attest.Bundle
		want       []string // of the error; none if it goes on
	}{
		{"the maker's", makers, makers, nil},
		{"the same from a file", others, others, nil},
		{"the same from a copy", others, renamed, nil},
		{"forgotten", others, makers, []string{"begun with the attestation CAs of " + ceremony.CAsOf(others).String(), "by those of " + ceremony.CAsOf(makers).String(), "give them again with --attestation-ca FILE"}},
		{"others from a file", others, third, []string{"begun with the attestation CAs of ca.pem (sha256 ", "give them again with --attestation-ca FILE"}},
		{"a file now", makers, others, []string{"begun with the attestation CAs of " + makers.Name, "leave --attestation-ca out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			st.production()
			st.cfg.Bundle = c.began
			st.open()
			st.walk("room")
			st.reopensBy(c.now, c.want...)
			st.cfg.Bundle = c.began
			st.open()
			if got := now(st.view()); got != "room" {
				t.Errorf("goes on at %s", got)
			}
		})
	}
}

// reopensBy opens the sitting by a bundle, or wants it refused with these words
// and nothing written.
func (st *stage) reopensBy(b attest.Bundle, want ...string) {
	st.t.Helper()
	st.leave()
	before := st.files(st.cfg.Dir)
	st.cfg.Bundle = b
	s, err := sitting.Open(st.cfg)
	if err == nil {
		s.Close() //nolint:errcheck // it was only opened
	}
	if (err == nil) != (len(want) == 0) {
		st.t.Fatalf("got %v, want an error with %q", err, want)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			st.t.Errorf("%v: lacks %q", err, w)
		}
	}
	for name, text := range st.files(st.cfg.Dir) {
		if before[name] != text {
			st.t.Errorf("%s was changed", name)
		}
	}
}

// leave closes the sitting, if it is open.
func (st *stage) leave() {
	st.t.Helper()
	if st.s == nil {
		return
	}
	if err := st.s.Close(); err != nil {
		st.t.Fatal(err)
	}
	st.s = nil
}

// began changes what the journal, of one entry, says of the CAs.
func (st *stage) began(cas string) {
	st.t.Helper()
	st.leave()
	recorded := regexp.MustCompile(`,"attestation_cas":\{[^}]*\}`)
	before := st.journal()
	if len(recorded.FindAllString(before, -1)) != 1 {
		st.t.Fatalf("the CAs are not named once in\n%s", before)
	}
	st.write(sitting.JournalFile, []byte(recorded.ReplaceAllString(before, cas)))
}

// TestCAsOfAnotherProgram: the maker's CAs as another version of the program has
// them are others too, and can be given by file.
func TestCAsOfAnotherProgram(t *testing.T) {
	makers, others := cas(t)
	st := newStage(t)
	st.production()
	st.open()
	st.began(fmt.Sprintf(`,"attestation_cas":{"name":"yubico 2020-01-01","sha256":"%x","maker":true}`, others.Digest))
	st.reopensBy(makers, "yubico 2020-01-01", "go on with that program, or give them with --attestation-ca FILE")
	st.reopensBy(others)
}

// TestCAsNotRecorded: a journal of before they were recorded is read, and it is
// said that nobody knows them.
func TestCAsNotRecorded(t *testing.T) {
	st := newStage(t)
	st.production()
	st.open()
	st.began("")
	st.open()
	if !shows(st.view(), "does not name the attestation CAs that this sitting was begun with; it is judged by those of "+ceremony.CAsOf(st.cfg.Bundle).String()) {
		t.Errorf("notices: %q", st.view().Notices)
	}
}

// TestSubstituteCAs: that others than the maker's CAs decide what a real token is
// stands in the room, in what is sealed, and in the manifest.
func TestSubstituteCAs(t *testing.T) {
	st := newStage(t)
	st.productionOf(cards.NewMaker(t))
	st.open()
	st.walk("room")
	st.must(sitting.ActClock, "")
	want := "attestations are judged by CAs from a file, not the maker's: " + ceremony.CAsOf(st.cfg.Bundle).String()
	st.found("ROOM-CAS", sitting.MarkWarn, want)
	if !shows(sitting.View{Notices: st.view().Notices}, want) {
		t.Errorf("no exception is open: %q", st.view().Notices)
	}
	st.walk("seal")
	st.closeAll()
	st.must(sitting.ActToken, "amsterdam") // its attestation is shown too, and at what time it was judged
	if !marked(st.view(), sitting.MarkPass, "ATTEST-CHAIN: ") || !shows(st.view(), ", the plan's signing time") {
		t.Errorf("the time is not told: %+v", st.view().Body)
	}
	if !shows(st.view(), "exception: "+want+"; expected: attestations judged by the maker's CAs") {
		t.Errorf("the record in short does not tell: %+v", st.view().Body)
	}
	st.walk("")
	if m := st.manifest(); m.CAs != ceremony.CAsOf(st.cfg.Bundle) {
		t.Errorf("the manifest names %v", m.CAs)
	}
}
