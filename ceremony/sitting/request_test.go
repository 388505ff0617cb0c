package sitting_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestRequestIsNotBelieved: a keyholder's own place computes the frozen plan and
// the candidate itself, and refuses a request that says something else.
func TestRequestIsNotBelieved(t *testing.T) {
	st := newStage(t)
	st.stand(rehearse.Rotate, st.genesis())
	st.cast.Mishaps = nil
	a := st.at(t, "amsterdam", "amsterdam", "edinburgh", "internal-audit")
	a.open()
	a.refuses(t, "boston", "nobody can be asked yet")
	a.walk("tokens")
	a.refuses(t, "boston", "before every joining key is enrolled; missing: edinburgh")
	a.walk("signatures")
	a.refuses(t, "gotham", "no participant of this plan")
	good, err := a.s.Ask("boston")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := a.s.Ask("boston"); err != nil || again.Digest() != good.Digest() {
		t.Errorf("asked again: %v, %v", again.Digest(), err)
	}
	for _, c := range []struct {
		name   string
		change func(r *ceremony.Request)
		want   string
	}{
		{"another candidate", func(r *ceremony.Request) {
			r.Candidate = strings.Replace(r.Candidate, `"version":2`, `"version":3`, 1)
		}, "candidate: this sitting's is"},
		{"another frozen plan", func(r *ceremony.Request) { r.Frozen += "# \n" }, "frozen plan: this sitting's is"},
		{"a mended plan", func(r *ceremony.Request) { r.Plan = strings.Replace(r.Plan, "threshold: 3", "threshold: 2", 1) }, "plan: this sitting's is"},
		{"no enrolment", func(r *ceremony.Request) { r.Enrolments = nil }, "lacks the enrolments of edinburgh"},
		{"an enrolment nobody stated", func(r *ceremony.Request) { r.Enrolments[0].Stated.Sig[9] ^= 1 }, "what it brings does not hold"},
		{"for nobody", func(r *ceremony.Request) { r.Participant = "gotham" }, `"gotham" is no participant`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ceremony.ParseRequest(good.Encode())
			if err != nil {
				t.Fatal(err)
			}
			c.change(&r)
			cfg := st.at(t, "boston", "boston").cfg
			cfg.Plan, cfg.Request = nil, r.Encode()
			s, err := sitting.Open(cfg)
			if err == nil {
				s.Close()
				t.Fatal("the request is believed")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	b := st.at(t, "boston", "boston", "internal-audit")
	b.cfg.Plan, b.cfg.Request = nil, good.Encode()
	b.open()
	b.walk("signatures")
	if _, ok := b.view().Offer(sitting.ActToken, "boston"); !ok || len(b.view().Meters) != 2 {
		t.Errorf("boston's place offers %s", offered(b.view()))
	}
	if _, err := b.s.Merge("a stick", []byte("{}")); err == nil {
		t.Error("a keyholder's own place merges")
	}
	b.walk("")
	b.cfg.Request = nil // the place has a copy
	b.open()
	if v := b.view(); !v.Done || v.Heading != "Your part is done" {
		t.Errorf("opened again: %q", v.Heading)
	}
}

// refuses wants nothing to be asked of somebody.
func (st *stage) refuses(t *testing.T, name, want string) {
	t.Helper()
	_, err := st.s.Ask(name)
	var r *sitting.Refusal
	if !errors.As(err, &r) || r.Hint == "" || !strings.Contains(err.Error(), want) {
		t.Errorf("ask %s: %v, want %q", name, err, want)
	}
}
