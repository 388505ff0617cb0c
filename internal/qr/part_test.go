package qr

import (
	"crypto/sha256"
	"math"
	"strings"
	"testing"
)

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
