package sitting_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestTurn: the view says whose token is on the table, as it is.
func TestTurn(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	want := sitting.Turn{}
	look := func(when string) {
		t.Helper()
		if diff := cmp.Diff(want, st.view().Turn); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	look("nobody's")
	st.must(sitting.ActToken, "boston")
	want = sitting.Turn{Participant: "boston", Serial: "90000002", Reader: "boston", PINLeft: 3}
	look("taken up")
	st.wrongPIN("boston") //nolint:errcheck // it is wrong
	want.PINLeft = 2
	look("after a wrong PIN")
	st.must(sitting.ActPutAway, "")
	want = sitting.Turn{}
	look("put away")
	st.replaceToken("boston", 90000002, "271801", "82718011", nil)
	st.must(sitting.ActToken, "boston")
	want = sitting.Turn{Participant: "boston", Serial: "90000002", Reader: "boston", PINLeft: 3, Failed: true}
	look("with another key")
}

// TestShort: each step has a name for the margin.
func TestShort(t *testing.T) {
	st := newStage(t)
	st.open()
	var got []string
	for _, i := range st.view().Agenda {
		got = append(got, i.Short)
		if len(i.Short) > 13 {
			t.Errorf("%q has %d columns", i.Short, len(i.Short))
		}
	}
	want := []string{"Open", "Room", "Trusted root", "Tokens", "Freeze", "Candidate", "Signatures", "Check", "Seal", "Hand over"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWhole: what is new in the candidate must have been seen to its end, where
// it is confirmed and where it is signed.
func TestWhole(t *testing.T) {
	st := newStage(t)
	whole := map[string]int{}
	st.watch = func(v any) {
		if v, ok := v.(sitting.View); ok {
			for _, b := range v.Body {
				if b.Whole && b.Title == "What stands in the first root" && len(b.Lines) > 0 {
					whole[v.Heading]++
				} else if b.Whole {
					t.Errorf("%q: %+v", v.Heading, b)
				}
			}
		}
	}
	st.open()
	st.walk("")
	for _, heading := range []string{"Candidate: what will be signed", "Signature of amsterdam", "Signature of boston", "Signature of chennai"} {
		if whole[heading] == 0 {
			t.Errorf("%q: the difference need not be seen whole", heading)
		}
		delete(whole, heading)
	}
	if len(whole) > 0 {
		t.Errorf("and also %v", whole)
	}
}

// TestTouches: before each touch it is said whose, when it is wanted, and what
// for.
func TestTouches(t *testing.T) {
	st := newStage(t)
	trusted := st.genesis()
	st.stand(rehearse.Rotate, trusted)
	st.open()
	type touch struct {
		Act, For   string
		Number, Of int
	}
	var got []touch
	for _, c := range []struct{ step, act, name, serial string }{
		{"tokens", sitting.ActEnrol, "edinburgh", "90000006"},
		{"signatures", sitting.ActSign, "amsterdam", "90000001"},
		{"signatures", sitting.ActRefuse, "boston", "90000002"},
		{"seal", sitting.ActAgree, "amsterdam", "90000001"},
		{"seal", sitting.ActDisagree, "boston", "90000002"},
	} {
		st.walk(c.step)
		st.watch = func(p any) {
			if p, ok := p.(sitting.Progress); ok && p.Kind == sitting.Touch {
				got = append(got, touch{c.act, p.For, p.Number, p.Of})
				if p.Target != c.name || p.Serial != c.serial || p.Policy != "always" || !p.Press || p.Timeout != 15*time.Second {
					t.Errorf("%s: %+v", c.act, p)
				}
			}
		}
		if err := st.takeAnd(c.act, c.name); err != nil {
			t.Fatalf("%s: %v", c.act, err)
		}
		st.watch = nil
	}
	want := []touch{
		{sitting.ActEnrol, "the proof of possession", 1, 1},
		{sitting.ActSign, "the signature over version 2", 1, 2},
		{sitting.ActSign, "the statement of the signature", 2, 2},
		{sitting.ActRefuse, "the statement of the refusal", 1, 1},
		{sitting.ActAgree, "the seal", 1, 1},
		{sitting.ActDisagree, "the seal", 1, 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCannotSign: a meter does not claim that a key could sign whose token was
// blocked or not what it should be when it was last looked at. Nobody records
// that, and a token that is fine again could sign again.
func TestCannotSign(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	state := func(name string) sitting.KeyState {
		for _, k := range st.view().Meters[0].Keys {
			if k.Name == name {
				return k.State
			}
		}
		return "not in the meter"
	}
	look := func(when, name string, want sitting.KeyState, next bool) {
		t.Helper()
		if got := state(name); got != want {
			t.Errorf("%s: %s is shown as %q, want %q", when, name, got, want)
		}
		if o, ok := st.view().Offer(sitting.ActToken, name); !ok || o.Next != next {
			t.Errorf("%s: the token of %s: offered %v, waited for %v", when, name, ok, o.Next)
		}
	}
	look("at first", "boston", sitting.KeyCould, true)
	good := st.tokenFile("boston") + ".good"
	if err := os.Link(st.tokenFile("boston"), good); err != nil {
		t.Fatal(err)
	}
	pin := st.cast.PINs["boston"]
	st.replaceToken("boston", 90000002, "271801", "82718011", nil)
	st.must(sitting.ActToken, "boston")
	st.must(sitting.ActPutAway, "")
	look("another key", "boston", sitting.KeyCannot, false)
	st.move(good, st.tokenFile("boston"))
	st.cast.PINs["boston"] = pin
	look("not looked at since", "boston", sitting.KeyCannot, false)
	st.must(sitting.ActToken, "boston")
	st.must(sitting.ActPutAway, "")
	look("fine again", "boston", sitting.KeyCould, true)
	if err := st.takeAnd(sitting.ActSign, "boston"); err != nil {
		t.Error(err)
	}

	st.must(sitting.ActToken, "chennai")
	for range 3 {
		if err := st.wrongPIN("chennai"); err == nil {
			t.Fatal("a wrong PIN was taken")
		}
	}
	if got := state("chennai"); got != sitting.KeyCannot {
		t.Errorf("with its blocked token on the table chennai is shown as %q", got)
	}
	st.open()
	look("opened again", "chennai", sitting.KeyCould, true)
}
