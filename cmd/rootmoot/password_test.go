package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// A secret that is to be the same twice is typed twice, and what was typed is gone
// from memory when it is not taken.
func TestTypedSecret(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		prompts     int
		want        string // the secret
		code        int
	}{
		{"once", "one two three\n", 1, "one two three", verbs.Yes},
		{"twice", "one two three\none two three\n", 2, "one two three", verbs.Yes},
		{"not the same", "one two three\none two thre\n", 2, "", verbs.Usage},
		{"nothing", "", 1, "", verbs.Interrupted},
		{"only the first", "one two three\n", 2, "", verbs.Interrupted},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := &remembering{Console: plain.NewPipe(strings.NewReader(c.typed), io.Discard)}
			s, err := typedSecret(t.Context(), at, make([]string, c.prompts))
			if string(s.Bytes()) != c.want || verbs.ExitCode(err) != c.code {
				t.Errorf("%q, %v", s.Bytes(), err)
			}
			for i, b := range at.typed {
				kept := err == nil && i == 0
				if gone := strings.Trim(string(b), "\x00") == ""; gone == kept {
					t.Errorf("what was typed at prompt %d: wiped %v", i+1, gone)
				}
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, w := io.Pipe()
	defer w.Close()
	if _, err := typedSecret(ctx, plain.NewPipe(r, io.Discard), []string{"?"}); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// remembering keeps what was typed, as memory does.
type remembering struct {
	plain.Console
	typed [][]byte
}

func (r *remembering) ReadSecret(ctx context.Context, prompt string) ([]byte, error) {
	b, err := r.Console.ReadSecret(ctx, prompt)
	if err == nil {
		r.typed = append(r.typed, b)
	}
	return b, err
}
