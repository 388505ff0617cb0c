package plan

import (
	_ "embed" // the text of a new plan
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// Options are what a new plan is made of. Names and texts are checked as those
// of any plan are.
type Options struct {
	Name        string
	Format      Format
	Purpose     Purpose
	Mode        Mode
	SigningTime time.Time
	Deadline    time.Time
	Expires     time.Time
	Threshold   int // 0: as in the trusted root; for a genesis, more than half
	// Holders are those who join, and those of the trusted root that the options
	// can name. The other keys of its root role stay too, under names of our
	// making (key-1 and so on) and without a participant.
	Holders []Holder
	// RoleKeys are the keys of the other roles, by role; in a successor only of
	// those that change, with the threshold that they have. Roles of a genesis
	// without one wait for theirs, and need one key.
	RoleKeys map[string][]root.PublicKey
	// MaxPerOrganisation is the policy's, where it is not 0.
	MaxPerOrganisation int
	Witness            string // its name; empty: none is required
	WitnessOf          string // its organisation
	Tool               string // version of the program
	// Trusted is the root to continue, and Chain the digest of the first root;
	// nil for a genesis.
	Trusted *root.Root
	Chain   root.Digest
}

// A Holder is a keyholder of the next root, or one who leaves.
type Holder struct {
	Name         string
	Organisation string
	Location     string
	Kind         TokenKind
	Serial       Serial
	Type         KeyType          // of who joins; empty: what the format prefers
	Key          root.Fingerprint // the key in the trusted root; zero for who joins
	Leaves       bool
}

//go:embed new.yaml.tmpl
var newText string

// New is the text of a plan with comments that say what to fill in and why; a
// draft, where somebody joins. It loads. Where the options name the holder of
// every key and hold together, lint refuses nothing in it.
func New(o Options) ([]byte, error) {
	if o.Format.Root() == 0 {
		return nil, fmt.Errorf("format %q: want tuf or conda", o.Format)
	}
	if (o.Purpose == Genesis) != (o.Trusted == nil) {
		return nil, errors.New("purpose: a genesis continues no root, and every other purpose needs the trusted one")
	}
	if err := o.plain(); err != nil {
		return nil, err
	}
	s, err := newSheet(o)
	if err != nil {
		return nil, err
	}
	t, err := template.New("plan").Funcs(template.FuncMap{"quote": quote, "number": number, "join": join}).Parse(newText)
	if err != nil {
		return nil, fmt.Errorf("plan: template: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, s); err != nil {
		return nil, fmt.Errorf("plan: template: %w", err)
	}
	text := []byte(b.String())
	if _, err := Load(text); err != nil {
		return nil, fmt.Errorf("plan with these options: %w", err)
	}
	return text, nil
}

// plainForm is what can stand in the text without quotes.
var plainForm = regexp.MustCompile(`^[a-z0-9_-]*$`)

// plain checks the words that the text has without quotes, lest one of them
// brings lines of its own.
func (o Options) plain() error {
	words := []string{string(o.Purpose), string(o.Mode), o.Witness}
	for _, h := range o.Holders {
		words = append(words, h.Name, string(h.Kind), string(h.Type))
	}
	for role := range o.RoleKeys {
		words = append(words, role)
	}
	for _, w := range words {
		if !plainForm.MatchString(w) {
			return fmt.Errorf("%q is no name: want lower-case letters, digits and hyphens", w)
		}
	}
	return nil
}

// quote writes text that a YAML reader takes for exactly that.
func quote(s any) string { return fmt.Sprintf("%q", fmt.Sprint(s)) }

// number writes digits as they are, and quotes what is more than that.
func number(s Serial) string {
	if _, err := strconv.ParseUint(string(s), 10, 32); err == nil {
		return string(s)
	}
	return quote(s)
}

func join(names []string) string { return strings.Join(names, ", ") }
