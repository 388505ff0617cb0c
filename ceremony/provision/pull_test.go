package provision_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// TestPulled pulls a token at every command of a whole run that writes, and at
// some that read, before the card has carried it out and after. It is then
// inserted again, and the run goes on; or the program was ended too, and another
// run does.
func TestPulled(t *testing.T) {
	for _, c := range []struct {
		name            string
		restart, sealed bool
	}{
		{"same run", false, false},
		{"another run", true, false},
		{"same run, management key sealed", false, true},
		{"another run, management key sealed", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, writes := range []bool{true, false} {
				every := map[bool]int{true: 1, false: 67}[writes]
				n := 1
				for over := false; !over; n += every {
					for _, done := range []bool{false, true} {
						if over = !pulledAt(t, n, writes, done, c.restart, c.sealed); t.Failed() {
							t.Fatalf("pulled at command %d, of those that write: %v, carried out: %v", n, writes, done)
						}
					}
				}
				if least := map[bool]int{true: 20, false: 500}[writes]; n < least {
					t.Errorf("a run has %d commands only, of those that write: %v", n, writes)
				}
			}
		})
	}
}

// pulledAt reports whether the run had so many commands.
func pulledAt(t *testing.T, n int, writes, done, restart, sealed bool) bool {
	st := newStage(t)
	if sealed {
		st.sealed()
	} else {
		st.planned()
	}
	st.open()
	st.hand.pull(n, writes, done)
	pulled := 0
	for range 60 {
		v := st.p.View()
		if v.Done {
			break
		}
		a, known := st.holder.Answer(v)
		if !known {
			t.Errorf("%q waits for nothing: %v", v.Heading, ids(v))
			break
		}
		err := st.do(a)
		if err == nil {
			continue
		}
		if pulled++; pulled > 1 || !errors.Is(err, token.ErrRemoved) {
			t.Errorf("%s: %v", a.ID, err)
			break
		}
		if v := st.p.View(); v.Done || step(v) != "token-look" || !shows(v, "Insert token 90000123 of ada") {
			t.Errorf("after the pull: at %s, %v", step(v), v.Body)
		}
		st.hand.insert()
		if restart {
			st.open()
		}
	}
	if !st.p.View().Done {
		t.Errorf("not done: %s, %v", step(st.p.View()), st.p.View().Body)
		return false
	}
	st.hand.insert() // the pull may still have been ahead
	if i := st.info(); i.PINLeft != 5 || i.PUKLeft != 5 || i.Certificate == nil || i.ManagementProtected == sealed {
		t.Errorf("token %+v", i)
	}
	signs(t, st.card, st.info())
	st.p.Close()
	st.card.Close()
	return pulled > 0
}

// TestTold: a token that is back says how far it came, and the agenda goes on
// there; another run asks whether to go on, or to begin again.
func TestTold(t *testing.T) {
	st := newStage(t)
	st.open()
	for _, c := range []struct{ until, tells, goesOn string }{
		{provision.ActTries, "PIN, PUK and management key are the factory's, and there is no key", "Tries"},
		{provision.ActPIN, "it has its tries; PIN, PUK and management key are the factory's, and there is no key", "PIN"},
		{provision.ActPUK, "it is half done: PIN set; still the factory's: PUK and management key; no key", "PUK"},
		{provision.ActKey, "it is half done: PIN, PUK and management key set; no key", "Key"},
		{provision.ActCertificate, "it is half done: PIN, PUK and management key set; a key, and no certificate", "Certificate"},
	} {
		st.walk(c.until)
		st.hand.pull(1, false, false)
		st.refused(st.fill(c.until), sitting.TokenRemoved, "token 90000123 does not answer")
		if v := st.p.View(); step(v) != "token-look" || !shows(v, "Insert token 90000123 and look at it.") || len(v.Body) != 1 || v.Body[0].Checks != nil {
			t.Errorf("%s: pulled, and at %s", c.until, step(v))
		}
		st.refused(st.fill(provision.ActLook), sitting.TokenRemoved, "does not answer")
		st.hand.insert()
		st.must(provision.ActLook)
		v := st.p.View()
		if v.Heading != c.goesOn || !shows(v, "Token 90000123 is back: "+c.tells+".") {
			t.Errorf("%s: goes on at %q, and says %v", c.until, v.Heading, v.Body)
		}
		if c.until == provision.ActTries || c.until == provision.ActPIN { // nothing was written that would be worth going on with
			continue
		}
		st.open()
		st.must(provision.ActSerial)
		if v := st.p.View(); step(v) != "token-empty" || !shows(v, "Token 90000123 is half done: "+strings.TrimPrefix(c.tells, "it is half done: ")+".") {
			t.Errorf("%s: another run is at %s: %v", c.until, step(v), v.Body)
		}
		st.must(provision.ActGoOn)
	}
	st.walk("")
}

// TestSealedKeyIsTyped: another run does not know a management key that was
// sealed. It is typed; a wrong one costs nothing.
func TestSealedKeyIsTyped(t *testing.T) {
	st := newStage(t)
	st.sealed()
	st.open()
	st.walk(provision.ActKey)
	st.again()
	if v := st.p.View(); step(v) != "token-key" || !shows(v, "Open its envelope and type it") {
		t.Fatalf("at %s: %v", step(v), v.Body)
	}
	if _, offered := st.p.View().Offer(provision.ActKey, ""); offered {
		t.Error("a key may be made without the management key")
	}
	for _, c := range []struct{ typed, why string }{
		{"abcd", "that is no management key"},
		{strings.Repeat("ab", 20), "that is no management key"}, // no kind of key is so long
		{"abcd efgh " + st.holder.Management(), "that is no management key"},
	} {
		a := st.fill(provision.ActTypeManagement)
		a.Secrets["management"] = sitting.NewSecret([]byte(c.typed))
		st.refused(a, sitting.NotDone, c.why)
	}
	a := st.fill(provision.ActTypeManagement)
	a.Secrets["management"] = sitting.NewSecret([]byte(strings.Repeat("ab", 24)))
	if err := st.do(a); err != nil {
		t.Fatal(err)
	}
	st.refused(st.fill(provision.ActKey), sitting.NotDone, token.ErrManagement.Error())
	st.must(provision.ActTypeManagement)
	st.must(provision.ActKey)
	st.walk("")
}

// TestGivenUp: an act that is given up is no fault of the token's.
func TestGivenUp(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk(provision.ActTries)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var r *sitting.Refusal
	if err := st.p.Do(ctx, st.fill(provision.ActTries), nil); !errors.As(err, &r) || r.What != "given up" {
		t.Errorf("%v", err)
	}
	st.must(provision.ActLook)
	st.walk("")
}
