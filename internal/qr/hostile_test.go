package qr

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
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

// transfer is the frame of a file that nobody would send: whatever is packed,
// announced by any digest.
func transfer(packed []byte, id ID) string {
	f := frame{id: id, packed: len(packed)}
	f.parts = append(bytes.Clone(packed), make([]byte, partCount(len(packed))*partSize(len(packed))-len(packed))...)
	return f.line()
}

func deflate(t testing.TB, payload []byte) []byte {
	t.Helper()
	packed, err := pack(payload)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// What is announced and comes whole can still be hostile.
func TestPayloadRefuses(t *testing.T) {
	idOf := func(payload []byte) ID {
		sum := sha256.Sum256(payload)
		return ID(sum[:idSize])
	}
	bomb := make([]byte, 1<<20)
	text := []byte("a contribution")
	dangling := transfer(deflate(t, text), idOf(text))
	unfilled, err := parseFrame(dangling)
	if err != nil {
		t.Fatal(err)
	}
	if unfilled.packed == len(unfilled.parts) {
		t.Fatal("the last part is full; take another text")
	}
	unfilled.parts[len(unfilled.parts)-1] = 1
	for _, tt := range []struct{ name, line, want string }{
		{"a bomb", transfer(deflate(t, bomb), idOf(bomb)), "the frames do not make the file that they announce: it is longer than 262144 bytes when decompressed"},
		{"no deflate", transfer([]byte("\xff\xff"), idOf(nil)), "the frames do not make the file that they announce: it cannot be decompressed: flate: corrupt input before offset 1"},
		{"cut off", transfer(deflate(t, text)[:5], idOf(text)), "the frames do not make the file that they announce: it cannot be decompressed: unexpected EOF"},
		{"more behind it", transfer(append(deflate(t, text), 0), idOf(text)), "the frames do not make the file that they announce: 1 bytes follow the compressed file"},
		{"another file", transfer(deflate(t, text), idOf([]byte("another"))), "the frames do not make the file that they announce: its SHA-256 begins with 04b40dbad63030d2, not ae448ac86c4e8e4d"},
		{"not filled up with zeros", unfilled.line(), "the frames do not make the file that they announce: its last part is not filled up with zeros"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := receive(t, tt.line).Payload()
			if !errors.Is(err, ErrDigest) || err.Error() != tt.want {
				t.Errorf("%d bytes, %v; want %s", len(got), err, tt.want)
			}
		})
	}
}

// A bomb of the largest size, a thousand times as much when decompressed, takes
// no more memory than a file.
func TestBombMemory(t *testing.T) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for packed.Len() < MaxPayload-2000 {
		if _, err := w.Write(make([]byte, 1<<16)); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := unpack(packed.Bytes(), ID{}); !errors.Is(err, ErrDigest) {
		t.Errorf("got %v", err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 8*MaxPayload {
		t.Errorf("%d bytes of memory", used)
	}
}

// One line that claims the largest file takes little memory.
func TestClaimMemory(t *testing.T) {
	f := frame{packed: maxPacked, parts: make([]byte, partSize(maxPacked))}
	line := f.line()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := receive(t, line)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<10 {
		t.Errorf("%d bytes of memory", used)
	}
	runtime.KeepAlive(r)
}

func TestFind(t *testing.T) {
	a, b := sender(t, 60).Frame(0, 2), sender(t, 70).Frame(3, 2)
	for _, tt := range []struct {
		name, line string
		want       []string
	}{
		{"alone", a, []string{a}},
		{"zbarimg", "QR-Code:" + a, []string{a}},
		{"a table", "2026-11-01,QR_CODE,\"" + a + "\",ok", []string{a}},
		{"two", a + "; " + b, []string{a, b}},
		{"two without a gap", a + " " + a, []string{a, a}},
		{"lower case", strings.ToLower(a) + ".", []string{strings.ToLower(a)}},
		{"another version", "see ROOTMOOT12:ABC", []string{"ROOTMOOT12:ABC"}},
		{"a sentence", "Rootmoot: shows codes; ROOTMOOT1 is not one", nil},
		{"nothing", "", nil},
		{"not text", "\xff\xfe" + a + "\xff", []string{a}},
		{"digits without end", "ROOTMOOT" + strings.Repeat("1", 1000), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Find(tt.line); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Lines of any kind never do harm, and whatever comes out is what was announced.
func FuzzLines(f *testing.F) {
	s := sender(f, 40)
	f.Add(s.Frame(0, s.Parts()))
	f.Add(s.Frame(3, 2) + "\n" + s.Frame(0, 2) + "\n" + strings.ToLower(s.Frame(50, 4)))
	f.Add("QR-Code:" + sender(f, 8).Frame(1, 1) + "\nROOTMOOT1:AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		r := &Receiver{}
		for line := range strings.Lines(text) {
			for _, found := range Find(line) {
				if err := r.Add(found); err == nil {
					if again := (&Receiver{}).Add(strings.ToLower(found)); again != nil {
						t.Errorf("%q: in lower case %v", found, again)
					}
				}
			}
			_ = r.Add(line) // most lines are none
		}
		have, need := r.Progress()
		if have > need || r.Done() != (have == need && need > 0) {
			t.Errorf("%d of %d, done: %v", have, need, r.Done())
		}
		payload, err := r.Payload()
		if err != nil {
			return
		}
		id, _ := r.ID()
		if sum := sha256.Sum256(payload); ID(sum[:idSize]) != id || len(payload) > MaxPayload {
			t.Errorf("%d bytes with SHA-256 %x, announced %v", len(payload), sum, id)
		}
	})
}

// Frames with a right checksum, but any content: the fuzzer cannot compute one.
func FuzzFrames(f *testing.F) {
	s := sender(f, 40)
	good, err := parseFrame(s.Frame(0, s.Parts()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good.id[:], uint32(good.packed), uint32(0), good.parts, uint32(9), good.parts[:8])
	f.Add([]byte("rootmoot"), uint32(3), uint32(0), []byte("\xab\x00\x00\x00\x00\x00\x00\x00"), uint32(1<<24-1), make([]byte, 16))
	f.Fuzz(func(t *testing.T, id []byte, packed, first uint32, parts []byte, second uint32, more []byte) {
		if len(id) < idSize || len(parts) > 2000 || len(more) > 2000 {
			return
		}
		x := frame{ID(id[:idSize]), int(packed % numbers), int(first % numbers), parts}
		y := frame{x.id, x.packed, int(second % numbers), more}
		r := &Receiver{}
		for _, line := range []string{x.line(), y.line(), x.line()} {
			_ = r.Add(line) // refused or not
		}
		payload, err := r.Payload()
		if sum := sha256.Sum256(payload); err == nil && ID(sum[:idSize]) != x.id {
			t.Errorf("%d bytes with SHA-256 %x, announced %v", len(payload), sum, x.id)
		}
	})
}
