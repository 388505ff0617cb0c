package qr

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// noise is bytes that cannot be compressed, the same each time.
func noise(n int) []byte {
	var out []byte
	for i := uint64(0); len(out) < n; i++ {
		block := sha256.Sum256(binary.BigEndian.AppendUint64(nil, i))
		out = append(out, block[:]...)
	}
	return out[:n]
}

func sender(t testing.TB, n int) *Sender {
	t.Helper()
	s, err := NewSender(noise(n))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// receive takes frames until there are enough.
func receive(t testing.TB, lines ...string) *Receiver {
	t.Helper()
	r := &Receiver{}
	for _, line := range lines {
		if err := r.Add(line); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
	}
	return r
}

// in gives the whole number of frames of that size that carry a file.
func in(s *Sender, parts int) int { return ceil(s.Parts(), parts) }

// A file arrives from its own frames alone, whatever their size.
func TestTransfer(t *testing.T) {
	for _, n := range []int{1, 7, 8, 9, 100, 1000, 4096, 33_000, 70_000, MaxPayload} {
		for _, version := range []int{6, 10, 40} {
			s := sender(t, n)
			per := s.Fit(version)
			if per == 0 {
				t.Fatalf("%d bytes: no part fits version %d", n, version)
			}
			r := &Receiver{}
			for i := range in(s, per) {
				if r.Done() {
					t.Errorf("%d bytes, version %d: done after %d of %d frames", n, version, i, in(s, per))
				}
				line := s.Frame(i*per, per)
				if len(line) > Capacity(version) {
					t.Fatalf("%d bytes: frame of %d characters for version %d", n, len(line), version)
				}
				if err := r.Add(line); err != nil {
					t.Fatal(err)
				}
			}
			got, err := r.Payload()
			if err != nil || !bytes.Equal(got, noise(n)) {
				t.Errorf("%d bytes, version %d: %d came back, %v", n, version, len(got), err)
			}
			if sum := sha256.Sum256(got); s.Digest() != sum {
				t.Errorf("%d bytes: the sender says %x, it is %x", n, s.Digest(), sum)
			}
		}
	}
}

// Any frames do, in any order and of any sizes, some twice, as long as there are
// enough of them.
func TestAnyFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload := rapid.SliceOfN(rapid.Byte(), 1, 3000).Draw(t, "payload")
		s, err := NewSender(payload)
		if err != nil {
			t.Fatal(err)
		}
		type piece struct{ first, parts int }
		var pieces []piece
		sizes := rapid.SliceOfNDistinct(rapid.IntRange(1, 60), 1, 3, rapid.ID).Draw(t, "sizes")
		begin := rapid.IntRange(0, 3*s.Parts()).Draw(t, "begin")
		for total := 0; total < 2*s.Parts()+100; {
			size := sizes[len(pieces)%len(sizes)]
			pieces = append(pieces, piece{begin + total, size})
			total += size
		}
		pieces = rapid.Permutation(pieces).Draw(t, "order")
		r := &Receiver{}
		taken := 0
		for _, p := range pieces {
			if rapid.IntRange(0, 9).Draw(t, "lost") < 3 {
				continue
			}
			line := s.Frame(p.first, p.parts)
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				if err := r.Add(line); err != nil {
					t.Fatal(err)
				}
			}
			taken += p.parts
			if r.Done() {
				break
			}
		}
		have, need := r.Progress()
		if !r.Done() {
			// With k + 40 different parts the chance is below 2^-40.
			if taken > need+40 {
				t.Fatalf("%d parts taken, %d of %d independent", taken, have, need)
			}
			if _, err := r.Payload(); !errors.Is(err, ErrIncomplete) {
				t.Fatalf("incomplete: %v", err)
			}
			return
		}
		for range 2 { // asking twice changes nothing
			if got, err := r.Payload(); err != nil || !bytes.Equal(got, payload) {
				t.Fatalf("got %d bytes, %v; want %d", len(got), err, len(payload))
			}
		}
	})
}

// Without any of the file's own parts it takes about 1.6 parts more than there
// are: what random equations over two elements cost, sum over i of 1/(2^i - 1).
// A frame has a dozen parts, so that is a frame at most, nearly always.
func TestOverhead(t *testing.T) {
	const runs, size = 60, 2000
	parts, frames := 0, 0
	for run := range runs {
		payload := noise(size + run)[run:]
		s, err := NewSender(payload)
		if err != nil {
			t.Fatal(err)
		}
		for _, per := range []int{1, 12} {
			r := &Receiver{}
			n := 0
			for ; !r.Done(); n++ {
				if err := r.Add(s.Frame(s.Parts()+n*per, per)); err != nil {
					t.Fatal(err)
				}
			}
			if per == 1 {
				parts += n - s.Parts()
			} else {
				frames += n - in(s, per)
			}
		}
	}
	mean := float64(parts) / runs
	t.Logf("parts more than needed: %.2f on average; frames of 12 parts: %.2f", mean, float64(frames)/runs)
	if mean < 1 || mean > 2.4 {
		t.Errorf("%.2f parts more than needed on average, want about 1.6", mean)
	}
	if frames > runs {
		t.Errorf("%d frames more than needed in %d runs, want less than one", frames, runs)
	}
}

// Half the frames are lost, as a slow phone loses them, and the sequence goes on.
func TestHalfLost(t *testing.T) {
	s := sender(t, MaxPayload)
	per := s.Fit(20)
	r := &Receiver{}
	n := 0
	for ; !r.Done(); n++ {
		if err := r.Add(s.Frame(2*n*per, per)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := r.Payload(); err != nil || !bytes.Equal(got, noise(MaxPayload)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if most := in(s, per) + 2; n > most {
		t.Errorf("took %d frames, want at most %d", n, most)
	}
}

// The numbers of parts begin anew at their end, and what is shown there counts.
func TestNumbersWrap(t *testing.T) {
	s := sender(t, 100)
	r := receive(t, s.Frame(numbers-3, s.Parts()+3))
	if got, err := r.Payload(); err != nil || !bytes.Equal(got, noise(100)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestMissing(t *testing.T) {
	s := sender(t, 795) // a hundred parts, nine frames of twelve
	r := &Receiver{}
	check := func(frames string, need int) {
		t.Helper()
		if got, n := r.Missing(); fmt.Sprint(got) != frames || n != need {
			t.Errorf("missing %v, %d needed; want %s, %d", got, n, frames, need)
		}
	}
	check("[]", 0)
	for _, i := range []int{0, 1, 4, 8} {
		if err := r.Add(s.Frame(12*i, 12)); err != nil {
			t.Fatal(err)
		}
	}
	check("[2 3 5 6 7]", 5)
	for i := range 4 {
		if err := r.Add(s.Frame(12*(20+i), 12)); err != nil {
			t.Fatal(err)
		}
	}
	check("[2 3 5 6 7]", 1) // any one more
	if err := r.Add(s.Frame(24, 12)); err != nil {
		t.Fatal(err)
	}
	if !r.Done() {
		t.Error("not done")
	}
	check("[3 5 6 7]", 0)
}

// Cutting into parts keeps to the limits for every length.
func TestParts(t *testing.T) {
	for packed := 1; packed <= maxPacked; packed += 1 + packed/1000 {
		size, count := partSize(packed), partCount(packed)
		if size < minPart || count < 1 || count > MaxParts || (count-1)*size >= packed || count*size < packed {
			t.Fatalf("%d bytes: %d parts of %d", packed, count, size)
		}
	}
	worst, err := pack(noise(MaxPayload))
	if err != nil || len(worst) > maxPacked {
		t.Errorf("packed %d bytes, %v; at most %d are received", len(worst), err, maxPacked)
	}
}

// Rows are what docs/formats.md says, also where they end within a word and
// where all bits are zero.
func TestRows(t *testing.T) {
	id := ID{1, 2, 3, 4, 5, 6, 7, 8}
	for _, parts := range []int{1, 2, 3, 64, 65, 300, MaxParts} {
		ones := 0
		for number := parts; number < parts+50; number++ {
			r := rowOf(id, number, parts)
			want := make([]bool, parts)
			none := true
			for i := range want {
				seed := append([]byte("rootmoot part\n"), id[:]...)
				seed = append(seed, 0, byte(number>>16), byte(number>>8), byte(number), 0, 0, 0, byte(i/256))
				block := sha256.Sum256(seed)
				want[i] = block[i%256/8]>>(i%8)&1 != 0
				none = none && !want[i]
			}
			if none {
				want[number%parts] = true
			}
			for i := range want {
				if r.has(i) != want[i] {
					t.Fatalf("%d parts, number %d: bit %d is %v", parts, number, i, r.has(i))
				}
				if want[i] {
					ones++
				}
			}
			if next := r.next(0); next < 0 || next >= parts {
				t.Fatalf("%d parts, number %d: first is %d", parts, number, next)
			}
		}
		if share := float64(ones) / float64(50*parts); parts > 3 && math.Abs(share-0.5) > 0.05 {
			t.Errorf("%d parts: %.2f of the bits are set", parts, share)
		}
	}
}

func TestSenderRefuses(t *testing.T) {
	for n, want := range map[int]string{
		0:              "nothing to send: the file is empty",
		MaxPayload + 1: "262145 bytes, more than the 262144 that can go by QR codes",
	} {
		if _, err := NewSender(make([]byte, n)); err == nil || err.Error() != want {
			t.Errorf("%d bytes: %v, want %s", n, err, want)
		}
	}
}

// A frame is in the smallest code that holds it, and a file so large that its
// parts do not fit a small code says so.
func TestVersions(t *testing.T) {
	small, large := sender(t, 1000), sender(t, MaxPayload)
	for version := 1; version <= MaxVersion; version++ {
		for _, s := range []*Sender{small, large} {
			per := s.Fit(version)
			if per > 0 && (s.Version(per) > version || len(s.Frame(0, per)) > Capacity(version)) {
				t.Errorf("version %d: %d parts, of version %d, %d characters", version, per, s.Version(per), len(s.Frame(0, per)))
			}
			if s.Version(per+1) <= version && s.Version(per+1) != 0 {
				t.Errorf("version %d: has room for more than %d parts", version, per)
			}
		}
	}
	if small.Fit(2) != 0 || small.Fit(3) == 0 || large.Fit(4) != 0 || large.Fit(5) == 0 {
		t.Errorf("parts in versions 2 to 5: %d %d %d %d", small.Fit(2), small.Fit(3), large.Fit(4), large.Fit(5))
	}
	if got := small.Version(10_000); got != 0 {
		t.Errorf("10000 parts: version %d", got)
	}
}

// What can be compressed is.
func TestPacked(t *testing.T) {
	s, err := NewSender([]byte(strings.Repeat("the same again. ", 1000)))
	if err != nil || s.Packed() > 200 {
		t.Errorf("%d bytes, %v", s.Packed(), err)
	}
}
