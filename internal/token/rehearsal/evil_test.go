package rehearsal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
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

// otherCard is another card with PIV selected and a key of its own.
func otherCard(t *testing.T, a pivcard.Algorithm) *pivcard.Card {
	t.Helper()
	v := pivcard.Version{Major: 5, Minor: 7, Patch: 4}
	card, err := pivcard.New(pivcard.Model{Serial: 666, Firmware: v}, pivcard.Config{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	err = pivcard.NewClient(card).Transaction(t.Context(), func(tx *pivcard.Tx) error {
		if err := tx.AuthenticateManagement(t.Context(), pivcard.FactoryManagementKey(v), rand.Reader); err != nil {
			return err
		}
		_, err := tx.Generate(t.Context(), pivcard.SlotSignature, pivcard.KeySpec{Algorithm: a, PIN: pivcard.PINNever})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

var errAny = errors.New("any error")

func TestEveryLieIsCaught(t *testing.T) {
	for _, a := range algorithms {
		for _, c := range []struct {
			name string
			lie  func(*testing.T) evil.Lie
			want error
		}{
			{"honest", func(*testing.T) evil.Lie { return evil.Honest }, nil},
			{"wrong signature with 9000", func(*testing.T) evil.Lie { return evil.WrongSignature() }, token.ErrBadSignature},
			{"signature over other bytes", func(*testing.T) evil.Lie { return evil.SignsOtherBytes() }, token.ErrBadSignature},
			{"replayed signature", func(*testing.T) evil.Lie { return evil.Replay() }, token.ErrBadSignature},
			{"other serial number", func(*testing.T) evil.Lie { return evil.OtherSerial(1) }, token.ErrOtherToken},
			{"other serial number after opening", func(*testing.T) evil.Lie { return evil.OtherSerial(2) }, token.ErrOtherToken},
			{"other serial number after a signature", func(*testing.T) evil.Lie { return evil.OtherSerial(3) }, token.ErrOtherToken},
			{"other card after opening", func(t *testing.T) evil.Lie { return evil.OtherCard(otherCard(t, a), 2) }, token.ErrOtherToken},
			{"other key", func(t *testing.T) evil.Lie { return evil.OtherKey(otherCard(t, a), 1) }, token.ErrOtherKey},
			{"other key after opening", func(t *testing.T) evil.Lie { return evil.OtherKey(otherCard(t, a), 2) }, token.ErrOtherKey},
			{"no answer", func(*testing.T) evil.Lie { return evil.Truncated(0) }, token.ErrBadAnswer},
			{"half a status word", func(*testing.T) evil.Lie { return evil.Truncated(1) }, token.ErrBadAnswer},
			{"answer cut off", func(*testing.T) evil.Lie { return evil.Truncated(20) }, errAny},
			{"success without data", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x90\x00")) }, token.ErrBadAnswer},
			{"no objects", func(*testing.T) evil.Lie { return evil.Garbage([]byte("garbage\x90\x00")) }, token.ErrBadAnswer},
			{"wrong object", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x7C\x03\x81\x01\x00\x90\x00")) }, token.ErrBadAnswer},
			{"length beyond the end", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x7C\x7F\x82\x01\x00\x90\x00")) }, token.ErrBadAnswer},
			{"empty signature", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x7C\x02\x82\x00\x90\x00")) }, token.ErrBadSignature},
			{"oversized answer", func(*testing.T) evil.Lie { return evil.Garbage(make([]byte, 5000)) }, token.ErrBadAnswer},
			{"unknown status", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x6F\x00")) }, errAny},
			{"endless answer", func(*testing.T) evil.Lie { return evil.EndlessAnswer() }, token.ErrBadAnswer},
			{"endless empty pieces", func(*testing.T) evil.Lie { return evil.EmptyPieces() }, token.ErrBadAnswer},
			{"removed while signing", func(*testing.T) evil.Lie { return evil.RemovedAtSign() }, token.ErrRemoved},
			{"line failure", func(*testing.T) evil.Lie { return evil.Line() }, evil.ErrLine},
		} {
			t.Run(a.String()+"/"+c.name, func(t *testing.T) {
				dir := t.TempDir()
				create(t, dir, spec("dakar", 90000001, a))
				info, err := open(t, dir, "dakar", rehearsal.Options{}).Inspect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				lie := c.lie(t)
				tok := open(t, dir, "dakar", rehearsal.Options{Wrap: func(honest pivcard.Transport) pivcard.Transport {
					return &evil.Transport{Honest: honest, Lie: lie}
				}})
				err = attempt(t, tok, token.Want{Serial: info.Serial, SPKI: info.SPKI})
				if c.want == errAny && err != nil {
					return
				}
				if !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
			})
		}
	}
}
