package repodata_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
)

// documents is how many random texts Python is asked about.
const documents = 250_000

// TestPython compares with the json module of the Python that is installed, on
// random texts: the same are refused, but for what is refused on purpose, and of
// all others the canonical form is the same.
func TestPython(t *testing.T) {
	p := startPython(t)
	n := documents
	if testing.Short() || repodata.RaceEnabled {
		n /= 50
	}
	go func() {
		r := newRandom(7)
		for range n {
			p.ask(r.text())
		}
		p.buf.Flush()
		p.in.Close()
	}()
	var c repodata.Canon
	var dst []byte
	count := make(map[byte]int)
	r := newRandom(7)
	for i := range n {
		text := r.text()
		letter, said := p.answer(t)
		count[letter]++
		got, err := c.Append(dst[:0], text)
		switch letter {
		case 'A':
			if err != nil || !bytes.Equal(got, said) {
				t.Fatalf("text %d: %q: Python says %q, we say %q, %v", i, text, said, got, err)
			}
			dst = got
		case 'P':
			if err == nil || !purpose(err, string(said)) {
				t.Fatalf("text %d: %q: to be refused because of %s, but: %v", i, text, said, err)
			}
		default:
			if err == nil {
				t.Fatalf("text %d: %q: Python refuses it, we say %q", i, text, got)
			}
		}
		sameAsTree(t, text, got, err)
	}
	t.Logf("%d accepted, %d refused by Python too, %d by us alone, on purpose", count['A'], count['R'], count['P'])
	for _, letter := range []byte("ARP") {
		if count[letter] < n/200 {
			t.Errorf("only %d of %d answers are %c: the texts are too much alike", count[letter], n, letter)
		}
	}
}

// purpose tells whether an error has one of the reasons.
func purpose(err error, reasons string) bool {
	kinds := map[string]error{
		"duplicate": canonical.ErrDuplicate,
		"syntax":    canonical.ErrSyntax,
		"number":    canonical.ErrNumber,
		"depth":     canonical.ErrDepth,
	}
	for _, r := range strings.Fields(reasons) {
		if errors.Is(err, kinds[r]) {
			return true
		}
	}
	return false
}

// A python is one that runs testdata/canon.py.
type python struct {
	in  io.WriteCloser
	buf *bufio.Writer
	out *bufio.Reader
}

func startPython(t *testing.T) *python {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
	c := exec.Command("python3", "testdata/canon.py")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		io.Copy(io.Discard, out)
		if err := c.Wait(); err != nil {
			t.Errorf("python3: %v\n%s", err, &errs)
		}
	})
	return &python{in, bufio.NewWriterSize(in, 1<<16), bufio.NewReaderSize(out, 1<<16)}
}

func (p *python) ask(text []byte) {
	p.buf.Write(binary.BigEndian.AppendUint32(nil, uint32(len(text))))
	p.buf.Write(text)
}

func (p *python) answer(t *testing.T) (letter byte, body []byte) {
	t.Helper()
	var head [5]byte
	if _, err := io.ReadFull(p.out, head[:]); err != nil {
		t.Fatalf("python3: %v", err)
	}
	body = make([]byte, binary.BigEndian.Uint32(head[1:]))
	if _, err := io.ReadFull(p.out, body); err != nil {
		t.Fatalf("python3: %v", err)
	}
	return head[0], body
}
