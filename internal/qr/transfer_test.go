package qr

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
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
