//go:build cgo

package piv_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A garbler garbles one answer, counted from when it was last set.
type garbler struct {
	mu     sync.Mutex
	at, n  int
	garble func([]byte) []byte
}

func (g *garbler) set(at int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.n = at, 0
}

// reached says whether the answer was reached, and garbles no more.
func (g *garbler) reached() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	reached := g.n >= g.at
	g.at = 0
	return reached
}

func (g *garbler) lie(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
	b, err := honest.Transmit(ctx, apdu)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	if g.n == g.at && err == nil {
		b = g.garble(bytes.Clone(b))
	}
	return b, err
}

// Whichever answer is cut short or garbled, when signing and when writing, and
// whichever client reads it: the program goes on, nothing wrong is believed, and
// the token can be used at once. Among these are answers at which piv-go panics
// (its ykAuthenticate), and one after which it keeps the reader: a refused
// SELECT, which only a new program, or a new pcscd, gets over.
func TestEveryAnswerGarbled(t *testing.T) {
	stack, slot := pcsctest.Get(t), 0
	card := recipe{}.make(t)
	for _, operation := range []struct {
		name string
		run  func(*testing.T, *seat, token.Want) ([]byte, error) // returns the key that it claims is there
	}{
		{"sign", func(t *testing.T, s *seat, w token.Want) ([]byte, error) {
			_, err := s.sign(t.Context(), w, testPIN)
			return w.SPKI, err
		}},
		{"generate", func(t *testing.T, s *seat, w token.Want) ([]byte, error) {
			return s.Provisioner(w.Serial).Generate(t.Context(), token.Access{},
				token.KeySpec{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always"})
		}},
	} {
		for _, c := range []struct {
			name   string
			garble func([]byte) []byte
			kept   int // how often piv-go keeps the reader
		}{
			{"success alone", func([]byte) []byte { return []byte{0x90, 0x00} }, 0},
			{"half the answer", func(b []byte) []byte { return append(b[:(len(b)-2)/2:(len(b)-2)/2], b[len(b)-2:]...) }, 0},
			{"longer by two", func(b []byte) []byte { return append([]byte{0, 0}, b...) }, 0},
			{"garbage", func([]byte) []byte { return []byte("garbage\x90\x00") }, 0},
			{"unknown status", func([]byte) []byte { return []byte{0x6F, 0x00} }, 1},
		} {
			t.Run(operation.name+"/"+c.name, func(t *testing.T) {
				slot = 1 - slot
				g := &garbler{garble: c.garble}
				s := insertAt(t, stack, slot, lying(card, g.lie))
				_, w := s.inspect(t)
				kept := 0
				for n := 1; ; n++ {
					g.set(n)
					claim, err := operation.run(t, s, w)
					if !g.reached() {
						if err != nil {
							t.Errorf("nothing garbled: %v", err)
						}
						t.Logf("%d answers", n-1)
						break
					}
					if _, e := s.Inspect(t.Context()); errors.Is(e, token.ErrStuck) {
						kept++
						stack.StopService(t)
						stack.StartService(t)
						s = insertAt(t, stack, slot, lying(card, g.lie))
					}
					info := isWell(t, s)
					if err == nil && !bytes.Equal(claim, info.SPKI) {
						t.Errorf("answer %d: claims another key than is there", n)
					}
					w.SPKI = info.SPKI
				}
				if kept != c.kept {
					t.Errorf("reader kept %d times, want %d", kept, c.kept)
				}
			})
		}
	}
}
