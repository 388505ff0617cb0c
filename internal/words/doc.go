// Package words puts digests into words, so that people can compare them by
// voice, copy them by hand and type them back.
//
// Sixty-four hexadecimal digits are too many alike to be read out reliably.
// There are two ways to say the 32 bytes of a digest in English words, and each
// carries all 256 bits:
//
// The PGP word list (Juola and Zimmermann, 1995) is for the voice. Each byte is
// one word, chosen for how differently the words sound. Bytes at even offsets
// take a two-syllable word and bytes at odd offsets a three-syllable one, so
// that a missing, doubled or swapped word breaks the rhythm and is noticed.
// 32 bytes are 32 words ([EncodePGP], [DecodePGP]).
//
// BIP39 is for the keyboard. Each word stands for 11 bits, no two words begin
// with the same four letters, and 8 bits of SHA-256 over the digest are added
// at the end, so that most slips are caught without the original at hand.
// 32 bytes are 24 words ([EncodeBIP39], [DecodeBIP39]). Here the words are a
// spelling of a public digest, not a wallet's secret.
//
// To confirm that somebody really looked at the words on the screen, a few of
// them, at positions picked at random, are typed back ([Pick], [Match]).
//
// Lists: even.txt and odd.txt hold the PGP words, one a line, in the order of
// the byte they stand for; bip39.txt is the English list of BIP39 as published
// with it, under the MIT licence.
package words

import (
	_ "embed"
	"strings"
)

//go:embed even.txt
var evenText string

//go:embed odd.txt
var oddText string

//go:embed bip39.txt
var bip39Text string

// list splits one of the embedded lists. Splitting anew each time costs less
// than anybody notices, and leaves nothing to be shared.
func list(text string) []string { return strings.Fields(text) }

// index finds word in a list, in upper or lower case, or returns -1.
func index(list []string, word string) int {
	for i, w := range list {
		if same(w, word) {
			return i
		}
	}
	return -1
}

// same compares a typed word with one of a list. Only the letters A to Z fold:
// Unicode knows other signs whose lower case is a k or an s.
func same(word, typed string) bool {
	return len(word) == len(typed) && strings.EqualFold(word, typed)
}
