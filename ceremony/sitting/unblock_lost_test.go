package sitting_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// TestUnblockAnswerLost: a card takes a new PIN and its answer gets lost. That
// the PUK was presented stood in the record before, as an exception that nobody
// but people closes.
func TestUnblockAnswerLost(t *testing.T) {
	for _, c := range []struct {
		name string
		lost error // in place of the answer; nil is that the user leaves
		kind sitting.RefusalKind
		err  string
	}{
		{"pulled", pivcard.ErrRemoved, sitting.TokenRemoved, token.ErrRemoved.Error()},
		{"garbled", pivcard.ErrBadAnswer, sitting.BadToken, token.ErrBadAnswer.Error()},
		{"left", nil, sitting.NotDone, "given up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			armed, gone, atPUK := false, false, ""
			boston := lyingCard(t, token.Rehearsal, 90000002, nil, func(asked context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
				if gone {
					return nil, pivcard.ErrRemoved
				}
				answer, err := honest.Transmit(asked, apdu)
				if !armed || apdu[1] != insReset {
					return answer, err
				}
				atPUK = st.journal()
				if c.lost == nil {
					cancel()
					return nil, asked.Err()
				}
				gone = true
				return nil, c.lost
			}).generate(t).secrets(t)
			st.give("boston", boston)
			st.open()
			st.walk("signatures")
			st.blocked("boston", sitting.ActSign)
			a := st.unblocking("boston", cardPUK, "fresh#Z4", "fresh#Z4")
			armed = true
			err := st.s.Do(ctx, a, nil)
			armed, gone = false, false
			var refusal *sitting.Refusal
			if !errors.As(err, &refusal) || refusal.Kind != c.kind || !strings.Contains(refusal.What, "perhaps the new PIN holds") || !strings.Contains(err.Error(), c.err) || !strings.Contains(refusal.Hint, "if its PIN has tries left, the new one holds") {
				t.Errorf("got %+v", err)
			}
			const presented = "its PUK was presented to token 90000002 for a new one, and what came of it is not recorded: perhaps the new one holds"
			if !strings.Contains(atPUK, presented) || st.journal() != atPUK {
				t.Error("it did not stand in the record before, or was changed since")
			}
			if notices := st.view().Notices; len(notices) != 1 || !strings.Contains(notices[0], presented) {
				t.Errorf("open is %q", notices)
			}
			if _, taken := st.view().Offer(sitting.ActPutAway, ""); taken {
				st.must(sitting.ActPutAway, "")
			}
			st.cast.PINs["boston"] = "fresh#Z4"
			st.must(sitting.ActToken, "boston")
			st.must(sitting.ActSign, "boston")
			st.walk("")
		})
	}
}

// insReset is RESET RETRY COUNTER, which takes a PUK and a new PIN.
const insReset = 0x2C
