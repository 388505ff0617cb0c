package sitting_test

import (
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/ledger"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// remembers gives a place a ledger, in a folder of its own.
func (st *stage) remembers(t *testing.T) {
	t.Helper()
	folder, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	if st.cfg.Ledger, err = ledger.Open(safefile.In(folder), rand.Reader, nil); err != nil {
		t.Fatal(err)
	}
}

// TestSecondDigest: after a candidate was given up, the machine knows what its
// keys have signed. The new sitting says what stays valid; a key signs a second
// digest only when somebody says why, and that is an exception.
func TestSecondDigest(t *testing.T) {
	st := newStage(t)
	st.remembers(t)
	st.stand(rehearse.Rotate, st.genesis())
	st.remembers(t)
	st.cast.Mishaps = nil
	old := st.at(t, "here", "amsterdam", "boston", "edinburgh", "internal-audit")
	old.cfg.Ledger = st.cfg.Ledger
	old.open()
	old.walk("signatures")
	old.must(sitting.ActToken, "amsterdam")
	old.must(sitting.ActSign, "amsterdam")
	if o, _ := old.view().Offer(sitting.ActAbort, ""); !strings.Contains(o.Fields[2].Prompt, "amsterdam signed stays valid; 2 more for the old quorum and 2 more for the new quorum, together, would complete it") {
		t.Errorf("before it is aborted: %q", o.Fields[2].Prompt)
	}
	old.must(sitting.ActAbort, "")
	left, signed, err := sitting.Leftover(old.cfg)
	if err != nil || !signed {
		t.Fatalf("signed %v: %v", signed, err)
	}
	if r, err := left.Body(); err != nil || len(r.Envelope.Entries) != 1 {
		t.Fatalf("what is left: %v, %v", r, err)
	}

	st.cfg.Plan = []byte(strings.Replace(string(st.cfg.Plan), "name: Rehearsal packages", "name: Rehearsal packages, mended", 1))
	mended := strings.Index(string(st.cfg.Plan), "expires: 20") + len("expires: 20")
	st.cfg.Plan[mended+1]++ // another year: another candidate
	st.cfg.After = []ceremony.Abandoned{left}
	st.open()
	if !shows(st.view(), "2 more for the old quorum and 2 more for the new quorum, together, would complete it") {
		t.Error("the new sitting does not say what the old one left")
	}
	st.walk("signatures")
	st.must(sitting.ActToken, "boston")
	if o, _ := st.view().Offer(sitting.ActSign, "boston"); asksFor(o, "second") {
		t.Error("boston has signed nothing, and is asked why it signs a second time")
	}
	st.must(sitting.ActPutAway, "")
	st.must(sitting.ActToken, "amsterdam")
	a := st.fill(sitting.ActSign, "amsterdam")
	delete(a.Fields, "second")
	st.refused(a, "Why a second one: nothing was typed")
	st.must(sitting.ActSign, "amsterdam")
	status, err := sitting.Look(st.cfg)
	if err != nil || len(status.Open) != 1 || !strings.Contains(status.Open[0].Happened, "signs a second digest for version 2 (the first: "+left.Candidate.String()) {
		t.Errorf("%v, %+v", err, status.Open)
	}
	st.walk("")
	if _, _, err := sitting.Leftover(st.cfg); !errors.Is(err, ceremony.ErrComplete) {
		t.Errorf("a complete candidate is left: %v", err)
	}
}

func asksFor(o sitting.Offer, name string) bool {
	_, err := o.Asked(name)
	return err == nil
}
