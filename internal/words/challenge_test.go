package words

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPick(t *testing.T) {
	tests := []struct {
		name string
		rand io.Reader
		n    int
		want [3]int
		err  string
	}{
		{"sorted, repeats passed over", bytes.NewReader([]byte{31, 0, 31, 32, 5}), 32, [3]int{1, 6, 32}, ""},
		{"the uneven rest is thrown away", bytes.NewReader([]byte{255, 254, 253, 1, 2, 3}), 23, [3]int{2, 3, 4}, ""},
		{"as few as there can be", bytes.NewReader([]byte{2, 1, 0}), 3, [3]int{1, 2, 3}, ""},
		{"all of a byte", bytes.NewReader([]byte{255, 254, 0}), 256, [3]int{1, 255, 256}, ""},
		{"too few", bytes.NewReader(nil), 2, [3]int{}, "words: pick three positions out of 2: want 3 to 256 of them"},
		{"too many", bytes.NewReader(nil), 257, [3]int{}, "words: pick three positions out of 257: want 3 to 256 of them"},
		{"no randomness", bytes.NewReader([]byte{1, 2}), 32, [3]int{}, "words: pick positions: read randomness: EOF"},
		{"broken randomness", zeros{}, 32, [3]int{}, "words: pick positions: the source of randomness repeats itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Pick(tt.rand, tt.n)
			if got != tt.want || errText(err) != tt.err {
				t.Errorf("got %v, %v; want %v, %s", got, err, tt.want, tt.err)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Every position is picked about as often as any other.
func TestPickIsFair(t *testing.T) {
	source := rand.NewChaCha8([32]byte{1})
	const n, rounds = 24, 16000
	var count [n + 1]int
	for range rounds {
		got, err := Pick(source, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range got {
			count[p]++
		}
	}
	for p := 1; p <= n; p++ {
		if mean := rounds * 3 / n; count[p] < mean*9/10 || count[p] > mean*11/10 {
			t.Errorf("position %d came %d times, want about %d", p, count[p], mean)
		}
	}
}

func TestMatch(t *testing.T) {
	digest := sha256.Sum256([]byte("candidate"))
	words := EncodePGP(digest)
	at := [3]int{1, 16, 32}
	right := []string{words[0], words[15], words[31]}
	tests := []struct {
		name  string
		at    [3]int
		typed []string
		want  string
	}{
		{"right", at, right, ""},
		{"case and spaces", at, []string{" " + strings.ToUpper(right[0]), strings.ToLower(right[1]) + "\n", right[2]}, ""},
		{"one wrong", at, []string{right[0], "zulu", right[2]}, `word 16, "zulu": not the word shown at this position`},
		{"swapped", at, []string{right[0], right[2], right[1]}, `word 16, "` + right[2] + `": not the word shown at this position`},
		{"nothing typed", at, []string{right[0], right[1], ""}, `word 32, "": not the word shown at this position`},
		{"too few", at, right[:2], "words: 2 typed where 3 are needed"},
		{"position out of range", [3]int{0, 1, 2}, right, "words: position 0 asked for, of 32"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Match(digest, tt.at, tt.typed)
			if errText(err) != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	// What is wrong is told, what is right is not.
	err := Match(digest, at, []string{"x", "x", "x"})
	var e *Error
	if !errors.As(err, &e) || e.Fault != FaultMismatch || e.Position != 1 || strings.Contains(err.Error(), right[0]) {
		t.Errorf("got %#v", err)
	}
}
