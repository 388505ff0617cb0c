package plain_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// until has the people go on until an act is offered.
func until(t *testing.T, s *sitting.Sitting, c people.Cast, id, target string) {
	t.Helper()
	p := people.New(c)
	for v := s.View(); ; v = s.View() {
		if _, ok := v.Offer(id, target); ok {
			return
		}
		if err := next(t, s, p); err != nil {
			t.Fatal(err)
		}
	}
}

// next has them do one thing, and touch tokens that want it.
func next(t *testing.T, s *sitting.Sitting, p *people.People) error {
	t.Helper()
	a, ok := p.Answer(s.View())
	if !ok {
		t.Fatalf("the people do not know how to go on at %q", s.View().Heading)
	}
	return s.Do(t.Context(), a, func(p sitting.Progress) {
		if p.Kind == sitting.Touch {
			s.Do(t.Context(), sitting.Act{ID: sitting.ActTouch}, nil) //nolint:errcheck // the act that waits will tell
		}
	})
}

// TestAnswersAreChecked: what is wrong with an answer is said before the next
// question, above all before the PIN, and the same is asked again.
func TestAnswersAreChecked(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	until(t, s, r.Cast(rehearse.Genesis), sitting.ActSign, "amsterdam")
	for _, c := range []struct {
		name, typed string
		want        []string
		never       string
	}{
		{
			"wrong words", "1\naardvark aardvark aardvark\n",
			[]string{"  amsterdam types words ", "  refused: your words are not those on the screen", "  what to do: read them again; other ones are asked for now", "  amsterdam types words "},
			"internal-audit (witness) types words",
		},
		{
			"a token touched", "1\ncccccbhuinrvkljnbctlgjcvfbiehfdhrcbuhnkjvdgi\n",
			[]string{"  refused: that looks like a token's one-time password", "  what to do: delete it and go on", "  amsterdam types words "},
			"internal-audit (witness) types words",
		},
		{
			"no reason", "2\n\n",
			[]string{"  Why: ", "  refused: Why: nothing was typed", "  Why: "},
			"  PIN of amsterdam",
		},
		{
			"no PIN", "2\nthe expiry\n\n",
			[]string{"  PIN of amsterdam", "  refused: PIN of amsterdam (tries left: 3): nothing was typed, and", "  PIN of amsterdam"},
			"touch the token",
		},
		{
			"back at the PIN", "2\nthe expiry\nq\n",
			[]string{"  PIN of amsterdam", "number of what to do"},
			"refused",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := s.View().Acts[0].Fields[0].Positions
			var out strings.Builder
			if err := plain.Run(t.Context(), s, plain.NewPipe(strings.NewReader(c.typed), &out), nil); !errors.Is(err, plain.ErrLeave) {
				t.Fatal(err)
			}
			rest := out.String()
			for _, want := range c.want {
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("%q is not on the screen, or not there:\n%s", want, &out)
				}
				rest = after
			}
			if strings.Contains(out.String(), c.never) {
				t.Errorf("%q is on the screen", c.never)
			}
			if others := s.View().Acts[0].Fields[0].Positions != before; others != (c.name == "wrong words") {
				t.Errorf("other words are asked for: %v", others)
			}
		})
	}
}

// TestLastTry: at the last try the phrase is asked for before the PIN, and the
// sitting goes on to its end with it.
func TestLastTry(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	right := r.Cast(rehearse.Genesis)
	until(t, s, right, sitting.ActSign, "amsterdam")
	wrong := people.New(people.Cast{PINs: map[string]string{"amsterdam": "000000"}})
	for range 2 {
		if err := next(t, s, wrong); err == nil {
			t.Fatal("a wrong PIN was taken")
		}
	}
	y := &typist{pins: right.PINs}
	if err := byHand(t, s, y); err != nil {
		t.Fatalf("%v\n%s", err, y.screen())
	}
	narrow(t, y.screen())
	phrase := strings.Index(y.screen(), `  internal-audit types "last try": a wrong PIN now blocks the token: last try`)
	pin := strings.Index(y.screen(), "  PIN of amsterdam (tries left: 1: a wrong PIN now blocks the token): ")
	if phrase < 0 || pin < phrase {
		t.Errorf("the phrase is at %d, the PIN at %d:\n%s", phrase, pin, y.screen())
	}
}

// interrupted is a person who ends the program instead of touching the token.
type interrupted struct {
	plain.Player
	end context.CancelFunc
}

func (p interrupted) Touch(ctx context.Context, _ sitting.Progress) error {
	p.end()
	<-ctx.Done()
	return ctx.Err()
}

// TestInterruptedAtATouch: the program ends with what ended it, says what became
// of the act, and the sitting can go on.
func TestInterruptedAtATouch(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	ctx, end := context.WithCancel(t.Context())
	var out strings.Builder
	c := plain.NewPipe(strings.NewReader(""), &out)
	p := plain.Player{Actor: people.New(r.Cast(rehearse.Genesis)), Console: c}
	if err := plain.Run(ctx, s, c, interrupted{p, end}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if !strings.HasSuffix(out.String(), "\n  refused: given up\n  what to do: enrol it again when you are ready\n") {
		t.Errorf("not told:\n%s", &out)
	}
	p.Actor = people.New(r.Cast(rehearse.Genesis))
	if err := plain.Run(t.Context(), s, c, p); err != nil || !s.View().Done {
		t.Errorf("afterwards: %v", err)
	}
}

// TestUnblock: an act that asks for three secrets takes each in its place, and
// shows none of them.
func TestUnblock(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	cast := r.Cast(rehearse.Genesis)
	until(t, s, cast, sitting.ActSign, "amsterdam")
	wrong := people.New(people.Cast{PINs: map[string]string{"amsterdam": "000000"}})
	for range 3 {
		if err := next(t, s, wrong); err == nil {
			t.Fatal("a wrong PIN was taken")
		}
	}
	puk := "8" + cast.PINs["amsterdam"]
	var out strings.Builder
	typed := "1\n" + puk + "\nfresh#Z4\nfresh#Z5\n123456\nfresh#Z4\nfresh#Z4\n"
	if err := plain.Run(t.Context(), s, plain.NewPipe(strings.NewReader(typed), &out), nil); !errors.Is(err, plain.ErrLeave) {
		t.Fatal(err)
	}
	rest := out.String()
	for _, want := range []string{
		"Blocked token of amsterdam", "unblock it with the PUK", "PUK of amsterdam (tries left: 3): ", "New PIN of amsterdam, 6 to 8 characters: ", "The new PIN once more: ",
		"refused: The new PIN once more: the second is not what the first was", "what to do: type both again", "New PIN of amsterdam", "refused: the new PIN is not taken", "New PIN of amsterdam",
		"The new PIN once more: ", "[pass] the token of amsterdam has a new PIN", "open exception", "sign version 1 as amsterdam",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not on the screen, or not there:\n%s", want, &out)
		}
		rest = after
	}
	cast.PINs["amsterdam"] = "fresh#Z4"
	if err := next(t, s, people.New(cast)); err != nil {
		t.Errorf("with the new PIN: %v", err)
	}
}
