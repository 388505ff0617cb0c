package people

import "time"

// A Mishap is something that a participant does wrong or differently, once,
// when their turn to sign comes.
type Mishap string

// The mishaps.
const (
	WrongPIN   Mishap = "wrong-pin"   // mistypes the PIN, then types it right
	WrongWords Mishap = "wrong-words" // mistypes a word, then types it right
	Refuses    Mishap = "refuses"     // refuses to sign
	Exception  Mishap = "exception"   // records an exception, and closes it before the seal
	Forgets    Mishap = "forgets"     // has forgotten the PIN, and tries until it is blocked
)

// Cast is who is played, and how.
type Cast struct {
	PINs    map[string]string // by participant
	PUKs    map[string]string // of those who have theirs at hand
	NewPINs map[string]string // what they choose when a PIN is blocked
	Absent  []string          // do not come
	Mishaps map[string]Mishap // by participant
	Errands []Errand
	// Says is what they type into fields of text, by the names of the fields,
	// where an errand does not say otherwise.
	Says map[string]string
	// Until is the step at which everybody goes home, by its id, once nothing is
	// left to do there for those who came; "" to stay to the end.
	Until string
	// Clock is how far the clock on the wall is ahead of the screen's.
	Clock time.Duration
}

// An Errand is an act that the step does not wait for. It is done once, as soon
// as it is offered at the step and no token lies on the table.
type Errand struct {
	At     string // the step's id
	Act    string // a constant of package sitting
	Target string
	Signed int               // of the first quorum; not before so many have
	Says   map[string]string // what is typed into its fields of text
}
