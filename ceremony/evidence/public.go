package evidence

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// PublicSchema is the first member of public.json.
const PublicSchema = "rootmoot/evidence-public/v1"

// maxPublic bounds public.json, in bytes.
const maxPublic = 16 << 20

// A PublicRecord is public.json: what the record says to everybody, beside what
// the manifest and the roots say.
type PublicRecord struct {
	Schema      string            `json:"schema"`
	Format      plan.Format       `json:"format"`
	Purpose     plan.Purpose      `json:"purpose"`
	Mode        plan.Mode         `json:"mode"`
	SigningTime plan.Time         `json:"signing_time"`
	Name        Field             `json:"name"`  // of the plan
	Place       Field             `json:"place"` // whose journal it is
	People      []Person          `json:"people"`
	Witnesses   []Onlooker        `json:"witnesses"`
	Statements  []PublicStatement `json:"statements"` // about signatures and enrolments
	Seals       []PublicSeal      `json:"seals"`
	Counts      Counts            `json:"counts"`
}

// A Person is a participant under an alias: p1, p2 and so on, in an order that
// says nothing about them.
type Person struct {
	Alias        string       `json:"alias"`
	Key          ceremony.Hex `json:"key,omitempty"` // DER SubjectPublicKeyInfo; absent for who holds none
	Name         Field        `json:"name"`          // in the plan
	Organisation Field        `json:"organisation"`
	Location     Field        `json:"location"`
	Serial       Field        `json:"serial"` // of the token
	// Attestation is how the token was judged, a rule each. Its certificates name
	// the serial number, and are here only where that may be, with the key's slot.
	Attestation  []Judged              `json:"attestation,omitempty"`
	Slot         plan.Slot             `json:"slot,omitempty"`
	Certificates *ceremony.Attestation `json:"certificates,omitempty"`
}

// An Onlooker is a witness under an alias: w1, w2 and so on.
type Onlooker struct {
	Alias        string `json:"alias"`
	Name         Field  `json:"name"`
	Organisation Field  `json:"organisation"`
	Key          Field  `json:"key"`
}

// Judged is the result of one rule.
type Judged struct {
	Rule   string        `json:"rule"`
	Result verify.Result `json:"result"`
}

// A PublicStatement is a statement, which holds digests only, and its signature.
type PublicStatement struct {
	By   string       `json:"by"` // alias
	Text string       `json:"text"`
	Sig  ceremony.Hex `json:"sig"`
}

// A PublicSeal is a seal that covers everything, and what its owner said.
type PublicSeal struct {
	By     string       `json:"by"` // alias
	Agrees bool         `json:"agrees"`
	Said   Field        `json:"said"`
	Text   string       `json:"text"` // of the statement
	Sig    ceremony.Hex `json:"sig"`
}

// Counts are how often something happened that is told to nobody in public.
type Counts struct {
	Entries     int `json:"journal_entries"`
	Exceptions  int `json:"exceptions"`
	Open        int `json:"exceptions_open"`
	Refusals    int `json:"refusals"`
	Claimed     int `json:"refusals_claimed"` // which no key has stated
	Abandoned   int `json:"abandoned_candidates"`
	Disagreeing int `json:"words_of_disagreement"`
	Witnessed   int `json:"witness_signatures"`
}

// A Field is a value that may be said, or a commitment to it.
type Field struct {
	Value      *string     `json:"value,omitempty"`
	Commitment root.Digest `json:"commitment,omitzero"`
}

// ParsePublic reads public.json, and nothing else: aliases in their order, in
// each field a value or a commitment, keys that are some, each once.
func ParsePublic(raw []byte) (*PublicRecord, error) {
	var r PublicRecord
	if err := parse(raw, maxPublic, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", PublicFile, err)
	}
	if r.Schema != PublicSchema {
		return nil, fmt.Errorf("%s: schema %q, this program reads %q", PublicFile, r.Schema, PublicSchema)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", PublicFile, err)
	}
	return &r, nil
}

func (r *PublicRecord) check() error {
	fields := []Field{r.Name, r.Place}
	keys := make(map[root.Fingerprint]bool)
	for i, p := range r.People {
		if p.Alias != alias("p", i) {
			return fmt.Errorf("people[%d]: alias %q, want %q", i, p.Alias, alias("p", i))
		}
		fields = append(fields, p.Name, p.Organisation, p.Location, p.Serial)
		if len(p.Key) == 0 {
			continue
		}
		k, err := root.ParseSPKI(p.Key)
		if err != nil {
			return fmt.Errorf("people[%d]: %w", i, err)
		}
		if keys[k.Fingerprint()] {
			return fmt.Errorf("people[%d]: the key is somebody else's", i)
		}
		keys[k.Fingerprint()] = true
	}
	for i, w := range r.Witnesses {
		if w.Alias != alias("w", i) {
			return fmt.Errorf("witnesses[%d]: alias %q, want %q", i, w.Alias, alias("w", i))
		}
		fields = append(fields, w.Name, w.Organisation, w.Key)
	}
	for _, s := range r.Seals {
		fields = append(fields, s.Said)
	}
	for _, f := range fields {
		if (f.Value == nil) == f.Commitment.IsZero() {
			return errors.New("a field has a value or a commitment, and not both")
		}
	}
	return nil
}

// alias is the name of the i-th, from 0.
func alias(letter string, i int) string { return fmt.Sprintf("%s%d", letter, i+1) }

// person is the one of that alias, with a key.
func (r *PublicRecord) person(alias string) (Person, root.PublicKey, error) {
	for _, p := range r.People {
		if p.Alias == alias && len(p.Key) > 0 {
			k, err := root.ParseSPKI(p.Key)
			return p, k, err
		}
	}
	return Person{}, root.PublicKey{}, fmt.Errorf("%q is nobody here who holds a key", alias)
}
