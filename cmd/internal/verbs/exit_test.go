package verbs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/spf13/cobra"
)

func TestExitCode(t *testing.T) {
	_, missing := os.Open("there-is-no-such-file")
	for _, c := range []struct {
		name string
		err  error
		want int
	}{
		{"yes", nil, 0},
		{"no", &Error{Code: No}, 1},
		{"coded, wrapped", fmt.Errorf("plan: %w", &Error{Code: Incomplete}), 4},
		{"coded, joined", errors.Join(nil, &Error{Code: Usage, Err: errors.New("x")}), 2},
		{"usage", errors.New("unknown flag: --x"), 2},
		{"missing file", missing, 3},
		{"missing file, wrapped", fmt.Errorf("root: %w", fs.ErrNotExist), 3},
		{"no regular file", fmt.Errorf("x: %w", safefile.ErrNotRegular), 3},
		{"file too large", &safefile.TooLargeError{Name: "x", Max: 1}, 3},
		{"interrupted", fmt.Errorf("read: %w", context.Canceled), 130},
	} {
		if got := ExitCode(c.err); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestProgram(t *testing.T) {
	fails := func(err error) *cobra.Command {
		return &cobra.Command{Use: "fail", RunE: func(*cobra.Command, []string) error { return err }}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		err  error
		args []string
		code int
		errs string
	}{
		{"said once", t.Context(), &Error{Code: Usage, Err: errors.New("plan: is bad"), Hint: "mend it"}, []string{"fail"}, 2, "moot: error: plan: is bad\nmoot: hint: mend it\n"},
		{"a report has said it", t.Context(), &Error{Code: No}, []string{"fail"}, 1, ""},
		{"foreign text made visible", t.Context(), errors.New("a\x1b[31mb"), []string{"fail"}, 2, "moot: error: a\\u{1b}[31mb\n"},
		{"interrupted", cancelled, errors.New("whatever"), []string{"fail"}, 130, "moot: error: interrupted\n"},
		{"unknown flag", t.Context(), nil, []string{"fail", "--x"}, 2, "moot: error: moot fail: unknown flag: --x\nmoot: hint: moot fail --help tells how it is called\n"},
		{"unknown command", t.Context(), nil, []string{"fial"}, 2, "moot: error: moot has no command \"fial\"\nmoot: hint: did you mean fail?\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := Main(c.ctx, Menu(&cobra.Command{Use: "moot"}, fails(c.err)), c.args, strings.NewReader(""), &out, &errs)
			if code != c.code || out.Len() > 0 {
				t.Errorf("code %d, want %d; output %q", code, c.code, out.String())
			}
			if diff := cmp.Diff(c.errs, errs.String()); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMenuWithoutACommand(t *testing.T) {
	var errs bytes.Buffer
	cmd := Menu(&cobra.Command{Use: "moot", Short: "Meet"}, &cobra.Command{Use: "sit", Run: func(*cobra.Command, []string) {}})
	if code := Main(t.Context(), cmd, []string{}, strings.NewReader(""), io.Discard, &errs); code != Usage || !strings.Contains(errs.String(), "sit") {
		t.Errorf("code %d, said %q", code, errs.String())
	}
}

func TestWrap(t *testing.T) {
	long := strings.Repeat("x", 90)
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"short", "one two", "    one two\n"},
		{"two lines", strings.Repeat("abcdefghi ", 9), "    " + strings.TrimSpace(strings.Repeat("abcdefghi ", 7)) + "\n    abcdefghi abcdefghi\n"},
		{"a long word", "a " + long + " b", "    a\n  " + long + "\n    b\n"},
	} {
		if diff := cmp.Diff(c.want, wrap(c.text, "    ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
