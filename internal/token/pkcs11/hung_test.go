//go:build cgo

package pkcs11

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	p11 "github.com/miekg/pkcs11"
	"github.com/sigstore/sigstore/pkg/signature/options"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A hang is a call into a module that does not return.
type hang struct {
	armed          atomic.Bool
	entered, leave chan bool
}

// newHang has the next session that is opened hang, once it is armed.
func newHang(f *faulty) *hang {
	h := &hang{entered: make(chan bool), leave: make(chan bool)}
	f.open = func() {
		if h.armed.CompareAndSwap(true, false) {
			h.entered <- true
			<-h.leave
		}
	}
	return h
}

// giveUp calls do, which hangs, and takes its context away.
func (h *hang) giveUp(t *testing.T, do func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	h.armed.Store(true)
	go func() { done <- do(ctx) }()
	<-h.entered
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

// settle waits until a lane is no longer stuck.
func settle(t *testing.T, l *lane.Lane) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); ; <-tick.C {
		release, err := l.Hold(t.Context())
		if err == nil {
			release()
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// A token that hangs is left behind at once; it is stuck until it answers, the
// others are not, and the PIN is not presented after all.
func TestHung(t *testing.T) {
	h, f := newFaulty(t)
	other, _ := h.init(t, "ceremony")
	h.generate(t, other, p256, 1)
	tokens, infos := h.found(t)
	w := token.Want{Serial: infos[0].Serial, SPKI: infos[0].SPKI}
	s := must(tokens[0].Open(t.Context(), w, token.NewSecret([]byte(userPIN)), nil))(t)
	hang := newHang(f)
	hang.giveUp(t, func(ctx context.Context) error {
		return errOf(s.SignMessage(strings.NewReader("message"), options.WithContext(ctx)))
	})
	check(t, s.Close()) // wipes the PIN under the call that was given up
	if err := errOf(tokens[0].Inspect(t.Context())); !errors.Is(err, token.ErrStuck) {
		t.Errorf("%v, want ErrStuck", err)
	}
	check(t, signs(t, tokens[1], infos[1], userPIN))
	again := must(h.Tokens(t.Context()))(t)
	if len(again) != 2 {
		t.Fatalf("%d tokens, want both", len(again))
	}
	if err := errOf(again[0].Inspect(t.Context())); !errors.Is(err, token.ErrStuck) {
		t.Errorf("listed: %v, want ErrStuck", err)
	}
	logins := f.logins.Load()
	close(hang.leave)
	settle(t, tokens[0].(*Token).lane)
	if f.logins.Load() != logins {
		t.Error("the PIN was presented after the signer had gone")
	}
	check(t, signs(t, tokens[0], infos[0], userPIN))
}

// Another slot of the module that does not answer costs a moment, once: it is
// listed as what it is, and the token that is well signs.
func TestOtherSlotHangs(t *testing.T) {
	h, f := newFaulty(t)
	other, _ := h.init(t, "ceremony")
	h.generate(t, other, p256, 1)
	tokens, infos := h.found(t)
	well := slices.IndexFunc(infos, func(i token.Info) bool { return i.Serial != look(h.lib, other).serial })
	leave := make(chan bool)
	f.info = func(slot uint, real p11.TokenInfo) (p11.TokenInfo, error) {
		if slot == other {
			<-leave
		}
		return real, nil
	}
	check(t, signs(t, tokens[well], infos[well], userPIN))
	begun := time.Now()
	all := must(h.Tokens(t.Context()))(t)
	stuck := 0
	for _, k := range all {
		info, err := k.Inspect(t.Context())
		if errors.Is(err, token.ErrStuck) {
			stuck++
		} else if err != nil || info.Serial != infos[well].Serial {
			t.Errorf("serial %q, %v, want the one that is well", info.Serial, err)
		}
	}
	if len(all) != 2 || stuck != 1 {
		t.Errorf("%d tokens, %d of them stuck, want one of two", len(all), stuck)
	}
	if d := time.Since(begun); d >= patience {
		t.Errorf("listed in %v: the slot that hangs was waited for again", d)
	}
	if err := errOf(tokens[1-well].Inspect(t.Context())); !errors.Is(err, token.ErrStuck) {
		t.Errorf("the one that hangs: %v, want ErrStuck", err)
	}
	close(leave)
	settle(t, h.slot(other))
	check(t, signs(t, tokens[1-well], infos[1-well], userPIN))
}

// A module with a call in it is not ended under its feet.
func TestCloseWhileHung(t *testing.T) {
	h, f := newFaulty(t)
	k, _ := h.one(t)
	hang := newHang(f)
	hang.giveUp(t, func(ctx context.Context) error { return errOf(k.Inspect(ctx)) })
	if err := h.Close(); !errors.Is(err, token.ErrStuck) {
		t.Errorf("%v, want ErrStuck", err)
	}
	if n := f.finalized.Load(); n != 0 {
		t.Error("the module was ended")
	}
	close(hang.leave)
	settle(t, k.lane)
	check(t, h.lib.Finalize()) // for the tests that follow
}
