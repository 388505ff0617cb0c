package sitting

import (
	"context"
	"fmt"
	"slices"
)

// An Engine leads people through something, view by view and act by act: a
// [Sitting] is one. A front-end knows nothing else of it.
type Engine interface {
	// View is what there is to see now.
	View() View
	// Do carries out an act that the view offers. An error is a *[Refusal], or
	// a fault of the machine.
	Do(ctx context.Context, a Act, say func(Progress)) error
	// Check judges one field of an act that is being filled in, as Do would.
	Check(a Act, field string) error
}

// Taken is the offer that an act takes up. The digest that the screen showed
// must be the one that it still shows; else the error is a *[Refusal].
func (v View) Taken(a Act) (Offer, error) {
	o, offered := v.Offer(a.ID, a.Target)
	if !offered {
		return o, refuse("look at what is offered now", "%s %s is not offered at this step", a.ID, a.Target)
	}
	if a.Digest != o.Digest {
		return o, refuse("look at the screen again: what it shows has changed", "the act is for digest %v, the screen shows %v", a.Digest, o.Digest)
	}
	return o, nil
}

// Asked is the field of that name; a *[Refusal] if there is none.
func (o Offer) Asked(name string) (Field, error) {
	i := slices.IndexFunc(o.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, refuse("answer what is asked, and nothing else", "%s asks for no %q", o.ID, name)
	}
	return o.Fields[i], nil
}

// Fits judges an act by its offer: every field must hold, as judged by fills,
// and nothing unasked is taken, a witness's words that nobody compared least of
// all.
func (o Offer) Fits(a Act, fills func(Field) error) error {
	for _, f := range o.Fields {
		if err := fills(f); err != nil {
			return err
		}
	}
	for _, name := range slices.Concat(sortedKeys(a.Fields), sortedKeys(a.Secrets)) {
		if _, err := o.Asked(name); err != nil {
			return err
		}
	}
	return nil
}

// PINFields ask whoever holds the token for its PIN, and whose it is. The last
// try wants a phrase first, which the witness types if there is one.
func PINFields(holder, whose, witness string, left int) []Field {
	pin := Field{
		Name: PINField, Kind: FieldSecret, Who: holder, Tries: left,
		Prompt: fmt.Sprintf("PIN of %s (tries left: %s)", whose, pinTries(left)),
	}
	if left != 1 {
		return []Field{pin}
	}
	return []Field{secondThought(witness, "a wrong PIN now blocks the token"), pin}
}
