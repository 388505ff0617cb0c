package lane

import (
	"context"
	"time"
)

// Within gives do, which returns when its context ends, no more time than d. If
// that is why do failed, the error is late; the end of ctx itself is not.
func Within[T any](ctx context.Context, d time.Duration, late error, do func(context.Context) (T, error)) (T, error) {
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	value, err := do(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = late
	}
	return value, err
}
