package sitting_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// TestFactoryState: a card that still has a secret of the factory's is asked for
// nothing, and each is named.
func TestFactoryState(t *testing.T) {
	st := newStage(t)
	st.give("boston", newCard(t, token.Rehearsal, 90000002, nil).generate(t))
	st.open()
	st.walk("tokens")
	st.must(sitting.ActToken, "boston")
	v := st.view()
	if _, offered := v.Offer(sitting.ActEnrol, "boston"); offered || !v.Turn.Failed {
		t.Error("it may be enrolled")
	}
	for _, what := range []string{"PIN", "PUK", "management key"} {
		if !failed(v, "the "+what+" is still the factory's") {
			t.Errorf("the %s is not told: %+v", what, v.Body[0].Checks)
		}
	}

	// A card without a key is no token yet.
	st.give("boston", newCard(t, token.Rehearsal, 90000002, nil).secrets(t))
	st.must(sitting.ActPutAway, "")
	st.refusedAs(st.fill(sitting.ActToken, "boston"), sitting.NotDone, token.ErrNoKey.Error(), "provision it first")
}

// TestUnknownKey: a token whose key is of an unknown kind is not empty, and
// nobody is told to provision it.
func TestUnknownKey(t *testing.T) {
	st := newStage(t)
	st.say("boston", func(i *token.Info) { i.SPKI, i.Algorithm = nil, "unknown (0xd1)" })
	st.open()
	st.walk("tokens")
	st.refusedAs(st.fill(sitting.ActToken, "boston"), sitting.NotDone, "slot 9c: unknown (0xd1): the key in the slot is of a kind that this program does not know", "put the token aside")
}

// TestFactoryUntold: of a card that does not tell whether its secrets are the
// factory's, as none does before firmware 5.3, this is said, and stands in
// nobody's way. An HSM has no more than a PIN.
func TestFactoryUntold(t *testing.T) {
	untold := func(i *token.Info) {
		i.DefaultPIN, i.DefaultPUK, i.DefaultManagement = token.Unknown, token.Unknown, token.Unknown
	}
	const warning = "the token does not tell whether these are still the factory's: "
	t.Run("card", func(t *testing.T) {
		st := newStage(t)
		st.productionOf(cards.NewMaker(t))
		st.open()
		st.walk("signatures")
		st.must(sitting.ActToken, "boston")
		if marked(st.view(), sitting.MarkWarn, warning) {
			t.Error("it is said of a card that does tell")
		}
		st.must(sitting.ActPutAway, "")
		st.say("boston", untold)
		st.must(sitting.ActToken, "boston")
		if !marked(st.view(), sitting.MarkWarn, warning+"PIN, PUK, management key;") {
			t.Errorf("shown is %+v", st.view().Body[0].Checks)
		}
		st.must(sitting.ActSign, "boston")
	})
	t.Run("HSM", func(t *testing.T) {
		st := newStage(t)
		st.hsm("generated", token.No)
		delete(st.wraps, "edinburgh")
		hsm := st.wraps["amsterdam"]
		st.wraps["amsterdam"] = func(r *rehearsal.Token) token.Token {
			h := hsm(r).(unattested)
			return unattested{dressed{h.Token, func(i *token.Info) { h.say(i); untold(i) }}}
		}
		st.open()
		st.walk("tokens")
		st.must(sitting.ActToken, "amsterdam")
		if !marked(st.view(), sitting.MarkWarn, warning+"PIN;") {
			t.Errorf("shown is %+v", st.view().Body[0].Checks)
		}
	})
}

// TestImportedKey: a key that was brought to its card attests nothing. Only a
// policy that leaves attestation to choice lets it in, and then as an exception
// that somebody has to answer for.
func TestImportedKey(t *testing.T) {
	for _, c := range []struct {
		policy string
		let    bool
	}{{"required", false}, {"optional", true}} {
		t.Run(c.policy, func(t *testing.T) {
			maker := cards.NewMaker(t)
			st := newStage(t)
			st.productionOf(maker)
			st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("attestation: required"), []byte("attestation: "+c.policy), 1)
			st.give("boston", newCard(t, token.PIV, 90000002, maker.Issuer).bring(t).secrets(t))
			st.open()
			st.walk("tokens")
			room := len(st.view().Notices)
			st.must(sitting.ActToken, "boston")
			if !marked(st.view(), sitting.MarkWarn, "nothing proves where this key lives") || !marked(st.view(), sitting.MarkWarn, "origin: the key was made elsewhere") {
				t.Errorf("shown is %+v", st.view().Body)
			}
			if _, offered := st.view().Offer(sitting.ActEnrol, "boston"); offered != c.let || failed(st.view(), "ATTEST-CHAIN") == c.let {
				t.Fatalf("may be enrolled: %v", offered)
			}
			if !c.let {
				return
			}
			for range 2 { // the exception of the first time is enough
				a := st.fill(sitting.ActEnrol, "boston")
				a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("000000"))
				if st.do(a) == nil {
					t.Fatal("a wrong PIN was taken")
				}
			}
			st.must(sitting.ActEnrol, "boston")
			notices := st.view().Notices[room:]
			if len(notices) != 1 || !strings.Contains(strings.Join(st.view().Notices, " "), "nothing proves where the key of boston lives: its token, 90000002, shows no attestation") {
				t.Errorf("%d exceptions: %q", len(notices), st.view().Notices)
			}
			st.walk("")
		})
	}
}

func marked(v sitting.View, mark sitting.Mark, text string) bool {
	for _, b := range v.Body {
		for _, c := range b.Checks {
			if c.Mark == mark && strings.HasPrefix(c.Text, text) {
				return true
			}
		}
	}
	return false
}

// TestOwnWord: where the plan says that nothing is attested, what the token says
// of its key is shown as its word, and a key that can leave it is not used.
func TestOwnWord(t *testing.T) {
	for _, c := range []struct {
		origin      string
		extractable token.Default
		want        []string
		taken       bool
	}{
		{"generated", token.No, []string{"note origin: the key was made on the token", "note extractable: no, and it never was"}, true},
		{"generated", token.Unknown, []string{"note origin: the key was made on the token", "warn extractable: not told; the key may be able to leave the token"}, true},
		{"", "", []string{"warn origin: not told; the key may have been made elsewhere", "warn extractable: not told; the key may be able to leave the token"}, true},
		{"imported", token.No, []string{"warn origin: the key was made elsewhere and brought to the token; who made it may have kept a copy", "note extractable: no, and it never was"}, true},
		{"generated", token.Yes, []string{"note origin: the key was made on the token", "fail extractable: the key can leave the token, or once could"}, false},
	} {
		t.Run(fmt.Sprintf("%s, %s", c.origin, c.extractable), func(t *testing.T) {
			st := newStage(t)
			st.hsm(c.origin, c.extractable)
			delete(st.wraps, "edinburgh")
			st.open()
			st.walk("tokens")
			st.must(sitting.ActToken, "amsterdam")
			v := st.view()
			var got []string
			for _, b := range v.Body {
				for _, check := range b.Checks {
					got = append(got, string(check.Mark)+" "+check.Text)
				}
			}
			want := append([]string{
				"note ATTEST-CHAIN: the plan says that this token attests nothing",
				"warn nothing proves where this key lives; what follows is the token's own word",
			}, c.want...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, offered := v.Offer(sitting.ActEnrol, "amsterdam"); offered != c.taken || v.Turn.Failed == c.taken {
				t.Errorf("may be enrolled: %v", offered)
			}
		})
	}
}

// TestTooLong: what is longer than a key signs is told before words and PIN are
// asked for, when the key joins and when it would sign. Refusing, which a
// statement does, is still possible.
func TestTooLong(t *testing.T) {
	st := newStage(t)
	st.say("boston", func(i *token.Info) { i.MaxMessage, i.Algorithm = 1000, "ed25519" })
	st.open()
	st.walk("tokens")
	st.must(sitting.ActToken, "boston")
	foreseen := st.told(t)
	if _, offered := st.view().Offer(sitting.ActEnrol, "boston"); !offered {
		t.Error("it may not be enrolled")
	}
	st.walk("signatures")
	st.must(sitting.ActToken, "boston")
	v := st.view()
	if got := st.told(t); got != foreseen {
		t.Errorf("%d bytes, and %d were foreseen before all keys were there", got, foreseen)
	}
	if _, offered := v.Offer(sitting.ActSign, "boston"); offered {
		t.Error("the signature is offered")
	}
	state := sitting.KeyState("")
	for _, k := range v.Meters[0].Keys {
		if k.Name == "boston" {
			state = k.State
		}
	}
	if state != sitting.KeyCannot {
		t.Errorf("the meter shows it as %q", state)
	}
	st.must(sitting.ActRefuse, "boston")

	st.says["amsterdam"] = func(i *token.Info) { i.MaxMessage = foreseen } // just long enough
	if err := st.takeAnd(sitting.ActSign, "amsterdam"); err != nil {
		t.Error(err)
	}
	st.walk("")
}

// told is how long the view says that the candidate is.
func (st *stage) told(t *testing.T) int {
	t.Helper()
	n := 0
	texts(st.view(), func(s string) {
		if m := regexp.MustCompile(`the candidate has (\d+) bytes, and this token signs 1000 at most with a key of ed25519`).FindStringSubmatch(s); m != nil {
			n, _ = strconv.Atoi(m[1])
		}
	})
	if n == 0 {
		t.Fatalf("not told: %+v", st.view().Body[0].Checks)
	}
	return n
}
