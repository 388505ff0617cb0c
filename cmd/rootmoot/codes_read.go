package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// maxScan is how long a file with lines from a scanner may be: some thousand
// codes of the largest kind. maxScanLine bounds one line of it, with whatever
// the scanner writes beside the code.
const (
	maxScan     = 8 << 20
	maxScanLine = 64 << 10
)

// readTransfer reads the file that a running sequence of codes carries, from
// pictures of the codes and from files with lines as a scanner writes them; "-"
// is lines from stdin, as they are pasted or scanned. It stops when there are
// enough. What it makes of each path, and how far it is, goes to say.
//
// A frame that is refused is told and left out, for others do as well. Whoever
// takes the file compares the words of its digest.
func readTransfer(ctx context.Context, paths []string, stdin io.Reader, say io.Writer) ([]byte, error) {
	r := &transfer{say: say}
	for _, path := range paths {
		var err error
		if path == "-" {
			err = r.lines(ctx, "standard input", stdin, true)
		} else {
			err = r.file(ctx, path)
		}
		if err != nil {
			return nil, err
		}
		if r.to.Done() {
			break
		}
	}
	return r.payload()
}

// transfer is what was read so far.
type transfer struct {
	to      qr.Receiver
	say     io.Writer
	refused int
	told    int            // parts that there were when progress was said
	other   *qr.OtherError // the first frame of another transfer
}

// file reads one file, a picture or lines.
func (r *transfer) file(ctx context.Context, path string) error {
	raw, err := safefile.ReadPath(path, max(maxScan, qr.MaxImage))
	if err != nil {
		return &verbs.Error{Code: verbs.Unread, Err: err}
	}
	if !qr.IsImage(raw) {
		if len(raw) > maxScan {
			return &verbs.Error{Code: verbs.Unread, Err: &safefile.TooLargeError{Name: path, Max: maxScan}}
		}
		return r.lines(ctx, path, bytes.NewReader(raw), false)
	}
	texts, err := qr.Read(raw)
	switch {
	case errors.Is(err, qr.ErrNoCode): // of a film, many pictures have none
		r.tell(path, "no QR code found in it")
		return nil
	case err != nil:
		return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%s: %w", path, err)}
	}
	for _, text := range texts {
		r.line(path, text)
	}
	r.progress(path)
	return nil
}

// lines reads lines until there are enough, or no more. Somebody who scans them
// one by one is told after each how far it is, and may interrupt.
func (r *transfer) lines(ctx context.Context, name string, in io.Reader, each bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer r.progress(name)
	lines := scanLines(ctx, in)
	for n := 1; !r.to.Done(); n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case l, more := <-lines:
			if !more {
				return nil
			}
			if l.err != nil {
				return &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("%s: line %d: %w", name, n, l.err)}
			}
			r.line(fmt.Sprintf("%s: line %d", name, n), l.text)
			if each && !r.to.Done() {
				r.progress(name)
			}
		}
	}
	return nil
}

// A scanned is a line, or why there is no next one.
type scanned struct {
	text string
	err  error
}

// scanLines reads lines beside whoever waits for them, since reading from a
// terminal cannot be interrupted. The channel is closed at the end.
func scanLines(ctx context.Context, in io.Reader) <-chan scanned {
	out := make(chan scanned)
	go func() {
		defer close(out)
		scan := bufio.NewScanner(in)
		scan.Buffer(nil, maxScanLine)
		for scan.Scan() {
			select {
			case out <- scanned{text: scan.Text()}:
			case <-ctx.Done():
				return
			}
		}
		if scan.Err() != nil {
			select {
			case out <- scanned{err: scan.Err()}:
			case <-ctx.Done():
			}
		}
	}()
	return out
}

// line takes the frames in a line, and tells of what is none.
func (r *transfer) line(where, text string) {
	found := qr.Find(text)
	if len(found) == 0 && strings.TrimSpace(text) != "" {
		r.refused++
		r.tell(where, "no frame of a transfer in it")
	}
	for _, frame := range found {
		if err := r.to.Add(frame); err != nil {
			r.refused++
			var other *qr.OtherError
			if errors.As(err, &other) && r.other == nil {
				r.other = other
			}
			r.tell(where, err.Error())
		}
	}
}

// maxTold is of how many refused frames is told one by one.
const maxTold = 20

func (r *transfer) tell(where, what string) {
	switch {
	case r.refused < maxTold:
		fmt.Fprintf(r.say, "%s: %s\n", visible.Line(where), visible.Line(what))
	case r.refused == maxTold:
		fmt.Fprintf(r.say, "more was left out, of which nothing is said\n")
	}
}

// progress says how far it is, if anything has come since it was said last.
func (r *transfer) progress(name string) {
	have, need := r.to.Progress()
	if have > r.told {
		r.told = have
		fmt.Fprintf(r.say, "%s: %d%% is here\n", visible.Line(name), 100*have/need)
	}
}

// payload is the file, or what is missing.
func (r *transfer) payload() ([]byte, error) {
	id, begun := r.to.ID()
	if !begun {
		return nil, &verbs.Error{
			Code: verbs.No, Err: errors.New("no frame of a transfer in what was given"),
			Hint: "give pictures of the codes (PNG, JPEG), or the lines that a scanner read, which begin with ROOTMOOT1:",
		}
	}
	if r.to.Done() {
		payload, err := r.to.Payload()
		if err != nil {
			return nil, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("transfer %v: %w", id, err), Hint: "show and scan all of it anew"}
		}
		return payload, nil
	}
	missing, more := r.to.Missing()
	have, need := r.to.Progress()
	text := fmt.Sprintf("transfer %v: %d%% is here, %s needed", id, 100*have/need, counted(more, "more code"))
	if r.other != nil {
		text += fmt.Sprintf("; there were frames of another transfer, %v, too", r.other.Got)
	}
	return nil, &verbs.Error{
		Code: verbs.Incomplete, Err: errors.New(text),
		Hint: fmt.Sprintf("scan more and give everything together; any codes do that were not read yet. Of the first ones these are missing: %s", spans(missing)),
	}
}

// spans are numbers of codes as people count them, from 1: 3, 7-9.
func spans(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if i == j {
			out = append(out, strconv.Itoa(numbers[i]+1))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", numbers[i]+1, numbers[j]+1))
		}
		i = j + 1
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}
