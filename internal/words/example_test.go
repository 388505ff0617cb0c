package words_test

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/words"
)

func ExampleEncodePGP() {
	digest := sha256.Sum256([]byte("a plan"))
	spoken := words.EncodePGP(digest)
	fmt.Println(strings.Join(spoken[:4], " "), "...")

	_, err := words.DecodePGP(strings.Join(spoken[1:], " "))
	fmt.Println(err)
	// Output:
	// rebirth integrate rebirth puberty ...
	// word 1, "integrate": a word of three syllables where one of two belongs: is a word missing, doubled or swapped before it?
}
