package words

import "fmt"

// A Fault says what is wrong with typed words.
type Fault int

// The faults of typed words.
const (
	FaultUnknown  Fault = iota + 1 // the word is in no list
	FaultColumn                    // a PGP word from the other column
	FaultCount                     // too few words, or too many
	FaultChecksum                  // BIP39: all words known, but not as a whole
	FaultMismatch                  // not the word that was asked for
)

// Error says what is wrong with typed words, and where.
type Error struct {
	Fault    Fault
	Position int    // of the word at fault, from 1; 0 if it is the whole
	Word     string // what was typed there, shortened
	detail   string
}

// Error names the position and the word as typed. It never tells the word that
// was expected.
func (e *Error) Error() string {
	if e.Position == 0 {
		return "words: " + e.detail
	}
	return fmt.Sprintf("word %d, %q: %s", e.Position, e.Word, e.detail)
}

// maxShown is how much of a typed word an error repeats, in bytes: no list has
// a word of more than 11 letters.
const maxShown = 24

func fault(f Fault, i int, word, detail string) *Error {
	if len(word) > maxShown {
		word = word[:maxShown] + "..."
	}
	return &Error{Fault: f, Position: i + 1, Word: word, detail: detail}
}

func countFault(got, want int) *Error {
	return &Error{Fault: FaultCount, detail: fmt.Sprintf("%d typed where %d are needed", got, want)}
}
