package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/terminal"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A passwordFlag says where a password or PIN comes from: whoever sits at the
// terminal, or a pipe. It is never an argument, a variable or a file of ours.
type passwordFlag struct{ stdin bool }

func (p *passwordFlag) flag(f *pflag.FlagSet) {
	f.BoolVar(&p.stdin, "password-stdin", false, "read the password or PIN from standard input, a pipe, as its only line")
}

// read asks for a secret with each prompt in turn; they must all be the same. From
// here on a crash leaves no dump that could hold it.
func (p passwordFlag) read(cmd *cobra.Command, prompts ...string) (token.Secret, error) {
	if err := machine.DisableCoreDumps(); err != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %v\n", err)
	}
	if p.stdin {
		return piped(cmd.InOrStdin())
	}
	t, err := terminal.Open()
	if err != nil {
		return token.Secret{}, &verbs.Error{Code: verbs.Usage, Err: err, Hint: "where nobody can be asked, --password-stdin reads it from a pipe"}
	}
	defer t.Close()
	return typedSecret(cmd.Context(), plain.Terminal{Terminal: t}, prompts)
}

// typedSecret is what somebody types, as often as there are prompts.
func typedSecret(ctx context.Context, at plain.Console, prompts []string) (token.Secret, error) {
	var first token.Secret
	for i, prompt := range prompts {
		b, err := at.ReadSecret(ctx, prompt)
		if err != nil {
			first.Wipe()
			if errors.Is(err, io.EOF) {
				err = &verbs.Error{Code: verbs.Interrupted, Err: errors.New("nothing was typed")}
			}
			return token.Secret{}, err
		}
		next := token.NewSecret(b)
		if i == 0 {
			first = next
			continue
		}
		same := string(first.Bytes()) == string(next.Bytes())
		next.Wipe()
		if !same {
			first.Wipe()
			return token.Secret{}, &verbs.Error{Code: verbs.Usage, Err: errors.New("the two are not the same"), Hint: "nothing was made: try again"}
		}
	}
	return first, nil
}

// piped is one line from a pipe, and nothing after it.
func piped(in io.Reader) (token.Secret, error) {
	if f, is := in.(*os.File); is && terminal.IsTerminal(f) {
		return token.Secret{}, &verbs.Error{Code: verbs.Usage, Err: errors.New("--password-stdin: standard input is a terminal, which would show it"), Hint: "without the flag it is asked for, and not shown"}
	}
	b := make([]byte, terminal.MaxLine+2)
	n, err := io.ReadFull(in, b)
	secret := token.NewSecret(b[:line(b[:n])])
	switch {
	case err == nil:
		err = fmt.Errorf("more than %d bytes", terminal.MaxLine)
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
	case len(secret.Bytes()) == 0:
		err = errors.New("it is empty")
	case rest(b[:n]):
		err = errors.New("more than one line")
	default:
		return secret, nil
	}
	secret.Wipe()
	return secret, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--password-stdin: %w", err)}
}

// line is how long the first line is, without its end.
func line(b []byte) int {
	for i, c := range b {
		if c == '\n' {
			if i > 0 && b[i-1] == '\r' {
				return i - 1
			}
			return i
		}
	}
	return len(b)
}

// rest reports whether something follows the first line.
func rest(b []byte) bool {
	for i, c := range b {
		if c == '\n' {
			return i < len(b)-1
		}
	}
	return false
}
