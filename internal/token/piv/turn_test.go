//go:build cgo

package piv

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/token"
)

func do(ctx context.Context, l *lane.Lane, job func(*lane.Caller) error) error {
	_, err := run(ctx, l, func(c *lane.Caller) (struct{}, error) { return struct{}{}, job(c) })
	return err
}

func TestRunSurvivesAPanic(t *testing.T) {
	l := lane.New(token.ErrStuck, nil)
	err := do(t.Context(), l, func(*lane.Caller) error { panic("index out of range") })
	if !errors.Is(err, token.ErrBadAnswer) {
		t.Errorf("%v, want ErrBadAnswer", err)
	}
	if err := do(t.Context(), l, func(*lane.Caller) error { return nil }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// A caller may wipe its secrets as soon as it has given up; the job has its
// own.
func TestOwnSecrets(t *testing.T) {
	theirs := token.NewSecret([]byte("845127"))
	pin := theirs
	err := do(t.Context(), lane.New(token.ErrStuck, nil), func(c *lane.Caller) error {
		wipe, err := own(c, &pin)
		if err != nil {
			return err
		}
		theirs.Wipe()
		if got := string(pin.Bytes()); got != "845127" {
			t.Errorf("the job's is %d bytes long", len(got))
		}
		wipe()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if pin.Bytes() != nil {
		t.Error("the job's is not wiped")
	}
}

// What PC/SC says is told once, with what to do.
func TestToldOnce(t *testing.T) {
	for _, c := range []struct {
		theirs error
		ours   error
		text   string
	}{
		{&pcsc.Error{Call: "SCardEstablishContext", Code: 0x8010001D}, token.ErrNoService, " (SCardEstablishContext: 8010001D)"},
		{&pcsc.Error{Call: "SCardEstablishContext", Code: 0x8010006A}, token.ErrDenied, " (SCardEstablishContext: 8010006A)"},
		{
			&pcsc.Error{Call: "SCardConnect", Reader: "r", Code: 0x8010000B, Holders: []string{"scdaemon (pid 1)"}}, token.ErrBusy,
			" (SCardConnect: 8010000B; it may be scdaemon (pid 1))",
		},
		{pcsc.ErrStuck, token.ErrStuck, ""},
		{pcsc.ErrNoDriver, token.ErrNoDriver, ""},
	} {
		got := translate(fmt.Errorf("begin: %w", c.theirs))
		if !errors.Is(got, c.ours) || !errors.Is(got, c.theirs) || got.Error() != c.ours.Error()+c.text {
			t.Errorf("%v", got)
		}
		if again := translate(got); again.Error() != got.Error() {
			t.Errorf("translated again: %v", again)
		}
	}
}
