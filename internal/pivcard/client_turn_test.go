package pivcard

import (
	"context"
	"errors"
	"testing"
)

// Who waits for a transaction of somebody else's can leave, and the card then
// hears nothing of it.
func TestLeaveWhileWaiting(t *testing.T) {
	c := NewClient(newCard(t, v574, Config{}))
	ctx, leave := context.WithCancel(t.Context())
	err := c.Transaction(t.Context(), func(*Tx) error {
		waiting := make(chan error)
		go func() {
			waiting <- c.Transaction(ctx, func(*Tx) error {
				t.Error("the transaction began")
				return nil
			})
		}()
		leave()
		return <-waiting
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if err := c.Transaction(t.Context(), func(*Tx) error { return nil }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
