package main

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

// qrMenu are the verbs that carry any file by QR codes.
func qrMenu() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "qr",
		Short: "Carry a file from screen to camera",
		Long: `Carry a file to or from an offline machine without a stick: as a running
sequence of QR codes on the terminal, which a phone or a scanner reads on the
other side. Lost, doubled and reordered codes do no harm. Both sides compare the
words of the file's digest: that is what says that the right file came.`,
	}
	return verbs.Menu(cmd, qrShow(), qrRead())
}

func qrShow() *cobra.Command {
	var o codeOptions
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Show a file as a running sequence of QR codes",
		Long: `Show a file, at most 256 KiB, as a running sequence of QR codes. Before it
begins it says how many there are, and refuses more than 600. The codes fit 80
columns and 24 lines, and may be larger where there is more.

Keys: + and - size of the codes, f and s faster and slower, p pause, n the next
one by hand, q when the other side has everything. After the codes that carry
the file come others, without end, that make up for any that were missed.

Where standard output is no terminal, the text of the codes is written instead,
a line each.`,
		Example: `  rootmoot qr show 1.root.json

  # the codes as lines, smaller ones
  rootmoot qr show --qr-size 6 1.root.json`,
		Args: verbs.Arguments("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := readBounded(args[0], qr.MaxPayload)
			if err != nil {
				return err
			}
			c, _, err := consoleAt(cmd.InOrStdin(), cmd.OutOrStdout())
			if err != nil {
				return err
			}
			defer c.Close()
			return showCodes(cmd.Context(), c, raw, filepath.Base(args[0]), o)
		},
	}
	o.flags(cmd.Flags())
	cmd.Flags().BoolVar(&o.ascii, "ascii", false, "no half blocks, as also where TERM is vt100 and its like, or the locale is not UTF-8: takes twice the lines")
	return cmd
}

// reading are the flags of qr read.
type reading struct {
	out  string
	json bool
}

func qrRead() *cobra.Command {
	var r reading
	cmd := &cobra.Command{
		Use:   "read --out FILE IMAGE|LINES...",
		Short: "Read a file from pictures of QR codes, or from scanned lines",
		Long: `Read the file that a running sequence of QR codes carries, from pictures of the
codes (PNG, JPEG, GIF) and from text with a code a line, as a scanner writes it;
"-" is lines from standard input, as they are pasted or scanned. The order does
not matter, nor what else stands in a line.

What comes out is the file that was shown, or nothing. Which file it is, the
words of its digest say: compare them with those on the other side.`,
		Example: `  rootmoot qr read scanned.txt --out 1.received.json

  # pictures of a film, as ffmpeg takes them apart
  rootmoot qr read film/1.png film/2.png --out 2.received.json`,
		Args: verbs.Arguments("IMAGE|LINES..."),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args) },
	}
	f := cmd.Flags()
	f.StringVar(&r.out, "out", "", "new `FILE` for what was read, never one that exists with other bytes")
	f.BoolVar(&r.json, "json", false, "print what was read as JSON")
	return cmd
}

func (r reading) run(cmd *cobra.Command, paths []string) error {
	if r.out == "" {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: --out is missing: name the file to write", cmd.CommandPath())}
	}
	payload, err := readTransfer(cmd.Context(), paths, cmd.InOrStdin(), cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if err := createFile("--out", r.out, payload); err != nil {
		return err
	}
	d := root.Digest(sha256.Sum256(payload))
	if r.json {
		return printJSON(cmd.OutOrStdout(), struct {
			Schema string      `json:"schema"`
			File   string      `json:"file"`
			Bytes  int         `json:"bytes"`
			SHA256 root.Digest `json:"sha256"`
			Words  []string    `json:"words"`
		}{"rootmoot/qr-read/v1", r.out, len(payload), d, words.EncodePGP(d)})
	}
	fmt.Fprintf(cmd.OutOrStdout(), "wrote %s, %d bytes\nSHA-256 %v\n", r.out, len(payload), d)
	printWords(cmd.OutOrStdout(), d)
	return nil
}
