package qr

import (
	"crypto/sha256"
	"strings"
	"testing"
)

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
