package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

const (
	// maxFrames is how many codes a file may take: some three minutes at the
	// usual pace, and who holds a phone has had enough.
	maxFrames = 600
	// easyVersion is the largest code that is shown unless more is asked for:
	// phones still read it without being held close.
	easyVersion = 10
	usualPace   = 3.0 // a second
	minPace     = 0.2
	maxPace     = 20.0
)

// codeOptions is how a file is shown as codes.
type codeOptions struct {
	size  int     // version of the codes; 0 for one that suits
	pace  float64 // codes a second
	ascii bool    // no half blocks
}

func (o *codeOptions) flags(f *pflag.FlagSet) {
	f.IntVar(&o.size, "qr-size", 0, "`VERSION` of the codes, 3 to 40: larger ones carry more and are harder to read (default what fits, at most 10)")
	f.Float64Var(&o.pace, "qr-pace", usualPace, "codes a `SECOND` to begin with")
}

func (o codeOptions) check() error {
	if o.size < 0 || o.size > qr.MaxVersion {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--qr-size %d: want 3 to %d", o.size, qr.MaxVersion)}
	}
	if !(o.pace >= minPace && o.pace <= maxPace) {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--qr-pace %v: want %v to %v", o.pace, minPace, maxPace)}
	}
	return nil
}

// showCodes shows a file as a running sequence of codes, until whoever is there
// says that it has arrived. What names it to people. Where there is no terminal
// to draw on, the text of the codes is written as lines.
func showCodes(ctx context.Context, c console, payload []byte, what string, o codeOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	what = visible.Line(what)
	sender, err := qr.NewSender(payload)
	if err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", what, err), Hint: "carry the file itself"}
	}
	if c.terminal == nil || !isTerminal(c.out) || !drawable(os.Getenv("TERM")) {
		return writeFrames(c.out, sender, what, o)
	}
	s := newSlides(sender, what, o)
	columns, lines, err := c.terminal.Size()
	if err != nil {
		return &verbs.Error{Code: verbs.Unread, Err: err}
	}
	if err := s.begin(columns, lines, o.size); err != nil {
		return err
	}
	io.WriteString(c, s.beforehand(len(payload))) //nolint:errcheck // a terminal that has gone away is found out below
	if _, err := c.ReadLine(ctx, "Enter begins, control-C leaves: "); err != nil {
		return leftEarly(err)
	}
	if err := s.run(ctx, c.terminal); err != nil {
		return err
	}
	fmt.Fprintf(c, "%s was shown in %s.\nSHA-256 %v\n", what, counted(s.shown, "code"), root.Digest(sender.Digest()))
	printWords(c, sender.Digest())
	return nil
}

// leftEarly is the end of the input, which at a question is an answer too.
func leftEarly(err error) error {
	if errors.Is(err, io.EOF) {
		return &verbs.Error{Code: verbs.Interrupted, Err: errors.New("left before the codes were shown")}
	}
	return err
}

// writeFrames writes the text of the codes, a line each: those that carry the
// file, and some in case that lines are lost.
func writeFrames(out io.Writer, sender *qr.Sender, what string, o codeOptions) error {
	version := o.size
	if version == 0 {
		version = max(easyVersion, sender.Version(1))
	}
	per := min(sender.Fit(version), sender.Parts())
	if per == 0 {
		return tooSmall(sender, what, version)
	}
	frames := framesOf(sender, per)
	for i := range frames + 2 + frames/5 {
		if _, err := fmt.Fprintln(out, sender.Frame(i*per, per)); err != nil {
			return &verbs.Error{Code: verbs.Unread, Err: err}
		}
	}
	return nil
}

func tooSmall(sender *qr.Sender, what string, version int) error {
	return &verbs.Error{
		Code: verbs.Usage, Err: fmt.Errorf("%s: a code of version %d has no room for a part of it", what, version),
		Hint: fmt.Sprintf("--qr-size %d or more", sender.Version(1)),
	}
}

// framesOf is how many frames of that many parts carry the file.
func framesOf(sender *qr.Sender, per int) int { return (sender.Parts() + per - 1) / per }

// beforehand says what is coming.
func (s *slides) beforehand(size int) string {
	frames := framesOf(s.sender, s.per)
	text := fmt.Sprintf("%s: %d bytes, %d compressed\nSHA-256 %v\n", s.what, size, s.sender.Packed(), root.Digest(s.sender.Digest()))
	if frames == 1 {
		return text + "It goes in one QR code.\n"
	}
	return text + fmt.Sprintf(`It takes %d QR codes of version %d, %s at %.3g a second.
More follow, which make up for any that are missed: scan until the other side has
it all, then press q.
`, frames, s.sender.Version(s.per), lasting(float64(frames)/s.pace), s.pace)
}

// lasting is about how long something takes.
func lasting(seconds float64) string {
	if seconds < 90 {
		return "about " + counted(int(math.Ceil(seconds)), "second")
	}
	return "about " + counted(int(math.Ceil(seconds/60)), "minute")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
