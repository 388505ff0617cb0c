package rehearsal_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// attempt is the whole path, twice: open, sign, sign something else. Which
// transport lies below is the only thing that the table changes.
func attempt(t *testing.T, tok *rehearsal.Token, w token.Want) error {
	s, err := tok.Open(t.Context(), w, token.NewSecret([]byte(testPIN)), func(token.TouchRequest) { tok.Touch() })
	if err != nil {
		return err
	}
	defer s.Close()
	for _, msg := range []string{"one", "another"} {
		sig, err := s.SignMessage(strings.NewReader(msg))
		if err != nil {
			if sig != nil {
				t.Errorf("a signature came with the error %v", err)
			}
			return err
		}
		if err := s.VerifySignature(bytes.NewReader(sig), strings.NewReader(msg)); err != nil {
			t.Errorf("SignMessage returned a signature that does not verify: %v", err)
		}
	}
	return nil
}

func TestEveryLieIsCaught(t *testing.T) {
	for _, a := range algorithms {
		for _, c := range append(cards.Lies(),
			cards.Plain("no answer", func() evil.Lie { return evil.Truncated(0) }, token.ErrBadAnswer),
			cards.Plain("endless answer", evil.EndlessAnswer, token.ErrBadAnswer),
			cards.Plain("endless empty pieces", evil.EmptyPieces, token.ErrBadAnswer),
			cards.Plain("removed while signing", evil.RemovedAtSign, token.ErrRemoved),
			cards.Plain("line failure", evil.Line, evil.ErrLine)) {
			t.Run(a.String()+"/"+c.Name, func(t *testing.T) {
				dir := t.TempDir()
				create(t, dir, spec("dakar", 90000001, a))
				info, err := open(t, dir, "dakar", rehearsal.Options{}).Inspect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				lie := c.Tell(func() *pivcard.Card { return cards.Other(t, a) })
				tok := open(t, dir, "dakar", rehearsal.Options{Wrap: func(honest pivcard.Transport) pivcard.Transport {
					return &evil.Transport{Honest: honest, Lie: lie}
				}})
				c.Check(t, attempt(t, tok, token.Want{Serial: info.Serial, SPKI: info.SPKI}))
			})
		}
	}
}
