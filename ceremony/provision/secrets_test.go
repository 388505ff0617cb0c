package provision_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestNoSecrets goes through a run in which everything is mistyped once, and
// looks for secrets in all that is shown, said and recorded. The management key
// that is to be sealed is on its one screen, and nowhere else.
func TestNoSecrets(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		t.Run(fmt.Sprintf("sealed %v", sealed), func(t *testing.T) {
			st := newStage(t)
			if sealed {
				st.sealed()
			}
			var looked, shown int
			look := func(where, text string) {
				looked++
				for _, secret := range []string{holderPIN, holderPUK, "wr0ng#"} {
					if strings.Contains(text, secret) || strings.Contains(text, hex.EncodeToString([]byte(secret))) || strings.Contains(text, fmt.Sprint([]byte(secret))) {
						t.Fatalf("%s holds %q: %.300s", where, secret, text)
					}
				}
				if words := strings.Fields(st.holder.Management()); len(words) > 0 && strings.Contains(text, words[0]) && strings.Contains(text, words[len(words)-1]) {
					if shown++; where != "the view of token-management" {
						t.Fatalf("%s holds the management key: %.300s", where, text)
					}
				}
			}
			st.seen = func(v sitting.View) { look("the view of "+step(v), fmt.Sprintf("%+v %#v", v, v)) }
			st.open()
			for v := st.p.View(); !v.Done; v = st.p.View() {
				a, known := st.holder.Answer(v)
				if !known {
					t.Fatalf("%q waits for nothing", v.Heading)
				}
				st.seen(v) // what is on it is on paper now
				wrong := st.holder.Fill(v, mustOffer(t, v, a.ID))
				for name := range wrong.Secrets {
					wrong.Secrets[name] = sitting.NewSecret([]byte("wr0ng#" + name))
				}
				if len(wrong.Secrets) > 0 {
					err := st.do(wrong)
					if err == nil {
						t.Fatalf("%s: what was mistyped is taken", a.ID)
					}
					look("a refusal", fmt.Sprintf("%v %+v", err, err))
				}
				if err := st.do(a); err != nil {
					t.Fatalf("%s: %v", a.ID, err)
				}
				look("what is said", strings.Join(st.said, "\n"))
			}
			r, _ := st.p.Record()
			look("the record", fmt.Sprintf("%+v", r))
			look("the engine", fmt.Sprintf("%+v %#v", st.p, st.p))
			if looked < 35 || (shown > 0) != sealed {
				t.Errorf("looked %d times, the management key was shown %d times", looked, shown)
			}
		})
	}
}

func mustOffer(t *testing.T, v sitting.View, id string) sitting.Offer {
	t.Helper()
	o, offered := v.Offer(id, "")
	if !offered {
		t.Fatalf("%s is not offered", id)
	}
	return o
}

// TestWiped: what was typed is wiped when the act is over, whatever came of it.
func TestWiped(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk(provision.ActPIN)
	for _, pin := range []string{"123456", holderPIN} {
		memory := []byte(pin)
		a := st.fill(provision.ActPIN)
		a.Secrets["new-pin"] = sitting.NewSecret(memory)
		a.Secrets["new-pin-again"] = sitting.NewSecret([]byte(pin))
		if err := st.do(a); (err == nil) != (pin == holderPIN) {
			t.Error(err)
		}
		if string(memory) != strings.Repeat("\x00", len(pin)) {
			t.Errorf("%q is still in memory", memory)
		}
	}
}

// TestClosed: a run that is over does not go on showing a management key.
func TestClosed(t *testing.T) {
	st := newStage(t)
	words := st.groups()
	st.p.Close()
	if got := fmt.Sprintf("%+v %#v", st.p.View(), st.p); strings.Contains(got, strings.Join(words[:2], " ")) || len(st.p.View().Body[0].Words) > 0 {
		t.Errorf("it is still shown: %s", got)
	}
}
