package words

import "strings"

// CountPGP is how many PGP words a digest has.
const CountPGP = 32

// EncodePGP returns the 32 PGP words of a digest, in the list's own spelling
// (names of people and places have a capital letter).
func EncodePGP(digest [32]byte) []string { return pgpWords(digest[:]) }

// DecodePGP reads 32 PGP words, separated by spaces or line breaks, in upper or
// lower case. An error is an [*Error] about the first word that is unknown or
// stands in the wrong column, or about the number of words.
func DecodePGP(typed string) (digest [32]byte, err error) {
	raw, err := pgpBytes(strings.Fields(typed))
	if err != nil {
		return digest, err
	}
	if len(raw) != len(digest) {
		return digest, countFault(len(raw), len(digest))
	}
	return [32]byte(raw), nil
}

// pgpWords works for any length; the known examples are 20 bytes long.
func pgpWords(raw []byte) []string {
	columns := [2][]string{list(evenText), list(oddText)}
	out := make([]string, len(raw))
	for i, b := range raw {
		out[i] = columns[i%2][b]
	}
	return out
}

// pgpBytes looks at the words before their number: a missing word is best
// reported where the columns stop alternating.
func pgpBytes(typed []string) ([]byte, error) {
	columns := [2][]string{list(evenText), list(oddText)}
	syllables := [2]string{"two", "three"}
	var out []byte
	for i, word := range typed {
		b := index(columns[i%2], word)
		if b < 0 && index(columns[1-i%2], word) >= 0 {
			return nil, fault(FaultColumn, i, word, "a word of "+syllables[1-i%2]+" syllables where one of "+
				syllables[i%2]+" belongs: is a word missing, doubled or swapped before it?")
		}
		if b < 0 {
			return nil, fault(FaultUnknown, i, word, "not in the PGP word list")
		}
		out = append(out, byte(b))
	}
	return out, nil
}
