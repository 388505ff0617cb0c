package sitting_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// A replaying card shows an attestation that was kept for later.
type replaying struct {
	card
	kept token.Attestation
}

func (r replaying) Attest(context.Context) (token.Attestation, error) { return r.kept, nil }

// TestReplayedAttestation: an attestation of the key that was there before, or
// of a key in another slot, proves nothing of the key that joins. It is genuine,
// of the same device and by its maker; and it is let in by no policy, also not
// by one that does without any.
func TestReplayedAttestation(t *testing.T) {
	for _, c := range []struct {
		name  string
		slot  pivcard.Slot
		rules []string
	}{
		{"older", pivcard.SlotSignature, []string{"ATTEST-KEY"}},
		{"another slot's", pivcard.SlotAuthentication, []string{"ATTEST-KEY", "ATTEST-SLOT"}},
	} {
		for _, policy := range []string{"required", "optional"} {
			t.Run(c.name+", attestation "+policy, func(t *testing.T) {
				maker := cards.NewMaker(t)
				st := newStage(t)
				st.productionOf(maker)
				st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("attestation: required"), []byte("attestation: "+policy), 1)
				boston := newCard(t, token.PIV, 90000002, maker.Issuer)
				kept := boston.attested(t, c.slot)
				boston.generate(t).secrets(t)
				st.give("boston", replaying{boston, kept})
				st.open()
				st.walk("tokens")
				before := st.journal()
				st.must(sitting.ActToken, "boston")
				v := st.view()
				for _, rule := range c.rules {
					if !marked(v, sitting.MarkFail, rule+": ") {
						t.Errorf("%s does not fail: %+v", rule, v.Body)
					}
				}
				if _, offered := v.Offer(sitting.ActEnrol, "boston"); offered || !v.Turn.Failed {
					t.Error("the key may be enrolled")
				}
				if !shows(v, "No policy lets it in") || !shows(v, "Put the token away, keep it aside, and record an exception.") {
					t.Errorf("what to do is not said: %+v", v.Body)
				}
				if st.journal() != before {
					t.Error("something was recorded")
				}
				st.must(sitting.ActPutAway, "")
				st.give("boston", boston) // with its own attestation
				if err := st.takeAnd(sitting.ActEnrol, "boston"); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// attested makes a key in a slot, and keeps its attestation.
func (c card) attested(t testing.TB, slot pivcard.Slot) token.Attestation {
	t.Helper()
	var leaf []byte
	c.work(t, func(ctx context.Context, tx *pivcard.Tx) error {
		if _, err := tx.Generate(ctx, slot, always); err != nil {
			return err
		}
		var err error
		leaf, err = tx.Attest(ctx, slot)
		return err
	})
	a := token.Attestation{Leaf: leaf}
	own, err := c.generate(t).Attest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.Chain = own.Chain
	return a
}

// TestManagementKeyUnknown: nobody in a sitting knows a token's management key,
// and nobody needs it. The PIN alone enrols and signs.
func TestManagementKeyUnknown(t *testing.T) {
	st := newStage(t)
	st.give("boston", newCard(t, token.Rehearsal, 90000002, nil).generate(t).secrets(t))
	commands := 0
	st.liar = "amsterdam"
	st.lie = func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		commands++
		if apdu[1] == 0x87 && apdu[3] == 0x9B { // GENERAL AUTHENTICATE with the management key
			t.Errorf("the management key is used: % x", apdu[:4])
		}
		return card.Transmit(ctx, apdu)
	}
	st.watch = func(seen any) {
		v, _ := seen.(sitting.View)
		for _, o := range v.Acts {
			for _, f := range o.Fields {
				if f.Kind == sitting.FieldSecret && f.Name != sitting.PINField {
					t.Errorf("%s asks for %s", o.ID, f.Name)
				}
			}
		}
	}
	st.open()
	st.walk("")
	if commands == 0 {
		t.Error("the card was never asked for anything")
	}
}
