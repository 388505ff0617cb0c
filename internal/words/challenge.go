package words

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxDraws bounds Pick against a broken source of randomness. A good one has
// needed more with a probability below 2^-100.
const maxDraws = 1000

// Pick chooses three different positions out of 1 to n, all triples alike, in
// ascending order. It takes single bytes from rand and throws away those that
// would prefer some positions. n is 3 to 256.
func Pick(rand io.Reader, n int) (positions [3]int, err error) {
	if n < 3 || n > 256 {
		return positions, fmt.Errorf("words: pick three positions out of %d: want 3 to 256 of them", n)
	}
	found := 0
	for range maxDraws {
		var b [1]byte
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return [3]int{}, fmt.Errorf("words: pick positions: read randomness: %w", err)
		}
		p := int(b[0])%n + 1
		if int(b[0]) >= 256-256%n || slices.Contains(positions[:found], p) {
			continue
		}
		positions[found] = p
		if found++; found == len(positions) {
			slices.Sort(positions[:])
			return positions, nil
		}
	}
	return [3]int{}, fmt.Errorf("words: pick positions: the source of randomness repeats itself")
}

// Match compares three typed words with the PGP words of digest at the given
// positions (from 1), in upper or lower case and with spaces around them. An
// error is an [*Error] that names the first position which is wrong and
// what was typed there, never what should have been.
func Match(digest [32]byte, positions [3]int, typed []string) error {
	words := EncodePGP(digest)
	if len(typed) != len(positions) {
		return countFault(len(typed), len(positions))
	}
	for i, p := range positions {
		if p < 1 || p > len(words) {
			return fmt.Errorf("words: position %d asked for, of %d", p, len(words))
		}
		if word := strings.TrimSpace(typed[i]); !same(words[p-1], word) {
			return fault(FaultMismatch, p-1, word, "not the word shown at this position")
		}
	}
	return nil
}
