package sitting

import (
	"bytes"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/words"
)

// Check judges one field of an act that is being filled in, as [Sitting.Do]
// would: wrong words are told at once, and before a PIN is asked for. Nothing
// is done, and secrets are left alone. After wrong words the view asks for
// others: [View.Again] says where to go on.
func (s *Sitting) Check(a Act, field string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.View().Taken(a)
	if err != nil {
		return err
	}
	f, err := o.Asked(field)
	if err != nil {
		return err
	}
	if err := s.filledIn(a, o, f); err != nil {
		s.refresh() // other words are asked for next time
		return err
	}
	return nil
}

// Again is an offer as it stands after the answer to one of its fields was
// refused, and the number of the field to go on at: the refused one, the first
// of two that were to be the same, or an earlier one that asks for something else
// now. What was answered before it stays in a, so that nobody has to type a PUK
// because of a weak PIN; the rest is wiped. False if the act is not offered any
// more, or is about something else.
func (v View) Again(o Offer, a Act, refused string) (now Offer, at int, still bool) {
	now, still = v.Offer(o.ID, o.Target)
	if !still || now.Digest != o.Digest {
		return now, 0, false
	}
	for at < min(len(now.Fields), len(o.Fields)) {
		if f := now.Fields[at]; f != o.Fields[at] || f.Name == refused || now.same(refused) == f.Name {
			break
		}
		at++
	}
	if at == len(now.Fields) { // what was refused is not asked for any more
		return now, 0, false
	}
	for _, f := range slices.Concat(o.Fields[at:], now.Fields[at:]) {
		delete(a.Fields, f.Name)
		a.Secrets[f.Name].Wipe()
		delete(a.Secrets, f.Name)
	}
	return now, at, true
}

// same is the field that one of that name is to repeat; "" if it repeats none.
func (o Offer) same(name string) string {
	f, err := o.Asked(name)
	if err != nil {
		return ""
	}
	return f.Same
}

// fits checks an act against its offer: the words that it asked for, every field
// that must be there.
func (s *Sitting) fits(a Act, o Offer) error {
	return o.Fits(a, func(f Field) error { return s.filledIn(a, o, f) })
}

func (s *Sitting) filledIn(a Act, o Offer, f Field) error {
	if err := a.Fills(f); err != nil {
		return err
	}
	switch {
	case f.Kind == FieldWords:
		return s.matches(a.Fields[f.Name], o, f)
	case f.Name == newPINField:
		return s.fillsNewPIN(a)
	}
	return nil
}

// Fills judges what was typed into a field, but for the words of a digest: those
// are the engine's to compare, and to ask anew.
func (a Act) Fills(f Field) error {
	value, secret := strings.TrimSpace(a.Fields[f.Name]), a.Secrets[f.Name].Bytes()
	switch {
	case OneTimePassword([]byte(value)), OneTimePassword(secret):
		return Refuse(StrayToken, "delete it and go on", "that looks like a token's one-time password, from a touch outside of signing")
	case f.Kind == FieldSecret && len(secret) == 0 && !f.Optional:
		return refuse("type it, or put the token away", "%s: nothing was typed, and nothing was tried", f.Prompt)
	case f.Kind == FieldSecret && f.Same != "" && !bytes.Equal(secret, a.Secrets[f.Same].Bytes()):
		return refuse("type both again", "%s: the second is not what the first was; nothing was tried", f.Prompt)
	case f.Kind == FieldPhrase && value != f.Phrase:
		return refuse("type it as it stands there, or put the token away", "the phrase was not typed as it is: %s", f.Phrase)
	case value == "" && f.Kind == FieldText && !f.Optional:
		return refuse("type it, or do something else", "%s: nothing was typed, and nothing is taken for granted", f.Prompt)
	case len(value) > maxTyped:
		return refuse("say it shorter", "%s: %d bytes were typed, at most %d are taken", f.Prompt, len(value), maxTyped)
	}
	return nil
}

// matches compares typed words with those on the screen, and picks others to
// ask for if they differ.
func (s *Sitting) matches(typed string, o Offer, f Field) error {
	err := words.Match(o.Digest, f.Positions, strings.Fields(typed))
	if err == nil {
		return nil
	}
	s.ask(o)
	whose := "your"
	if f.Name == fieldWitness {
		whose = "the witness's"
	}
	return &Refusal{Kind: WrongWords, What: whose + " words are not those on the screen", Hint: "read them again; other ones are asked for now", Err: err}
}

// maxTyped bounds what is typed into a field, in bytes: a terminal takes no
// longer line, and the journal is no place for files.
const maxTyped = 4096

// OneTimePassword notices the one-time password that a touched YubiKey types: 44
// characters of modhex as it comes from the factory, 32 at least, in capitals if
// those are locked, and after what was typed already. No word, name or sentence
// has such a run of letters.
func OneTimePassword(typed []byte) bool {
	run := 0
	for _, b := range typed {
		if run++; !Modhex(b) {
			run = 0
		}
		if run == OneTimePasswordLength {
			return true
		}
	}
	return false
}

// OneTimePasswordLength is from how many letters of modhex in a row nobody takes
// them for a person's.
const OneTimePasswordLength = 32

// Modhex reports whether a token's one-time password may have this letter.
func Modhex(b byte) bool { return strings.IndexByte("cbdefghijklnrtuvCBDEFGHIJKLNRTUV", b) >= 0 }
