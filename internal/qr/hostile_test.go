package qr

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Whatever becomes of a line on its way, it is refused or means the same.
func TestMangledLine(t *testing.T) {
	payload := noise(60)
	s, err := NewSender(payload)
	if err != nil {
		t.Fatal(err)
	}
	line := s.Frame(0, s.Parts())
	try := func(mangled string) {
		t.Helper()
		r := &Receiver{}
		if err := r.Add(mangled); err != nil {
			return
		}
		if got, err := r.Payload(); err != nil || !bytes.Equal(got, payload) {
			t.Errorf("%q: %d bytes, %v", mangled, len(got), err)
		}
	}
	for i := range len(line) {
		for b := range 256 {
			try(line[:i] + string([]byte{byte(b)}) + line[i+1:])
		}
		try(line[:i])
		try(line[i:])
		try(line[:i] + line[i+1:])
		try(line[:i] + " " + line[i:])
		try(line[:i] + "\n" + line[i:])
		try(line[:i] + line[i:i+1] + line[i:])
		for j := range i {
			swapped := []byte(line)
			swapped[i], swapped[j] = swapped[j], swapped[i]
			try(string(swapped))
		}
	}
}

// So it is with a checksum that is right: another bit anywhere makes a frame of
// another file, or none, or is one that means nothing when decompressing.
func TestMangledFrame(t *testing.T) {
	payload := noise(60)
	good, err := parseFrame(sender(t, 60).Frame(0, 10))
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	try := func(what string, f frame) {
		t.Helper()
		r := &Receiver{}
		if err := r.Add(f.line()); err != nil {
			return
		}
		switch got, err := r.Payload(); {
		case err == nil && f.id == good.id && bytes.Equal(got, payload):
			same++
		case !errors.Is(err, ErrDigest) && !errors.Is(err, ErrIncomplete):
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
	}
	for i := range 8 * idSize {
		f := good
		f.id[i/8] ^= 1 << (i % 8)
		try("another id", f)
	}
	for packed := range 2 * good.packed {
		f := good
		if f.packed = packed; packed != good.packed {
			try("another length", f)
		}
	}
	for first := 1; first < 100; first++ {
		f := good
		f.first = first
		try("another number", f)
	}
	if same > 0 {
		t.Errorf("%d other headers of the same file", same)
	}
	for bit := range 8 * len(good.parts) {
		f := good
		f.parts = bytes.Clone(good.parts)
		f.parts[bit/8] ^= 1 << (bit % 8)
		try("another bit", f)
	}
	if same > 10 { // bits that fill up a byte before what is stored (RFC 1951, 3.2.4)
		t.Errorf("%d bits mean nothing", same)
	}
}

func TestAddRefuses(t *testing.T) {
	s := sender(t, 60)
	line := s.Frame(0, 3)
	good, err := parseFrame(line)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*frame)) string {
		f := good
		change(&f)
		return f.line()
	}
	for _, tt := range []struct {
		name, line string
		is         error
		want       string // the error; "" if there is none
	}{
		{"as it is", line, nil, ""},
		{"lower case", strings.ToLower(line), nil, ""},
		{"blanks around", " \t" + line + " \r\n", nil, ""},
		{"nothing", "", ErrNoFrame, "not a frame of a transfer"},
		{"another text", "https://rootmoot.example/", ErrNoFrame, "not a frame of a transfer"},
		{"the name alone", "ROOTMOOT", ErrNoFrame, "not a frame of a transfer"},
		{"another version", "ROOTMOOT2:" + line[10:], ErrVersion, "a frame of another version of this program: it does not begin with ROOTMOOT1:"},
		{"the tag alone", "ROOTMOOT1:", ErrDamaged, "frame damaged: 0 bytes, too few for one: is it cut off?"},
		{"cut off", line[:len(line)-16], ErrDamaged, "frame damaged: its checksum is wrong: scan it again"},
		{"cut off within a byte", line[:len(line)-1], ErrDamaged, "frame damaged: not base32: is it cut off?"},
		{"one letter", line[:20] + "A" + line[21:], ErrDamaged, "frame damaged: its checksum is wrong: scan it again"},
		{"a sign", line[:20] + "$" + line[21:], ErrDamaged, "frame damaged: not base32: is it cut off?"},
		{"a blank", line[:20] + " " + line[20:], ErrDamaged, "frame damaged: not base32: is it cut off?"},
		{"a long s", strings.Replace(line, "ROOTMOOT1:", "ROOTMOOT1:ſ", 1), ErrDamaged, "frame damaged: not base32: is it cut off?"},
		{"longer than any code", line + strings.Repeat("A", MaxLine), ErrDamaged, "frame damaged: 4374 characters, more than the 4296 of any code"},
		{"no parts", with(func(f *frame) { f.parts = nil }), ErrDamaged, "frame damaged: 18 bytes, too few for one: is it cut off?"},
		{"part of a part", with(func(f *frame) { f.parts = f.parts[:23] }), ErrDamaged, "frame damaged: 23 bytes are no whole number of parts of 8"},
		{"no file", with(func(f *frame) { f.packed = 0 }), ErrLimit, "frame of a file beyond the limits: it says 0 bytes, of 1 to 262400"},
		{"a large file", with(func(f *frame) { f.packed = maxPacked + 1 }), ErrLimit, "frame of a file beyond the limits: it says 262401 bytes, of 1 to 262400"},
		{"the largest number", with(func(f *frame) { f.packed = 1<<24 - 1 }), ErrLimit, "frame of a file beyond the limits: it says 16777215 bytes, of 1 to 262400"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &Receiver{}
			err := r.Add(tt.line)
			if got := fmt.Sprint(err); got != tt.want && !(err == nil && tt.want == "") || !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if _, begun := r.ID(); begun != (err == nil) {
				t.Errorf("begun: %v", begun)
			}
		})
	}
}

// Frames of two transfers never mix: the first says which it is, and each of
// the other is refused by itself.
func TestTwoTransfers(t *testing.T) {
	a, b := sender(t, 200), sender(t, 300)
	r := receive(t, a.Frame(0, 5))
	err := r.Add(b.Frame(5, 5))
	var other *OtherError
	if !errors.As(err, &other) || other.Have != ID(sum8(a)) || other.Got != ID(sum8(b)) {
		t.Fatalf("got %v", err)
	}
	want := fmt.Sprintf("frame of another transfer: of %x, where the first was of %x", sum8(b), sum8(a))
	if err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := r.Add(a.Frame(5, a.Parts())); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Payload(); err != nil || !bytes.Equal(got, noise(200)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func sum8(s *Sender) []byte {
	d := s.Digest()
	return d[:idSize]
}

func TestContradictions(t *testing.T) {
	s := sender(t, 200)
	first := s.Frame(0, 5)
	good, err := parseFrame(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*frame)
		want   string
	}{
		{"length", func(f *frame) { f.packed++ }, fmt.Sprintf("frame contradicts those before it: of a compressed file of %d bytes, not %d", good.packed+1, good.packed)},
		{"part", func(f *frame) { f.parts = append([]byte{f.parts[0] ^ 1}, f.parts[1:]...) }, "frame contradicts those before it: part 0 is not the one that they make"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := receive(t, first)
			f := good
			tt.change(&f)
			if err := r.Add(f.line()); !errors.Is(err, ErrContradicts) || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if err := r.Add(s.Frame(5, s.Parts())); err != nil {
				t.Fatal(err)
			}
			if got, err := r.Payload(); err != nil || !bytes.Equal(got, noise(200)) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}
