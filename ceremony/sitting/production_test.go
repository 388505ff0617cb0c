package sitting_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// production makes the plan one of production, judged by the maker's CAs.
func (st *stage) production() {
	st.t.Helper()
	var err error
	if st.cfg.Bundle, err = attest.YubicoBundle(); err != nil {
		st.t.Fatal(err)
	}
	st.cfg.Plan = bytes.ReplaceAll(st.cfg.Plan, []byte("mode: rehearsal"), []byte("mode: production"))
	st.cfg.Plan = bytes.ReplaceAll(st.cfg.Plan, []byte("kind: rehearsal"), []byte("kind: piv"))
	st.cfg.Place = "vault"
	st.kind = token.PIV
}

// makerTokens gives every keyholder of the genesis a token of this maker.
func (st *stage) makerTokens(issuer *pivcard.Issuer) {
	for i, name := range []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"} {
		st.replaceToken(name, uint32(90000001+i), st.cast.PINs[name], "82718011", issuer)
	}
}

// productionOf makes it one with tokens of this maker, judged by its CA.
func (st *stage) productionOf(m cards.Maker) {
	st.t.Helper()
	st.makerTokens(m.Issuer)
	st.production()
	st.cfg.Bundle = m.Bundle
}

// TestRehearsalRules: a real token never signs in a rehearsal, a rehearsal
// token never in production, whatever bundle the verifier was given.
func TestRehearsalRules(t *testing.T) {
	maker := cards.NewMaker(t)
	rehearsal, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		production bool
		realTokens bool
		bundle     attest.Bundle
		fails      string // empty: is taken
	}{
		{"rehearsal, rehearsal token", false, false, rehearsal, ""},
		{"rehearsal, real token", false, true, rehearsal, "ATTEST-CHAIN"},
		{"rehearsal, real token, its bundle", false, true, maker.Bundle, "ATTEST-REHEARSAL"},
		{"production, real token", true, true, maker.Bundle, ""},
		{"production, real token, rehearsal bundle", true, true, rehearsal, "ATTEST-CHAIN"},
		{"production, rehearsal token", true, false, maker.Bundle, "ATTEST-CHAIN"},
		{"production, rehearsal token, its bundle", true, false, rehearsal, "ATTEST-REHEARSAL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			if c.production {
				st.production()
			}
			if c.realTokens {
				st.makerTokens(maker.Issuer)
			}
			st.cfg.Bundle = c.bundle
			st.open()
			st.walk("tokens")
			before := st.journal()
			err := st.takeAnd(sitting.ActEnrol, "amsterdam")
			if c.fails == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || st.journal() != before {
				t.Fatalf("was enrolled (%v)", err)
			}
			if !failed(st.view(), c.fails) {
				t.Errorf("%s is not shown as failed: %+v", c.fails, st.view().Body)
			}
			if _, ok := st.view().Offer(sitting.ActPutAway, ""); !ok {
				t.Error("it cannot be put away")
			}
		})
	}
}

func failed(v sitting.View, rule string) bool {
	for _, b := range v.Body {
		for _, c := range b.Checks {
			if c.Mark == sitting.MarkFail && strings.HasPrefix(c.Text, rule) {
				return true
			}
		}
	}
	return false
}

// TestMark: a root with the mark is continued in a rehearsal only, one without
// in production only; nothing is begun otherwise.
func TestMark(t *testing.T) {
	maker := cards.NewMaker(t)
	for _, c := range []struct {
		name                       string
		genesisReal, successorReal bool
		want                       string
	}{
		{"rehearsal after rehearsal", false, false, ""},
		{"production after rehearsal", false, true, "rehearsal"},
		{"rehearsal after production", true, false, "rehearsal"},
		{"production after production", true, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			if c.genesisReal {
				st.productionOf(maker)
			}
			trusted := st.genesis()
			if trusted.Root().Rehearsal == c.genesisReal {
				t.Fatalf("the mark is %v", trusted.Root().Rehearsal)
			}
			st.stand(rehearse.Rotate, trusted)
			if c.successorReal {
				st.production()
			}
			s, err := sitting.Open(st.cfg)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				s.Close()
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if files := st.files(st.cfg.Dir); len(files) > 0 {
				t.Errorf("it was begun: %d files", len(files))
			}
		})
	}
}

// poorRoom is a machine on which no ceremony should be held.
func poorRoom() machine.Facts {
	return machine.Facts{
		OS: "linux", Clock: time.Now(),
		Interfaces: machine.Known[[]string]{Value: []string{"eth0"}},
		Routes:     machine.Known[[]string]{Value: []string{"eth0"}},
		Swap:       machine.Known[[]string]{Value: []string{"/dev/sda2"}},
		Radio:      machine.Known[[]string]{Problem: "no permission"},
		Core:       machine.Known[machine.Core]{Value: machine.Core{Dumpable: true, Limit: 1}},
	}
}

// TestRoom: what is wrong with the room is an exception in production, and a
// note in a rehearsal.
func TestRoom(t *testing.T) {
	for _, c := range []struct {
		name       string
		production bool
		off        time.Duration
		exceptions int
		mark       sitting.Mark
	}{
		{"rehearsal", false, 0, 0, sitting.MarkNote},
		{"production", true, 0, 6, sitting.MarkWarn},
		{"production, clock an hour ahead", true, time.Hour, 7, sitting.MarkWarn},
		{"production, clock an hour behind", true, -time.Hour, 7, sitting.MarkWarn},
		{"rehearsal, clock an hour behind", false, -time.Hour, 0, sitting.MarkNote},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			if c.production {
				st.production()
			}
			st.cfg.Machine = poorRoom
			at := time.Now() // the same at both looks: a clock that goes on shows another fault
			st.cfg.Now = func() time.Time { return at }
			st.open()
			st.walk("room")
			for _, typed := range []string{"noon", "12:00", "2026-02-30 12:00", "2026-01-01", "1e9"} {
				a := st.fill(sitting.ActClock, "")
				a.Fields["outside"] = typed
				st.refused(a, "is no time of a clock")
			}
			a := st.fill(sitting.ActClock, "")
			a.Fields["outside"] = at.UTC().Add(c.off).Format("2006-01-02 15:04")
			if err := st.do(a); err != nil {
				t.Fatal(err)
			}
			v := st.view()
			if got := len(v.Notices); got != c.exceptions {
				t.Errorf("%d notices, want %d: %q", got, c.exceptions, v.Notices)
			}
			bad := 0
			for _, check := range v.Body[0].Checks {
				if check.Mark == c.mark {
					bad++
				}
			}
			if want := 6; bad < want {
				t.Errorf("%d findings are marked %s, want %d: %+v", bad, c.mark, want, v.Body[0].Checks)
			}
			if err := st.do(a); err != nil { // looking again opens no second ones
				t.Fatal(err)
			}
			if !shows(st.view(), "ahead of the outside clock") && !shows(st.view(), "behind the outside clock") {
				t.Error("the clocks are not shown")
			}
			if got := len(st.view().Notices); got != c.exceptions {
				t.Errorf("after looking again %d notices, want %d", got, c.exceptions)
			}
		})
	}
}

// TestProductionCeremony is a whole genesis in production, with tokens of a
// maker in the bundle: exceptions from the room are closed before the seal.
func TestProductionCeremony(t *testing.T) {
	st := newStage(t)
	st.productionOf(cards.NewMaker(t))
	st.cfg.Machine = poorRoom
	st.open()
	st.walk("seal")
	for len(st.view().Notices) > 0 {
		for _, o := range st.view().Acts {
			if o.ID == sitting.ActToken || o.ID == sitting.ActContinue {
				t.Fatalf("%s is offered with exceptions open", o.ID)
			}
			if o.ID == sitting.ActClose {
				st.must(o.ID, o.Target)
				break
			}
		}
	}
	st.walk("")
	_, report := verify.TrustFile(st.file("1.root.json"), verify.Options{At: time.Now()})
	if report.Verdict() != verify.Accepted {
		t.Errorf("%+v", report.Failures())
	}
}

// TestRoomCutShort: the power fails between what was found and its exceptions.
// They are opened before the sitting goes on.
func TestRoomCutShort(t *testing.T) {
	st := newStage(t)
	st.production()
	st.cfg.Machine = poorRoom
	st.open()
	st.walk("room")
	st.must(sitting.ActClock, "")
	all := len(st.view().Notices)
	st.s.Close()
	st.s = nil
	before, _, found := strings.Cut(st.journal(), `"fact":{"kind":"exception"`)
	if !found || all < 5 {
		t.Fatalf("%d exceptions, found in the journal: %v", all, found)
	}
	st.write(sitting.JournalFile, []byte(before[:strings.LastIndexByte(before, '\n')+1]))
	st.open()
	if got := len(st.view().Notices); got != 0 {
		t.Fatalf("%d notices", got)
	}
	st.must(sitting.ActContinue, "")
	if got := len(st.view().Notices); got != all || now(st.view()) != "trusted-root" {
		t.Errorf("%d exceptions at %s, want %d: %q", got, now(st.view()), all, st.view().Notices)
	}
}
