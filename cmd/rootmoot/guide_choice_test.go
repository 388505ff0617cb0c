package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/tui"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// environment looks variables up in lines like NAME=value.
func environment(lines string) func(string) string {
	return func(name string) string {
		for line := range strings.FieldsSeq(lines) {
			if value, is := strings.CutPrefix(line, name+"="); is {
				return value
			}
		}
		return ""
	}
}

func TestASCIIOnly(t *testing.T) {
	for _, tt := range []struct {
		name, env string
		want      bool
	}{
		{"nothing set is the C locale", "", true},
		{"C", "LANG=C", true},
		{"POSIX", "LANG=POSIX", true},
		{"UTF-8", "LANG=en_GB.UTF-8", false},
		{"as some write it", "LANG=en_GB.utf8", false},
		{"C.UTF-8", "LC_ALL=C.UTF-8", false},
		{"UTF-8 alone, as on macOS", "LC_CTYPE=UTF-8", false},
		{"another codeset", "LANG=de_DE.ISO-8859-1", true},
		{"no codeset", "LANG=de_DE", true},
		{"LC_ALL before LC_CTYPE", "LC_ALL=C LC_CTYPE=C.UTF-8 LANG=C.UTF-8", true},
		{"LC_CTYPE before LANG", "LC_CTYPE=C.UTF-8 LANG=C", false},
		{"empty is not set", "LC_ALL= LC_CTYPE= LANG=C.UTF-8", false},
		{"Linux console", "TERM=linux LANG=C.UTF-8", true},
		{"serial line", "TERM=vt220 LANG=C.UTF-8", true},
		{"another terminal", "TERM=xterm LANG=C.UTF-8", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := asciiOnly(environment(tt.env)); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestColoured(t *testing.T) {
	for _, tt := range []struct {
		name, env string
		want      bool
	}{
		{"xterm", "TERM=xterm", true},
		{"Linux console", "TERM=linux", true},
		{"NO_COLOR", "TERM=xterm NO_COLOR=1", false},
		{"NO_COLOR, whatever it says", "TERM=xterm NO_COLOR=0", false},
		{"empty NO_COLOR", "TERM=xterm NO_COLOR=", true},
		{"vt100", "TERM=vt100", false},
		{"vt220", "TERM=vt220-nam", false},
		{"monochrome", "TERM=xterm-mono", false},
		{"monochrome, short", "TERM=linux-m", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := coloured(environment(tt.env)); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestEnded(t *testing.T) {
	left := "\nleft as it is, to be gone on with: the same command goes on at the same step\n"
	for _, tt := range []struct {
		name string
		err  error
		code int
		said string // at the console
		hint string
	}{
		{"over", nil, verbs.Yes, "", ""},
		{"lines left", plain.ErrLeave, verbs.Incomplete, left, ""},
		{"guide left", tui.ErrLeave, verbs.Incomplete, left, ""},
		{"interrupted", tui.ErrInterrupt, verbs.Interrupted, "", "the same command goes on at the same step"},
		{"gone", tui.ErrGone, verbs.Interrupted, "", "the same command goes on at the same step"},
		{"terminated", context.Canceled, verbs.Interrupted, "\nleft as it is: the same command goes on at the same step\n", ""},
		{"fault", &tui.Fault{Value: "x", Stack: []byte("where it was")}, verbs.Unread, "\nwhere it was\n", "what was recorded is kept; the same command with --plain goes on as lines"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var console strings.Builder
			err := ended(&console, tt.err)
			hint := ""
			var coded *verbs.Error
			if errors.As(err, &coded) {
				hint = coded.Hint
			}
			if got := verbs.ExitCode(err); got != tt.code || console.String() != tt.said || hint != tt.hint {
				t.Errorf("code %d, said %q, hint %q", got, console.String(), hint)
			}
		})
	}
	if got := fmt.Sprint(ended(new(strings.Builder), tui.ErrInterrupt)); got != tui.ErrInterrupt.Error() {
		t.Errorf("got %q", got)
	}
}
