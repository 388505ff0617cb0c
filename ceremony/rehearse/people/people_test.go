package people_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/root"
)

// screen is a view of somebody's turn to sign: the words of the digest are
// there, and what can be done.
func screen(acts ...sitting.Offer) sitting.View {
	d := root.Digest{1}
	return sitting.View{
		Now:  time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
		Acts: acts,
		Body: []sitting.Block{
			{Digest: root.Digest{9}, Words: make([]string, 32)},
			{Digest: d}, // of the same digest, without its words
			{Digest: d, Words: []string{"one", "two", "three", "four", "five", "six"}},
		},
	}
}

func sign(name string) sitting.Offer {
	return sitting.Offer{ID: sitting.ActSign, Target: name, Digest: root.Digest{1}, Next: true, Fields: []sitting.Field{
		{Name: "words", Kind: sitting.FieldWords, Positions: [3]int{1, 3, 5}},
		{Name: "witness", Kind: sitting.FieldWords, Positions: [3]int{2, 4, 6}},
		{Name: "pin", Kind: sitting.FieldSecret},
	}}
}

func refuse(name string) sitting.Offer {
	return sitting.Offer{ID: sitting.ActRefuse, Target: name, Digest: root.Digest{1}, Fields: []sitting.Field{
		{Name: "reason", Kind: sitting.FieldText}, {Name: "pin", Kind: sitting.FieldSecret},
	}}
}

func exception() sitting.Offer {
	return sitting.Offer{ID: sitting.ActException, Fields: []sitting.Field{
		{Name: "expected", Kind: sitting.FieldText}, {Name: "happened", Kind: sitting.FieldText},
	}}
}

func putAway() sitting.Offer { return sitting.Offer{ID: sitting.ActPutAway} }

// done is an act, with its PIN in the open for comparing.
type done struct {
	ID, Target, PIN string
	Fields          map[string]string
}

func seen(a sitting.Act) done {
	return done{a.ID, a.Target, string(a.Secrets[sitting.PINField].Bytes()), a.Fields}
}

var rightWords = map[string]string{"words": "one three five", "witness": "two four six"}

// TestMishaps: each happens once, at its participant's turn, and then it is
// done right; a refusal leaves nothing to be done.
func TestMishaps(t *testing.T) {
	right := done{sitting.ActSign, "ada", "271801", rightWords}
	cases := []struct {
		name  string
		first done
		then  done
	}{
		{"", right, right},
		{string(people.WrongPIN), done{sitting.ActSign, "ada", "00000000", rightWords}, right},
		{string(people.WrongWords), done{sitting.ActSign, "ada", "271801", map[string]string{
			"words": "aardvark aardvark aardvark", "witness": "aardvark aardvark aardvark",
		}}, right},
		{string(people.Refuses), done{sitting.ActRefuse, "ada", "271801", map[string]string{
			"reason": "the expiry is not what our board decided",
		}}, right},
		{string(people.Exception), done{sitting.ActException, "", "", map[string]string{
			"expected": "nobody leaves the room while a token is on the table",
			"happened": "somebody opened the door for a minute",
		}}, right},
	}
	for _, c := range cases {
		t.Run("mishap "+c.name, func(t *testing.T) {
			p := people.New(people.Cast{
				PINs:    map[string]string{"ada": "271801", "bo": "271802"},
				Mishaps: map[string]people.Mishap{"ada": people.Mishap(c.name)},
			})
			others, ok := p.Answer(screen(sign("bo"), refuse("bo"), putAway(), exception()))
			if want := (done{sitting.ActSign, "bo", "271802", rightWords}); !ok || !cmp.Equal(seen(others), want) {
				t.Errorf("bo, who has no mishap: %v %+v", ok, seen(others))
			}
			v := screen(sign("ada"), refuse("ada"), putAway(), exception())
			for i, want := range []done{c.first, c.then, right} {
				a, ok := p.Answer(v)
				if !ok {
					t.Fatalf("answer %d: not known", i+1)
				}
				if diff := cmp.Diff(want, seen(a)); diff != "" {
					t.Errorf("answer %d (-want +got):\n%s", i+1, diff)
				}
				if o, _ := v.Offer(a.ID, a.Target); a.Digest != o.Digest {
					t.Errorf("answer %d is for digest %v", i+1, a.Digest)
				}
			}
		})
	}
}

// TestOrder: who arrives comes first, then what the step waits for, then open
// exceptions; what nobody waits for is left alone.
func TestOrder(t *testing.T) {
	signIn := func(name string) sitting.Offer {
		return sitting.Offer{ID: sitting.ActSignIn, Target: name, Fields: []sitting.Field{{Name: "person", Kind: sitting.FieldText, Optional: true}}}
	}
	take := func(name string) sitting.Offer { return sitting.Offer{ID: sitting.ActToken, Target: name, Next: true} }
	closing := sitting.Offer{ID: sitting.ActClose, Target: "x", Fields: []sitting.Field{
		{Name: "decision", Kind: sitting.FieldText}, {Name: "by", Kind: sitting.FieldText},
	}}
	cont := sitting.Offer{ID: sitting.ActContinue, Next: true}
	for _, c := range []struct {
		name   string
		acts   []sitting.Offer
		want   string // id and target; empty: not known
		absent []string
	}{
		{"arrivals first", []sitting.Offer{cont, signIn("ada")}, "sign-in ada", nil},
		{"who is absent does not arrive", []sitting.Offer{signIn("ada"), signIn("bo"), cont}, "sign-in bo", []string{"ada"}},
		{"then what is waited for", []sitting.Offer{signIn("ada"), cont}, "continue ", []string{"ada"}},
		{"a token of who is there", []sitting.Offer{take("ada"), take("bo")}, "token bo", []string{"ada"}},
		{"an exception at last", []sitting.Offer{exception(), closing}, "close x", nil},
		{"but after what is waited for", []sitting.Offer{closing, cont}, "continue ", nil},
		{"nobody is there", []sitting.Offer{take("ada"), signIn("ada"), exception()}, "", []string{"ada"}},
		{"a token that can do nothing is put away", []sitting.Offer{putAway(), exception()}, "put-away ", nil},
		{"nothing is waited for", []sitting.Offer{exception()}, "", nil},
		{"nothing", nil, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, ok := people.New(people.Cast{Absent: c.absent}).Answer(screen(c.acts...))
			if !ok && c.want == "" {
				return
			}
			if got := a.ID + " " + a.Target; !ok || got != c.want {
				t.Errorf("got %q (%v), want %q", got, ok, c.want)
			}
		})
	}
}

// TestNotKnown: a field that they have never seen, or a PIN that they do not
// have, is not filled in with anything.
func TestNotKnown(t *testing.T) {
	field := func(f sitting.Field) sitting.View {
		return screen(sitting.Offer{ID: "new", Target: "ada", Next: true, Fields: []sitting.Field{f}})
	}
	for _, c := range []struct {
		name  string
		field sitting.Field
		known bool
	}{
		{"unknown text", sitting.Field{Name: "colour", Kind: sitting.FieldText}, false},
		{"unknown, may be left out", sitting.Field{Name: "colour", Kind: sitting.FieldText, Optional: true}, true},
		{"no PIN", sitting.Field{Name: "pin", Kind: sitting.FieldSecret}, false},
		{"clock", sitting.Field{Name: "outside", Kind: sitting.FieldText}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, ok := people.New(people.Cast{}).Answer(field(c.field))
			if ok != c.known {
				t.Errorf("known: %v, want %v (%+v)", ok, c.known, a.Fields)
			}
			if c.field.Name == "outside" {
				want := map[string]string{"outside": "2026-11-22T12:00:00Z"}
				if diff := cmp.Diff(want, a.Fields, cmpopts.EquateEmpty()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestPhrase: what is to be typed as it stands there is typed so.
func TestPhrase(t *testing.T) {
	o := sign("ada")
	o.Fields = append(o.Fields, sitting.Field{Name: "last-try", Kind: sitting.FieldPhrase, Phrase: "last try"})
	a, ok := people.New(people.Cast{PINs: map[string]string{"ada": "271801"}}).Answer(screen(o))
	if !ok || a.Fields["last-try"] != "last try" {
		t.Errorf("%v, typed %q", ok, a.Fields["last-try"])
	}
}
