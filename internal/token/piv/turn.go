//go:build cgo || windows

package piv

import (
	"bytes"
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
)

// run is [lane.Run], and turns a panic into ErrBadAnswer: piv-go v2.6.0 indexes
// answers without looking at their length (ykAuthenticate), and a card must not
// be able to end the program.
func run[T any](ctx context.Context, l *lane.Lane, job func(*lane.Caller) (T, error)) (T, error) {
	return lane.Run(ctx, l, func(c *lane.Caller) (out T, err error) {
		err = guarded(func() (err error) {
			out, err = job(c)
			return err
		})
		return out, err
	})
}

func guarded(job func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w (%v)", token.ErrBadAnswer, r)
		}
	}()
	return job()
}

// own replaces secrets, which are the caller's to wipe as soon as it likes, by
// copies that are the job's, until it wipes them.
func own(c *lane.Caller, secrets ...*token.Secret) (wipe func(), err error) {
	err = c.Call(func() {
		for _, s := range secrets {
			*s = token.NewSecret(bytes.Clone(s.Bytes()))
		}
	})
	return func() {
		for _, s := range secrets {
			s.Wipe()
		}
	}, err
}
