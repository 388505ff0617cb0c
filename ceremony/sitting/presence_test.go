package sitting_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// TestAbsentWitness: where the plan requires a witness who does not come, the
// sitting begins only after that was recorded, and no other exception stands in
// for it; then it asks nobody for words of theirs, and claims none.
func TestAbsentWitness(t *testing.T) {
	st := newStage(t)
	st.cast.Absent = []string{"internal-audit"}
	st.open()
	if shows(st.view(), "The plan wants a witness.") {
		t.Error("the witness is missed before anybody came")
	}
	st.refused(sitting.Act{ID: sitting.ActException, Target: "witness"}, "not offered")
	st.must(sitting.ActSignIn, "amsterdam")
	if !shows(st.view(), "Without one the sitting begins only after that is recorded as an exception.") {
		t.Error("it is not said what to do")
	}
	for _, other := range []string{"none", "open", "closed"} {
		switch other {
		case "open":
			st.must(sitting.ActException, "")
		case "closed":
			st.closeAll()
		}
		st.refused(sitting.Act{ID: sitting.ActContinue}, "not offered")
	}
	blank := st.fill(sitting.ActException, "witness")
	blank.Fields["why"] = " "
	st.refused(blank, "nothing was typed")
	st.must(sitting.ActException, "witness")
	st.open() // what was recorded counts later too
	if _, again := st.view().Offer(sitting.ActException, "witness"); again {
		t.Error("it can be recorded twice")
	}
	want := ceremony.Exception{
		Step: ceremony.StepOpen, Subject: "witness", Nonce: 1,
		Expected: "a witness, as the plan requires", Happened: "no witness is here: as it was said aloud", Place: "rehearsal-room",
	}
	if !strings.Contains(st.journal(), string(ceremony.Fact{Body: want}.Encode())) {
		t.Errorf("the record holds no %+v", want)
	}
	if shows(st.view(), "The plan wants a witness.") {
		t.Error("what was recorded is asked for again")
	}
	st.watch = func(v any) {
		if v, ok := v.(sitting.View); ok {
			for _, o := range v.Acts {
				for _, f := range o.Fields {
					if f.Name == "witness" {
						t.Errorf("%s asks for words of a witness who is not here", o.ID)
					}
				}
			}
		}
	}
	st.walk("seal")
	st.closeAll()
	st.walk("")
	confirmed := st.confirmed()
	if len(confirmed) != 10 {
		t.Errorf("%d steps were confirmed: %v", len(confirmed), confirmed)
	}
	for step, witness := range confirmed {
		if witness != "" {
			t.Errorf("%s was witnessed by %q", step, witness)
		}
	}
}

// TestNoWitnessWanted: where a witness is here, or the plan requires none,
// nobody is asked why there is none.
func TestNoWitnessWanted(t *testing.T) {
	for _, c := range []struct {
		name, policy string
		here         string
		offered      bool
	}{
		{"wanted", "witness: required", "amsterdam", true},
		{"here", "witness: required", "amsterdam internal-audit", false},
		{"not wanted", "witness: optional", "amsterdam", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			if !bytes.Contains(st.cfg.Plan, []byte("witness: required")) {
				t.Fatal("the rehearsal's plan says it otherwise now")
			}
			st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("witness: required"), []byte(c.policy), 1)
			st.open()
			for _, name := range strings.Fields(c.here) {
				st.must(sitting.ActSignIn, name)
			}
			if _, ok := st.view().Offer(sitting.ActException, "witness"); ok != c.offered {
				t.Errorf("going on without a witness is offered: %v", ok)
			}
			if _, ok := st.view().Offer(sitting.ActContinue, ""); ok == c.offered {
				t.Errorf("going on is offered: %v", ok)
			}
		})
	}
}

// TestWitnessed: the record says at which steps the witness typed words, and
// not by having been there; words that nobody asked for are none.
func TestWitnessed(t *testing.T) {
	st := newStage(t)
	trusted := st.genesis()
	st.stand(rehearse.Rotate, trusted)
	st.open()
	st.walk("room")
	st.must(sitting.ActClock, "")
	unasked := st.fill(sitting.ActContinue, "")
	unasked.Fields["witness"] = "one two three"
	st.refused(unasked, `asks for no "witness"`)
	st.walk("freeze")
	if f := st.view().Acts[0].Fields[1]; !strings.HasPrefix(f.Prompt, "internal-audit (witness) types words ") {
		t.Errorf("asked: %q", f.Prompt)
	}
	st.walk("")
	want := map[string]string{
		"open": "", "room": "", "trusted-root": "internal-audit", "tokens": "", "freeze": "internal-audit",
		"candidate": "internal-audit", "signatures": "", "check": "", "seal": "", "hand-over": "",
	}
	if diff := cmp.Diff(want, st.confirmed()); diff != "" {
		t.Errorf("witnesses in the record (-want +got):\n%s", diff)
	}
}

// confirmed reads from the journal which steps were confirmed, and by which
// witness's words.
func (st *stage) confirmed() map[string]string {
	st.t.Helper()
	out := make(map[string]string)
	for line := range strings.Lines(st.journal()) {
		var entry struct{ Fact json.RawMessage }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			st.t.Fatal(err)
		}
		if entry.Fact == nil { // the header
			continue
		}
		f, err := ceremony.ParseFact(entry.Fact)
		if err != nil {
			st.t.Fatal(err)
		}
		if c, ok := f.Body.(ceremony.Confirmed); ok {
			out[string(c.Step)] = c.Witness
		}
	}
	return out
}

// TestLateArrival: who is not here is offered no token; who comes late signs in
// at that step, and then enrols, signs, or gives their word like the others.
func TestLateArrival(t *testing.T) {
	st := newStage(t)
	st.cast.Absent = []string{"dakar"}
	st.open()
	st.walk("tokens")
	st.comesLate("dakar")
	if err := st.takeAnd(sitting.ActEnrol, "dakar"); err != nil {
		t.Fatal(err)
	}
	st.cast.Absent = nil
	trusted := st.genesis()

	st.stand(rehearse.Rotate, trusted)
	st.cast.Absent = []string{"dakar", "chennai"}
	st.open()
	st.walk("signatures")
	st.comesLate("dakar")
	st.open() // who has come has come
	if err := st.takeAnd(sitting.ActSign, "dakar"); err != nil {
		t.Fatal(err)
	}
	st.walk("seal")
	st.comesLate("chennai")
	if err := st.takeAnd(sitting.ActAgree, "chennai"); err != nil {
		t.Fatal(err)
	}
	if got := st.view().Meters[0].Have; got < 3 {
		t.Errorf("%d signatures", got)
	}
	st.walk("")
}

// comesLate signs somebody in who was offered no token until then.
func (st *stage) comesLate(name string) {
	st.t.Helper()
	st.refused(sitting.Act{ID: sitting.ActToken, Target: name}, "not offered")
	st.must(sitting.ActSignIn, name)
	if _, again := st.view().Offer(sitting.ActSignIn, name); again {
		st.t.Errorf("%s may sign in twice", name)
	}
	if _, ok := st.view().Offer(sitting.ActToken, name); !ok {
		st.t.Errorf("%s is here, and their token is not offered: %s", name, offered(st.view()))
	}
}

// TestLateWitness: a witness who comes when it has begun types words from then
// on.
func TestLateWitness(t *testing.T) {
	st := newStage(t)
	st.cast.Absent = []string{"internal-audit"}
	st.open()
	st.must(sitting.ActSignIn, "amsterdam")
	st.must(sitting.ActException, "witness")
	st.walk("tokens")
	st.must(sitting.ActSignIn, "internal-audit")
	st.walk("check")
	got := st.confirmed()
	if got["trusted-root"] != "" || got["candidate"] != "internal-audit" {
		t.Errorf("witnessed: %v", got)
	}
}

// felt is a token that people touch by themselves, as real ones are.
type felt struct{ token.Token }

// TestPress: a key press is asked for only where a key press touches.
func TestPress(t *testing.T) {
	for _, real := range []bool{false, true} {
		st := newStage(t)
		honest, touch := st.cfg.Tokens, st.touch
		if real {
			var all []token.Token
			st.cfg.Tokens = func(ctx context.Context) ([]token.Token, error) {
				list, err := honest(ctx)
				all = list
				out := make([]token.Token, len(list))
				for i, t := range list {
					out[i] = felt{t}
				}
				return out, err
			}
			touch = func(sitting.Progress) {
				for _, t := range all {
					t.(token.Toucher).Touch() // the one that waits feels it
				}
			}
		}
		asked := 0
		st.touch = func(p sitting.Progress) {
			asked++
			if p.Press == real {
				t.Errorf("real token %v: Press is %v", real, p.Press)
			}
			touch(p)
		}
		st.open()
		st.walk("tokens")
		if err := st.takeAnd(sitting.ActEnrol, "amsterdam"); err != nil {
			t.Fatal(err)
		}
		if asked == 0 {
			t.Error("nobody was asked for a touch")
		}
	}
}
