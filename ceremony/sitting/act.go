package sitting

import (
	"time"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// Secret is a PIN, a PUK or a management key on its way to a token: it does not
// print, and the engine wipes it.
type Secret = token.Secret

// NewSecret takes b over: the caller must not use it again.
func NewSecret(b []byte) Secret { return token.NewSecret(b) }

// PINField is the field of the PIN of the token on the table.
const PINField = "pin"

// The acts. Which of them are allowed now, the view says.
const (
	ActContinue  = "continue"  // ends a step
	ActSignIn    = "sign-in"   // somebody is there
	ActClock     = "clock"     // the time of an outside clock
	ActConfirm   = "confirm"   // what is shown is what it should be
	ActToken     = "token"     // take up a participant's token
	ActPutAway   = "put-away"  // and put it away again
	ActEnrol     = "enrol"     // prove that the token holds its key
	ActReadBack  = "read-back" // the plan's digest was read out at every place
	ActTypeBack  = "type-back" // or typed, as 24 words
	ActUnblock   = "unblock"   // give a blocked token a new PIN, with its PUK
	ActSign      = "sign"      // sign the candidate
	ActRefuse    = "refuse"    // refuse to, with a reason
	ActCheck     = "check"     // check the result from scratch
	ActAgree     = "agree"     // seal the record
	ActDisagree  = "disagree"  // seal it, saying what is wrong with it
	ActHandOver  = "hand-over" // write out what there is
	ActException = "exception" // record a deviation
	ActClose     = "close"     // and what was decided about it
	ActTouch     = "touch"     // touch a rehearsal token
	ActRequest   = "request"   // write the request for somebody elsewhere
	ActMerge     = "merge"     // take a file that came from elsewhere
	ActCannot    = "cannot"    // say, without a token, that there will be no signature
	ActPause     = "pause"     // take a break
	ActResume    = "resume"    // and end it
	ActAbort     = "abort"     // end the sitting without a root
	ActHead      = "head"      // write a head for a witness to sign
	ActWitness   = "witness"   // take a witness's signature over a head
	ActBytes     = "bytes"     // write the candidate's bytes, for gpg to sign
	ActImport    = "import"    // take the signature that gpg made
)

// An Act is what a person does.
type Act struct {
	ID     string
	Target string
	Digest root.Digest       // what the screen showed, where the offer has one
	Fields map[string]string // by the names of the offer's fields
	// Secrets are what was typed into fields of kind FieldSecret, by their
	// names. They stand nowhere else, and are wiped when the act is over.
	Secrets map[string]Secret
	Touch   int // ActTouch: the Number of the touch that is answered; 0 is any
}

// Wipe overwrites the secrets of an act that is given up, in every copy of it.
func (a Act) Wipe() {
	for _, secret := range a.Secrets {
		secret.Wipe()
	}
}

// A Progress is something that happens while an act is carried out.
type Progress struct {
	Kind    ProgressKind
	Text    string
	Target  string        // Touch: whose token
	Serial  string        // Touch: its serial number
	For     string        // Touch: what it signs with it
	Policy  string        // Touch: when the token wants one: always, cached
	Number  int           // Touch: the how manieth of this act, from 1
	Of      int           // Touch: and of how many
	Press   bool          // Touch: a key press is what touches it, by ActTouch
	Timeout time.Duration // Touch: how long it waits
}

// ProgressKind says what a Progress is about.
type ProgressKind string

// Checks that passed or failed, remarks, and a touch that is waited for.
const (
	Passed ProgressKind = "passed"
	Failed ProgressKind = "failed"
	Noted  ProgressKind = "noted"
	Touch  ProgressKind = "touch"
)
