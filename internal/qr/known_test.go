package qr

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Frames that were made once are read for ever.
func TestKnownFrames(t *testing.T) {
	const want = "A contribution on its way from one place to another.\n"
	const (
		first  = "ROOTMOOT1:YWPBALJV7L7BQAAAHIAAAAAEYDIQ2QDABQCOA52T3QCHMMCK7WUWRQU52SE5R4WMAXFA" // parts 0 to 2 of 8
		middle = "ROOTMOOT1:YWPBALJV7L7BQAAAHIAAABJHYTCHLRCILAEMU67WHT6QCAAAJ7J2C5Y"              // 5 and 6
		last   = "ROOTMOOT1:YWPBALJV7L7BQAAAHIAAAB7774AAAAAAAAAALQ4ZXSS6K4S3Y2YN6GBFXMLB22H46KZQ" // 7, and two beyond
		far    = "ROOTMOOT1:YWPBALJV7L7BQAAAHIARC5PYODWEZT4XHHALKK3BSQ"                           // 70,005
	)
	r := receive(t, far, last, middle, first)
	if got, err := r.Payload(); err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	if id, _ := r.ID(); id.String() != "c59e102d35fafe18" {
		t.Errorf("id %v", id)
	}
}

// A reader in another language, written from the description of the format,
// understands what is sent.
func TestPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
	for _, n := range []int{5, 700, 40_000} {
		s := sender(t, n)
		per := s.Fit(10)
		var lines []string
		for i := range in(s, per) + 1 {
			lines = append(lines, s.Frame(2*i*per, per)) // every other one is lost
		}
		slices.Reverse(lines)
		lines = append(lines, s.Frame(3*s.Parts(), per))
		c := exec.Command("python3", "testdata/read.py")
		c.Stdin = strings.NewReader(strings.Join(lines, "\n"))
		var errs bytes.Buffer
		c.Stderr = &errs
		if got, err := c.Output(); err != nil || !bytes.Equal(got, noise(n)) {
			t.Errorf("%d bytes: %d came back, %v\n%s", n, len(got), err, &errs)
		}
	}
}
