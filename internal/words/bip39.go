package words

import (
	"crypto/sha256"
	"strings"
)

// CountBIP39 is how many BIP39 words a digest has: 256 bits and 8 bits of
// checksum, 11 bits a word.
const CountBIP39 = 24

const bitsPerWord = 11

// EncodeBIP39 returns the 24 BIP39 words of a digest.
func EncodeBIP39(digest [32]byte) []string {
	list := list(bip39Text)
	sum := sha256.Sum256(digest[:])
	bits := append(digest[:], sum[0])
	out := make([]string, CountBIP39)
	for i := range out {
		out[i] = list[bitsAt(bits, i*bitsPerWord)]
	}
	return out
}

// DecodeBIP39 reads 24 BIP39 words, separated by spaces or line breaks, in upper
// or lower case and in full. An error is an [*Error] about the first unknown
// word, the number of words, or the checksum, which one slip in 256 passes.
func DecodeBIP39(typed string) (digest [32]byte, err error) {
	list, words := list(bip39Text), strings.Fields(typed)
	indexes := make([]int, len(words))
	for i, word := range words {
		if indexes[i] = index(list, word); indexes[i] < 0 {
			return digest, fault(FaultUnknown, i, word, "not in the BIP39 word list")
		}
	}
	if len(words) != CountBIP39 {
		return digest, countFault(len(words), CountBIP39)
	}
	var bits [CountBIP39 * bitsPerWord / 8]byte
	for i, n := range indexes {
		setBits(bits[:], i*bitsPerWord, n)
	}
	copy(digest[:], bits[:])
	if sha256.Sum256(digest[:])[0] != bits[len(digest)] {
		return [32]byte{}, &Error{Fault: FaultChecksum, detail: "all are known, but the checksum fails: " +
			"one is wrong, or two are swapped"}
	}
	return digest, nil
}

// bitsAt reads the 11 bits that begin at bit at, high bits first.
func bitsAt(raw []byte, at int) int {
	n := 0
	for i := at; i < at+bitsPerWord; i++ {
		n = n<<1 | int(raw[i/8]>>(7-i%8))&1
	}
	return n
}

// setBits writes the 11 bits of n into zeroed bytes, beginning at bit at.
func setBits(raw []byte, at, n int) {
	for i := range bitsPerWord {
		bit := byte(n>>(bitsPerWord-1-i)) & 1
		raw[(at+i)/8] |= bit << (7 - (at+i)%8)
	}
}
