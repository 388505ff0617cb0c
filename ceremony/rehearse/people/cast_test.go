package people_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// at is a view that stands at a step.
func at(step string, acts ...sitting.Offer) sitting.View {
	v := screen(acts...)
	v.Agenda = []sitting.AgendaItem{{Step: "before", State: sitting.AgendaDone}, {Step: step, State: sitting.AgendaNow}}
	return v
}

// TestErrands: each is gone on once, at its step, when it is offered, with what
// it says, and not while a token lies on the table or too few have signed.
func TestErrands(t *testing.T) {
	ask := sitting.Offer{ID: sitting.ActRequest, Fields: []sitting.Field{{Name: "participant", Kind: sitting.FieldText}}}
	cont := sitting.Offer{ID: sitting.ActContinue, Next: true}
	p := people.New(people.Cast{Errands: []people.Errand{
		{At: "signatures", Act: sitting.ActRequest, Says: map[string]string{"participant": "ada"}},
		{At: "signatures", Act: sitting.ActPause, Signed: 2},
	}})
	pause := sitting.Offer{ID: sitting.ActPause}
	busy := at("signatures", cont, ask)
	busy.Turn.Participant = "bo"
	few := at("signatures", cont, pause)
	few.Meters = []sitting.Meter{{Need: 3, Have: 1}}
	enough := at("signatures", cont, pause)
	enough.Meters = []sitting.Meter{{Need: 3, Have: 2}}
	for _, c := range []struct {
		name string
		view sitting.View
		want string
	}{
		{"another step", at("tokens", cont, ask), sitting.ActContinue},
		{"a token on the table", busy, sitting.ActContinue},
		{"not offered", at("signatures", cont), sitting.ActContinue},
		{"due", at("signatures", cont, ask), sitting.ActRequest},
		{"once", at("signatures", cont, ask), sitting.ActContinue},
		{"too few have signed", few, sitting.ActContinue},
		{"enough have", enough, sitting.ActPause},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, ok := p.Answer(c.view)
			if !ok || a.ID != c.want {
				t.Fatalf("got %q (%v), want %q", a.ID, ok, c.want)
			}
			if want := map[string]string{"participant": "ada"}; a.ID == sitting.ActRequest && !cmp.Equal(want, a.Fields) {
				t.Errorf("says %v", a.Fields)
			}
		})
	}
}

// TestLeaves: everybody goes home at the step until which they came, once those
// who came have done what there is to do; not in the middle of something, and
// not from a sitting that is over.
func TestLeaves(t *testing.T) {
	take := sitting.Offer{ID: sitting.ActToken, Target: "ada", Next: true}
	cont := sitting.Offer{ID: sitting.ActContinue, Next: true}
	closing := sitting.Offer{ID: sitting.ActReadBack, Next: true}
	over := at("signatures")
	over.Done = true
	for _, c := range []struct {
		name   string
		view   sitting.View
		absent []string
		want   bool
	}{
		{"something to do", at("signatures", take), nil, false},
		{"only for who is absent", at("signatures", take), []string{"ada"}, true},
		{"to go on is for another day", at("signatures", cont, closing), nil, true},
		{"another step", at("tokens"), nil, false},
		{"over", over, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := people.New(people.Cast{Until: "signatures", Absent: c.absent}).Leaves(c.view); got != c.want {
				t.Errorf("leaves: %v, want %v", got, c.want)
			}
			if people.New(people.Cast{Absent: c.absent}).Leaves(c.view) {
				t.Error("somebody who came to stay leaves")
			}
		})
	}
}

// TestForgets: they try until the PIN is blocked. With the PUK at hand they
// choose another one, which they know from then on; else the token is put away.
func TestForgets(t *testing.T) {
	cast := people.Cast{
		PINs: map[string]string{"ada": "271801"}, PUKs: map[string]string{"ada": "8271801"}, NewPINs: map[string]string{"ada": "314159"},
		Mishaps: map[string]people.Mishap{"ada": people.Forgets},
	}
	unblock := sitting.Offer{ID: sitting.ActUnblock, Target: "ada", Next: true, Fields: []sitting.Field{
		{Name: "puk", Kind: sitting.FieldSecret}, {Name: "new-pin", Kind: sitting.FieldSecret}, {Name: "new-pin-again", Kind: sitting.FieldSecret, Same: "new-pin"},
	}}
	p := people.New(cast)
	for range 3 {
		if a, _ := p.Answer(screen(sign("ada"), putAway())); seen(a).PIN != "00000000" {
			t.Errorf("the PIN %q is remembered", seen(a).PIN)
		}
	}
	blocked := screen(unblock, putAway())
	a, ok := p.Answer(blocked)
	typed := map[string]string{}
	for name, s := range a.Secrets {
		typed[name] = string(s.Bytes())
	}
	if want := map[string]string{"puk": "8271801", "new-pin": "314159", "new-pin-again": "314159"}; !ok || !cmp.Equal(want, typed) {
		t.Errorf("unblocked by %v", typed)
	}
	if a, _ := p.Answer(screen(sign("ada"), putAway())); seen(a).PIN != "314159" {
		t.Errorf("after that the PIN is %q", seen(a).PIN)
	}
	cast.PUKs = nil
	if a, _ := people.New(cast).Answer(blocked); a.ID != sitting.ActPutAway {
		t.Errorf("without a PUK: %q", a.ID)
	}
}

// TestSays: what they type into a field of text can be told them, and the clock
// on the wall may be another than the screen's.
func TestSays(t *testing.T) {
	p := people.New(people.Cast{Says: map[string]string{"colour": "green"}, Clock: time.Hour})
	a, ok := p.Answer(screen(sitting.Offer{ID: "new", Next: true, Fields: []sitting.Field{
		{Name: "colour", Kind: sitting.FieldText}, {Name: "outside", Kind: sitting.FieldText},
	}}))
	if want := map[string]string{"colour": "green", "outside": "2026-11-22T13:00:00Z"}; !ok || !cmp.Equal(want, a.Fields) {
		t.Errorf("says %v", a.Fields)
	}
}
