package sitting

import (
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// A View is all that a front-end needs to draw, and nothing that it would have
// to work out. Its texts are safe to print: control and bidi characters from
// files stand there written out.
type View struct {
	Title     string // the plan's name
	Rehearsal bool   // to be said on every screen
	Format    string // tuf, conda
	Purpose   string
	Place     string
	Now       time.Time // UTC

	Agenda  []AgendaItem
	Meters  []Meter // one a quorum, empty before there is a candidate
	Turn    Turn    // whose token is on the table; zero if none is
	Heading string
	Body    []Block
	Acts    []Offer
	What    string   // this is, in a word: "sitting"
	Kept    []string // what stays if somebody leaves now
	Notices []string // standing remarks: open exceptions, facts that were not taken
	Done    bool
}

// AgendaState is where a step of the agenda stands.
type AgendaState string

// The states.
const (
	AgendaDone AgendaState = "done"
	AgendaNow  AgendaState = "now"
	AgendaTodo AgendaState = "todo"
)

// An AgendaItem is one step.
type AgendaItem struct {
	Step  string // its id
	Title string
	Short string // the title in at most 13 columns, for the margin
	State AgendaState
}

// A Turn is whose token is on the table.
type Turn struct {
	Participant string // "" if no token is there
	Serial      string
	Reader      string
	PINLeft     int  // tries left; -1 if the token does not tell
	Failed      bool // it does not pass its checks, and will not be asked to sign
}

// A Meter is one quorum: how many distinct keys are needed, and who stands how.
type Meter struct {
	Quorum string // genesis, old, new, delegation
	Need   int
	Have   int
	Keys   []MeterKey
}

// Met reports whether the quorum is met.
func (m Meter) Met() bool { return m.Need > 0 && m.Have >= m.Need }

// KeyState is where one key of a quorum stands.
type KeyState string

// The states.
const (
	KeySigned  KeyState = "signed"
	KeyCould   KeyState = "could sign"
	KeyRefused KeyState = "refused"
	KeyCannot  KeyState = "cannot sign" // its token is blocked, or did not pass its checks
)

// A MeterKey is one key of a quorum.
type MeterKey struct {
	Name  string
	Short string // of the fingerprint
	State KeyState
}

// A Block is one part of the body. What is empty is not drawn.
type Block struct {
	Title  string
	Text   []string    // paragraphs
	Rows   [][2]string // name and value
	Lines  []string    // as they are: a diff, a list
	Digest root.Digest // in hex
	Words  []string    // the digest's 32 words
	Checks []CheckLine
	// Whole is said of what must have been on the screen to its last line
	// before an act is begun that asks for words of a digest.
	Whole bool
}

// A CheckLine is one check and its outcome.
type CheckLine struct {
	Mark Mark
	Text string
}

// Mark is an outcome. A front-end draws it as word and glyph, colour never
// alone.
type Mark string

// The outcomes.
const (
	MarkPass Mark = "pass"
	MarkFail Mark = "fail"
	MarkWarn Mark = "warn"
	MarkNote Mark = "note"
)

// An Offer is an act that is allowed now.
type Offer struct {
	ID     string
	Target string // a participant, an exception or its subject, where the act is about one
	Label  string
	// Verb is what the act does, to be said after "to", where Label does not
	// begin with that.
	Verb string
	// Looks is said of an act that only looks: nothing is recorded or written,
	// and nobody need be asked whether they mean it.
	Looks bool
	// Digest is what the screen shows and the act must carry back; zero where
	// there is nothing of the kind.
	Digest root.Digest
	Fields []Field
	Danger bool // signs or cannot be undone: say so
	Next   bool // what the step waits for; the others are possible too
}

// FieldKind is how a field is asked for and checked.
type FieldKind string

// The kinds. Words are three words of the shown digest at the positions in the
// field. A Phrase is typed exactly as it stands in the field. A Secret goes into
// Act.Secrets, under the name of the field, and nowhere else.
const (
	FieldText   FieldKind = "text"
	FieldWords  FieldKind = "words"
	FieldPhrase FieldKind = "phrase"
	FieldSecret FieldKind = "secret"
)

// A Field is one thing that an act asks for.
type Field struct {
	Name      string
	Kind      FieldKind
	Prompt    string
	Who       string // who types it: a participant or a witness; "" for whoever sits there
	Positions [3]int // FieldWords: which words, counted from 1
	Phrase    string // FieldPhrase
	Tries     int    // FieldSecret: tries left; -1 if the token does not tell, 0 if it costs none
	Same      string // FieldSecret: the name of the secret that is typed once more
	Optional  bool
}

// Does is what the act does, to be said after "to".
func (o Offer) Does() string {
	if o.Verb != "" {
		return o.Verb
	}
	does, _, _ := strings.Cut(o.Label, ": ") // what follows explains it
	return does
}

// Act is the beginning of the offered act: what it is about, and the digest that
// the screen shows. Fields and Secrets are still to be filled in.
func (o Offer) Act() Act {
	return Act{
		ID: o.ID, Target: o.Target, Digest: o.Digest,
		Fields: make(map[string]string), Secrets: make(map[string]Secret),
	}
}

// Offer is the act of that name and target, if it is allowed now.
func (v View) Offer(id, target string) (Offer, bool) {
	for _, o := range v.Acts {
		if o.ID == id && o.Target == target {
			return o, true
		}
	}
	return Offer{}, false
}
