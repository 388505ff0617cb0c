package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// An asking is where questions about a new plan are asked.
type asking struct {
	console
	person bool // who can be asked again
}

// openAsking is the terminal or, where standard input is none, the lines that
// come from there; standard output is kept for the plan.
func openAsking(cmd *cobra.Command) (*asking, error) {
	c, person, err := consoleAt(cmd.InOrStdin(), cmd.ErrOrStderr())
	return &asking{c, person}, err
}

// answer takes the answers to one question: what the flag says, else what is
// asked for, else what is suggested.
func answer(ctx context.Context, q question, given []string, ask *asking) error {
	if len(given) > 1 && !q.many {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--%s: given %d times, want once", q.flag, len(given))}
	}
	for _, s := range given {
		if err := q.take(s); err != nil {
			return flagError(q.flag, err)
		}
	}
	switch {
	case len(given) > 0:
		return nil
	case ask != nil && q.ask != nil && q.ask() != "":
		return q.askAll(ctx, ask)
	case q.suggest != nil:
		return q.take(q.suggest())
	}
	return nil
}

// flagError names the flag, and keeps the exit code of what lies below.
func flagError(flag string, err error) error {
	var coded *verbs.Error
	if errors.As(err, &coded) {
		return &verbs.Error{Code: coded.Code, Err: fmt.Errorf("--%s: %w", flag, coded.Err), Hint: coded.Hint}
	}
	return fmt.Errorf("--%s: %w", flag, err)
}

// askAll asks until there is an answer, or where there may be many an empty one.
func (q question) askAll(ctx context.Context, ask *asking) error {
	for {
		line, err := ask.ReadLine(ctx, q.prompt())
		if errors.Is(err, io.EOF) {
			return &verbs.Error{
				Code: verbs.Usage, Err: fmt.Errorf("--%s is not given, and the answers end", q.flag),
				Hint: "to be asked nothing, give --name, --deadline, --expires, and --trust or --format and --keyholder",
			}
		}
		if err != nil {
			return err
		}
		line = strings.TrimSpace(line)
		empty := line == ""
		if empty && q.suggest != nil {
			line = q.suggest()
		}
		switch {
		case line == "" && !q.need:
			return nil
		case line == "":
			err = errors.New("wants an answer")
		default:
			err = q.take(line)
		}
		switch {
		case err != nil && !ask.person:
			return flagError(q.flag, err)
		case err != nil:
			fmt.Fprintf(ask, "%v\n", err)
		case !q.many || empty:
			return nil
		}
	}
}

// prompt shows what an empty answer means.
func (q question) prompt() string {
	if q.suggest == nil {
		return q.ask() + ": "
	}
	return q.ask() + " [" + q.suggest() + "]: "
}
