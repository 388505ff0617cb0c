package sitting_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestSealAgain: an exception recorded after the last seal is in no sealed
// record. The step is open again, and who has sealed may seal again.
func TestSealAgain(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("seal")
	if err := st.takeAnd(sitting.ActAgree, "boston"); err != nil {
		t.Fatal(err)
	}
	if _, again := st.view().Offer(sitting.ActToken, "boston"); again {
		t.Error("boston may seal the same twice")
	}
	st.must(sitting.ActContinue, "")
	if at := now(st.view()); at != "hand-over" {
		t.Fatalf("at %s", at)
	}
	st.must(sitting.ActException, "")
	for _, when := range []string{"recorded", "closed"} {
		v := st.view()
		if at := now(v); at != "seal" {
			t.Errorf("%s: at %s", when, at)
		}
		if _, ok := v.Offer(sitting.ActContinue, ""); ok {
			t.Errorf("%s: goes on without another seal", when)
		}
		if shows(v, "sealed  boston") || !shows(v, "boston agrees; no seal covers it now") {
			t.Errorf("%s: the earlier seal passes for one of now", when)
		}
		st.closeAll()
	}
	if err := st.takeAnd(sitting.ActAgree, "boston"); err != nil {
		t.Fatalf("boston cannot seal again: %v", err)
	}
	if v := st.view(); !shows(v, "sealed  boston") || shows(v, "no seal covers it now") {
		t.Errorf("the seal of now is not shown: %+v", v.Body)
	}
	st.open()
	st.must(sitting.ActContinue, "")
	st.must(sitting.ActHandOver, "")
	if n := strings.Count(st.journal(), `"kind":"seal"`); n != 2 {
		t.Errorf("%d seals in the journal, want both", n)
	}
	if rows := st.view().Body[0].Rows; !slices.Contains(rows, [2]string{"seals", "1"}) {
		t.Errorf("the end counts a seal that does not cover everything: %v", rows)
	}
}

// TestManifestAgain: the medium fails when the manifest is there and the end of
// the sitting is not recorded. What is sealed later replaces the manifest whole.
func TestManifestAgain(t *testing.T) {
	st := newStage(t)
	clock := st.cfg.Now
	st.cfg.Now = func() time.Time { // what is recorded is dated first
		if _, err := os.Stat(st.path(sitting.ManifestFile)); err == nil {
			st.s.BreakJournal() //nolint:errcheck // the act will tell
		}
		return clock()
	}
	st.open()
	st.walk("seal")
	for _, name := range []string{"boston", "dakar"} {
		if err := st.takeAnd(sitting.ActAgree, name); err != nil {
			t.Fatal(err)
		}
	}
	st.must(sitting.ActContinue, "")
	if err := st.do(st.fill(sitting.ActHandOver, "")); err == nil || !strings.Contains(err.Error(), "the journal cannot be written") {
		t.Fatalf("handed over: %v", err)
	}
	st.cfg.Now = clock
	first := st.manifest()
	if len(first.Sealed) != 2 || slices.Contains(first.Sealed, first.Head) {
		t.Errorf("sealed heads %v, head %v: want the two that were sealed, each before the head", first.Sealed, first.Head)
	}

	st.open()
	st.must(sitting.ActException, "")
	st.closeAll()
	if err := st.takeAnd(sitting.ActAgree, "boston"); err != nil {
		t.Fatal(err)
	}
	st.walk("")
	second := st.manifest()
	if n := strings.Count(st.journal(), `"kind":"salted"`); n != 1 {
		t.Errorf("%d salts", n)
	}
	if len(second.Sealed) != 1 || slices.Contains(first.Sealed, second.Sealed[0]) {
		t.Errorf("sealed heads %v, want one, and none of %v", second.Sealed, first.Sealed)
	}
	if second.Head == first.Head || second.Candidate != first.Candidate {
		t.Errorf("head %v, candidate %v", second.Head, second.Candidate)
	}
	// Each head is that of an entry: the next one names it.
	for _, head := range append(first.Sealed, second.Sealed...) {
		if !strings.Contains(st.journal(), head.String()) {
			t.Errorf("head %v is not in the journal", head)
		}
	}
}

// manifest is that of the evidence that was handed over. It lies beside it too.
func (st *stage) manifest() evidence.Manifest {
	st.t.Helper()
	raw := st.file(sitting.ManifestFile)
	files, err := evidence.Read(st.file(sitting.EvidenceFile))
	if err != nil || !bytes.Equal(files[evidence.ManifestFile], raw) {
		st.t.Fatalf("the evidence has another manifest: %v", err)
	}
	m, err := evidence.ParseManifest(raw)
	if err != nil {
		st.t.Fatal(err)
	}
	return m
}

// TestUnsealedWords: lead and witness hold no token. Their word is recorded, is
// no seal, and is asked for again when exceptions have come since.
func TestUnsealedWords(t *testing.T) {
	st := newStage(t)
	st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("witnesses:"), []byte("  desk: {organisation: Example Desk}\nwitnesses:"), 1)
	st.cfg.Plan = append(st.cfg.Plan, "lead: desk\n"...)
	st.open()
	st.walk("seal")
	if _, ok := st.view().Offer(sitting.ActToken, "desk"); ok {
		t.Error("a token is offered to who has none")
	}
	if _, ok := st.view().Offer(sitting.ActAgree, "boston"); ok {
		t.Error("a keyholder's word is taken without the token")
	}
	st.must(sitting.ActAgree, "desk")
	empty := st.fill(sitting.ActDisagree, "internal-audit")
	empty.Fields["text"] = " "
	st.refused(empty, "nothing was typed")
	a := st.fill(sitting.ActDisagree, "internal-audit")
	a.Fields["text"] = "the door stood open"
	if err := st.do(a); err != nil {
		t.Fatal(err)
	}
	st.open()
	for _, want := range []string{"desk agrees: recorded, not signed", "internal-audit does not agree: the door stood open"} {
		if !shows(st.view(), want) {
			t.Errorf("%q is not shown: %+v", want, st.view().Body)
		}
	}
	for _, name := range []string{"desk", "internal-audit"} {
		for _, id := range []string{sitting.ActAgree, sitting.ActDisagree} {
			if _, ok := st.view().Offer(id, name); ok {
				t.Errorf("%s %s is offered twice", id, name)
			}
		}
	}
	if _, ok := st.view().Offer(sitting.ActContinue, ""); ok || strings.Contains(st.journal(), `"kind":"seal"`) {
		t.Error("a word passes for a seal")
	}

	st.must(sitting.ActException, "")
	st.closeAll()
	if !shows(st.view(), "desk agreed, before the last exception: recorded, not signed") {
		t.Errorf("the word of before passes for one of now: %+v", st.view().Body)
	}
	st.must(sitting.ActAgree, "desk")
	if v := st.view(); shows(v, "before the last exception") || !shows(v, "desk agrees: recorded, not signed") {
		t.Errorf("the word of now is not shown: %+v", v.Body)
	}
	st.walk("")
}

// TestSealWithoutABlockedToken: the step does not wait for a token that cannot
// sign any more, or who plays the people would take it up for ever.
func TestSealWithoutABlockedToken(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("seal")
	st.must(sitting.ActToken, "amsterdam")
	for range 3 {
		a := st.fill(sitting.ActAgree, "amsterdam")
		a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("00000000"))
		if err := st.do(a); err == nil {
			t.Fatal("a wrong PIN was taken")
		}
	}
	st.must(sitting.ActPutAway, "")
	if o, _ := st.view().Offer(sitting.ActToken, "amsterdam"); o.Next {
		t.Error("the step waits for a blocked token")
	}
	if acts := st.walk(""); acts > 20 {
		t.Errorf("it took %d acts", acts)
	}
}
