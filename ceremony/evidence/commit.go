package evidence

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/root"
)

// Errors of opening what was committed to.
var (
	// ErrNoSalt is for a record that was never handed over: nothing in it says by
	// what to hide.
	ErrNoSalt = errors.New("evidence: the journal records no salt: hand the sitting over first")
	// ErrOpening is for an opening that does not fit.
	ErrOpening = errors.New("evidence: this is not what the field commits to")
)

// A keeper makes the fields of public evidence from the secret salt, and keeps
// what opens them.
type keeper struct {
	salt     root.Digest
	openings map[string]Opening // by field
}

// key is that of one value, by its path: HMAC-SHA256 under the salt.
func (k keeper) key(path string) root.Digest {
	mac := hmac.New(sha256.New, k.salt[:])
	mac.Write([]byte(path)) //nolint:errcheck // a hash takes everything
	return root.Digest(mac.Sum(nil))
}

// field is a value that may be said, or a commitment to it. Its path is what it
// is by the plan's own names, which nobody else has to know.
func (k keeper) field(field, path, value string, public bool) Field {
	if public {
		return Field{Value: &value}
	}
	o := Opening{OpeningSchema, field, k.key(path), value}
	k.openings[field] = o
	return Field{Commitment: o.commitment()}
}

// order is names in an order that says nothing about them.
func (k keeper) order(names []string) []string {
	return slices.SortedFunc(slices.Values(names), func(a, b string) int {
		x, y := k.key("order/"+a), k.key("order/"+b)
		return bytes.Compare(x[:], y[:])
	})
}

// OpeningSchema is the first member of an opening's file.
const OpeningSchema = "rootmoot/opening/v1"

// maxOpening bounds an opening's file, in bytes.
const maxOpening = 1 << 16

// An Opening shows what one field of public evidence commits to. Its key says
// nothing about any other field.
type Opening struct {
	Schema string      `json:"schema"`
	Field  string      `json:"field"` // as p3/location
	Key    root.Digest `json:"key"`
	Value  string      `json:"value"`
}

// Encode writes the opening's file.
func (o Opening) Encode() []byte { return encode(o) }

// ParseOpening reads what Encode writes, and nothing else.
func ParseOpening(raw []byte) (Opening, error) {
	var o Opening
	if err := parse(raw, maxOpening, &o); err != nil {
		return o, fmt.Errorf("opening: %w", err)
	}
	if o.Schema != OpeningSchema {
		return o, fmt.Errorf("opening: schema %q, this program reads %q", o.Schema, OpeningSchema)
	}
	return o, nil
}

// commitment is the SHA-256 of the key and the value.
func (o Opening) commitment() root.Digest { return root.DigestOf(append(o.Key[:], o.Value...)) }

// Opens checks an opening against public evidence: nil if the field commits to
// just this value, else [ErrOpening], or that there is no such field.
func (r *PublicRecord) Opens(o Opening) error {
	f, there := r.fields()[o.Field]
	switch {
	case !there:
		return fmt.Errorf("evidence: there is no field %q", o.Field)
	case f.Value != nil:
		return fmt.Errorf("evidence: the field %q says openly what it is", o.Field)
	case f.Commitment != o.commitment():
		return ErrOpening
	}
	return nil
}

// fields are all of them, by their names in an opening.
func (r *PublicRecord) fields() map[string]Field {
	out := map[string]Field{"name": r.Name, "place": r.Place}
	for _, p := range r.People {
		out[p.Alias+"/name"], out[p.Alias+"/organisation"] = p.Name, p.Organisation
		out[p.Alias+"/location"], out[p.Alias+"/serial"] = p.Location, p.Serial
	}
	for _, w := range r.Witnesses {
		out[w.Alias+"/name"], out[w.Alias+"/organisation"], out[w.Alias+"/key"] = w.Name, w.Organisation, w.Key
	}
	for _, s := range r.Seals {
		out[s.By+"/said"] = s.Said
	}
	return out
}
