package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/qr/qrtest"
)

// write makes a file of lines, or a picture.
func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// shot is a picture of a frame on a terminal.
func shot(t *testing.T, frame string) []byte {
	t.Helper()
	c, err := qr.Encode(frame, 10)
	if err != nil {
		t.Fatal(err)
	}
	columns, _ := qr.Look{}.Size(10)
	return qrtest.PNG(t, qrtest.DarkTerminal().Draw(t, strings.Join(c.Lines(qr.Look{}), "\n"), columns))
}

func TestReadTransfer(t *testing.T) {
	s, other := testSender(t, 2000), testSender(t, 700)
	id, otherID := s.Digest(), other.Digest()
	frame := func(i int) string { return s.Frame(27*i, 27) } // ten of them
	all := func(i ...int) []byte {
		var out []string
		for _, i := range i {
			out = append(out, frame(i))
		}
		return []byte(strings.Join(out, "\n"))
	}
	blank := write(t, "blank.png", shot(t, "ANYTHING ELSE"))
	for _, tt := range []struct {
		name  string
		paths []string
		stdin string
		said  string // all of it
		want  string // the error; "" if the file is read
		hint  string
	}{
		{
			"lines",
			[]string{write(t, "a", all(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))},
			"",
			"a: 100% is here\n", "", "",
		},
		{
			"in any order, some lost, from several files",
			[]string{write(t, "a", all(17, 3, 5, 3, 12)), write(t, "b", all(40, 0, 13)), write(t, "c", all(20, 25, 30, 35))},
			"",
			"a: 42% is here\nb: 75% is here\nc: 100% is here\n", "", "",
		},
		{
			"pictures and lines",
			[]string{write(t, "1.png", shot(t, frame(0))), blank, write(t, "b", all(1, 2, 3, 4, 5, 6, 7, 8, 9))},
			"",
			"1.png: 10% is here\nblank.png: no frame of a transfer in it\nb: 100% is here\n", "", "",
		},
		{
			"standard input",
			[]string{"-"},
			"scanned at noon\n" + strings.ToLower(string(all(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))) + "\nnever read\n",
			"standard input: line 1: no frame of a transfer in it\nstandard input: 10% is here\nstandard input: 21% is here\nstandard input: 32% is here\n" +
				"standard input: 42% is here\nstandard input: 53% is here\nstandard input: 64% is here\nstandard input: 75% is here\n" +
				"standard input: 85% is here\nstandard input: 96% is here\nstandard input: 100% is here\n", "", "",
		},
		{
			"not enough",
			[]string{write(t, "a", all(0, 2, 6, 7, 9))},
			"", "a: 53% is here\n",
			fmt.Sprintf("transfer %x: 53%% is here, 5 more codes needed", id[:8]),
			"scan more and give everything together; any codes do that were not read yet. Of the first ones these are missing: 2, 4-6, 9",
		},
		{
			"none of the first",
			[]string{write(t, "a", all(20, 21, 22, 23, 24, 25, 26, 27, 28))},
			"", "a: 96% is here\n",
			fmt.Sprintf("transfer %x: 96%% is here, 1 more code needed", id[:8]),
			"scan more and give everything together; any codes do that were not read yet. Of the first ones these are missing: 1-10",
		},
		{
			"another transfer",
			[]string{write(t, "a", []byte(frame(0)+"\n"+other.Frame(0, 20)+"\n"+other.Frame(20, 20)+"\n"+frame(1)))},
			"",
			fmt.Sprintf("a: line 2: frame of another transfer: of %x, where the first was of %x\na: line 3: frame of another transfer: of %x, where the first was of %x\na: 21%% is here\n", otherID[:8], id[:8], otherID[:8], id[:8]),
			fmt.Sprintf("transfer %x: 21%% is here, 8 more codes needed; there were frames of another transfer, %x, too", id[:8], otherID[:8]),
			"scan more and give everything together; any codes do that were not read yet. Of the first ones these are missing: 3-10",
		},
		{
			"damaged",
			[]string{write(t, "a", []byte(frame(0)[:82]+"\n"+frame(0)[:75]))},
			"",
			"a: line 1: frame damaged: its checksum is wrong: scan it again\na: line 2: frame damaged: not base32: is it cut off?\n",
			"no frame of a transfer in what was given",
			"give pictures of the codes (PNG, JPEG), or the lines that a scanner read, which begin with ROOTMOOT1:",
		},
		{
			"a long line",
			[]string{write(t, "a", make([]byte, maxScanLine+1))},
			"", "",
			"a: line 1: bufio.Scanner: token too long", "",
		},
		{
			"a long file",
			[]string{write(t, "a", make([]byte, maxScan+1))},
			"", "",
			"a: larger than the 8388608 bytes accepted here", "",
		},
		{
			"a picture that is none",
			[]string{write(t, "a.png", []byte("\x89PNG\r\n\x1a\nand no more"))},
			"", "",
			"a.png: picture: unexpected EOF", "",
		},
		{"no such file", []string{"no-such-file"}, "", "", "no-such-file: no such file or directory", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var said strings.Builder
			got, err := readTransfer(t.Context(), tt.paths, strings.NewReader(tt.stdin), &said)
			bare := func(text string) string { // without the folders that tests have
				for _, p := range tt.paths {
					text = strings.ReplaceAll(text, filepath.Dir(p)+"/", "")
				}
				return text
			}
			if said := bare(said.String()); said != tt.said {
				t.Errorf("said\n%swant\n%s", said, tt.said)
			}
			switch {
			case tt.want == "" && (err != nil || !slices.Equal(got, unruly(2000))):
				t.Errorf("%d bytes, %v", len(got), err)
			case tt.want != "" && (err == nil || bare(err.Error()) != tt.want || hintOf(err) != tt.hint):
				t.Errorf("got %v (%s)\nwant %s (%s)", err, hintOf(err), tt.want, tt.hint)
			}
		})
	}
}

func hintOf(err error) string {
	var coded *verbs.Error
	if errors.As(err, &coded) {
		return coded.Hint
	}
	return ""
}

// Who waits for lines that do not come may interrupt.
func TestReadTransferInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	defer in.Close()
	go func() {
		io.WriteString(typed, "one line\n") //nolint:errcheck // the reader is there
		cancel()
	}()
	if _, err := readTransfer(ctx, []string{"-"}, in, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A text full of lines that are none does not flood the screen.
func TestReadTransferSaysLittle(t *testing.T) {
	var said strings.Builder
	path := write(t, "notes", []byte(strings.Repeat("not a frame\n", 1000)))
	if _, err := readTransfer(t.Context(), []string{path}, nil, &said); err == nil {
		t.Error("read")
	}
	if n := strings.Count(said.String(), "\n"); n != maxTold {
		t.Errorf("%d lines, want %d", n, maxTold)
	}
}
