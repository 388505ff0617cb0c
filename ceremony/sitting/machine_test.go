package sitting_test

import (
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// TestAnyActs does anything in any order: what is offered, rightly and wrongly,
// with right and wrong PINs, with tokens that come and go and that nobody
// touches, and opens the sitting again in between. Whatever happens, what holds
// after each act holds; see (*walker).look.
func TestAnyActs(t *testing.T) {
	fewer(t, "12")
	ended := 0
	rapid.Check(t, func(r *rapid.T) {
		st := newStage(t)
		st.t = r
		w := &walker{stage: st, signed: map[string]bool{}}
		st.clock, st.touch = w, w.touched
		st.open()
		w.look()
		for range rapid.IntRange(60, 240).Draw(r, "acts") {
			w.step(r)
			w.look()
		}
		if w.last.Done {
			ended++
		}
		st.s.Close()
		st.s = nil
	})
	t.Logf("%d sittings came to their end", ended)
}

// fewer makes rapid content with fewer checks than its default: each of these
// is a ceremony. Whoever asks for more (-rapid.checks) gets them.
func fewer(t *testing.T, n string) {
	f := flag.Lookup("rapid.checks")
	if before := f.Value.String(); before == f.DefValue {
		f.Value.Set(n)                            //nolint:errcheck // a number
		t.Cleanup(func() { f.Value.Set(before) }) //nolint:errcheck // likewise
	}
}

// A walker is what the test knows of a sitting without asking it.
type walker struct {
	*stage
	last    sitting.View
	record  string          // the journal
	signed  map[string]bool // whose signature was recorded
	refused bool            // the last act was refused, and it was not a seal's
	nobody  bool            // touches the token in the next act
}

func (w *walker) touched(sitting.Progress) {
	if !w.nobody {
		w.do(sitting.Act{ID: sitting.ActTouch}) //nolint:errcheck // the act that waits will tell
	}
}

// Now is the clock of the tokens.
func (w *walker) Now() time.Time { return time.Now() }

// After is over at once where nobody touches the tokens.
func (w *walker) After(d time.Duration) <-chan time.Time {
	if w.nobody {
		return hurried{}.After(d)
	}
	return time.After(d)
}

// step does one thing.
func (w *walker) step(r *rapid.T) {
	w.refused = false
	what := []string{"any", "wrong", "wrong pin", "reopen", "token", "no touch"}
	for range 3 * len(what) { // so that it gets somewhere
		what = append(what, "next")
	}
	switch rapid.SampledFrom(what).Draw(r, "what") {
	case "next":
		w.act(pick(r, w.last, func(o sitting.Offer) bool { return o.Next || o.ID == sitting.ActClose }), true)
	case "any":
		w.act(pick(r, w.last, func(o sitting.Offer) bool { return o.ID != sitting.ActAbort && needsNoFile(o) }), true)
	case "wrong":
		o := pick(r, w.last, func(sitting.Offer) bool { return true })
		acts := wrongly(w.last, o, w.cast.PINs[o.Target])
		var names []string
		for name := range acts {
			names = append(names, name)
		}
		slices.Sort(names)
		if err := w.do(acts[rapid.SampledFrom(names).Draw(r, "how")]); err == nil {
			w.t.Fatalf("%s was taken", o.ID)
		}
		w.refused = true
	case "wrong pin":
		w.act(pick(r, w.last, func(o sitting.Offer) bool { return o.Next }), false)
	case "reopen":
		w.open()
	case "token":
		w.comeAndGo(rapid.SampledFrom([]string{"amsterdam", "boston", "chennai"}).Draw(r, "whose"))
	case "no touch":
		w.nobody = true
	}
}

// needsNoFile: what asks for the path of a file is tried elsewhere.
func needsNoFile(o sitting.Offer) bool {
	return o.ID != sitting.ActMerge && o.ID != sitting.ActWitness && o.ID != sitting.ActRequest && o.ID != sitting.ActCannot
}

func pick(r *rapid.T, v sitting.View, want func(sitting.Offer) bool) sitting.Offer {
	offers := slices.DeleteFunc(slices.Clone(v.Acts), func(o sitting.Offer) bool { return !want(o) })
	if len(offers) == 0 {
		return sitting.Offer{ID: "nothing"}
	}
	return rapid.SampledFrom(offers).Draw(r, "offer")
}

func (w *walker) act(o sitting.Offer, rightPIN bool) {
	pin := w.cast.PINs[o.Target]
	if !rightPIN {
		pin = "999999"
	}
	err := w.do(answer(w.last, o, pin))
	w.nobody = w.nobody && o.ID == sitting.ActToken
	var refusal *sitting.Refusal
	kept := errors.As(err, &refusal) && strings.Contains(refusal.What, "is recorded and counts")
	if o.ID == sitting.ActSign && (err == nil || kept) {
		w.signed[o.Target] = true
	}
	w.refused = err != nil && !kept && o.ID != sitting.ActAgree && o.ID != sitting.ActDisagree
}

func (w *walker) comeAndGo(name string) {
	file, away := w.tokenFile(name), w.tokenFile(name)+".away"
	if _, err := os.Stat(away); err == nil {
		file, away = away, file
	}
	if err := os.Rename(file, away); err != nil {
		w.t.Fatal(err)
	}
}

// look checks what always holds.
func (w *walker) look() {
	v, record := w.view(), w.journal()
	if !strings.HasPrefix(record, w.record) {
		w.t.Fatalf("the journal did not just grow:\n%s\n%s", w.record, record)
	}
	if w.refused && record != w.record {
		w.t.Fatalf("what was refused is recorded: %s", record[len(w.record):])
	}
	if !v.Done && len(v.Acts) == 0 {
		w.t.Fatalf("at %q nothing can be done", v.Heading)
	}
	if v.Heading == "" || v.Done && len(v.Acts) > 0 {
		w.t.Fatalf("heading %q, done %v, acts %s", v.Heading, v.Done, offered(v))
	}
	for i, item := range w.last.Agenda {
		undone := item.State == sitting.AgendaDone && v.Agenda[i].State != sitting.AgendaDone
		if undone && item.Step != "seal" && item.Step != "hand-over" {
			w.t.Fatalf("step %s was over and is not any more", item.Step)
		}
	}
	for _, m := range v.Meters {
		w.count(m)
	}
	if v.Done {
		raw := w.file("1.root.json")
		if _, report := verify.TrustFile(raw, verify.Options{At: time.Now(), Rehearsal: true}); report.Verdict() != verify.Accepted {
			w.t.Fatalf("the end is no good: %+v", report.Failures())
		}
	}
	w.last, w.record = v, record
}

// count counts a quorum by itself.
func (w *walker) count(m sitting.Meter) {
	have := 0
	for _, k := range m.Keys {
		if w.signed[k.Name] {
			have++
		}
		if w.signed[k.Name] != (k.State == sitting.KeySigned) {
			w.t.Fatalf("%s is shown as %q", k.Name, k.State)
		}
	}
	if m.Have != have || m.Need != 3 {
		w.t.Fatalf("the meter says %d of %d, signed have %d of 3", m.Have, m.Need, have)
	}
}
