package sitting

import (
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

// confirmed makes an offer that is confirmed by typing three words of the
// digest at positions that the program picks; where the plan wants a witness,
// the witness types three others.
func (s *Sitting) confirmed(o Offer, d root.Digest) Offer {
	o.Digest = d
	at := s.positions(o)
	operator := wordsField("words", "Type", at[0])
	if s.turn != nil {
		operator = wordsField("words", s.turn.participant+" types", at[0])
		operator.Who = s.turn.participant
	}
	o.Fields = slices.Concat([]Field{operator}, s.witnessed(at[1], ""), o.Fields)
	return o
}

// typedBack is an offer that is confirmed by typing all of the digest, read from
// another screen, as 24 words. The witness's three are of the 32 shown here.
func (s *Sitting) typedBack(o Offer, d root.Digest) Offer {
	o.Digest = d
	o.Fields = append([]Field{{Name: fieldBIP39, Kind: FieldText, Prompt: "The 24 words"}}, s.witnessed(s.positions(o)[1], " of the 32")...)
	return o
}

// witnessed asks the witness for words of their own, where the plan wants a
// witness and one is here.
func (s *Sitting) witnessed(at [3]int, of string) []Field {
	w := s.witness()
	if w == "" || !s.wantsWitness() {
		return nil
	}
	f := wordsField(fieldWitness, w+" (witness) types", at)
	f.Who, f.Prompt = w, f.Prompt+of
	return []Field{f}
}

// fieldBIP39 is the field of the 24 words.
const fieldBIP39 = "bip39"

// fieldWitness is the field of the witness's words.
const fieldWitness = "witness"

// lastTry is typed before a PIN whose next mistake blocks the token.
const lastTry = "last try"

// pinFields ask for the PIN of the token on the table. The last try wants a
// second thought first: of the witness, if there is one.
func (s *Sitting) pinFields() []Field {
	u := s.turn
	fields := PINFields(u.participant, u.participant, s.witness(), u.info.PINLeft)
	if u.info.Kind == token.KeyFile {
		fields[len(fields)-1].Prompt = "Password of the key file of " + u.participant
	}
	return fields
}

// secondThought is typed before what may be the last try.
func secondThought(witness, otherwise string) Field {
	types := "Type"
	if witness != "" {
		types = witness + " types"
	}
	return Field{
		Name: "last-try", Kind: FieldPhrase, Who: witness, Phrase: lastTry,
		Prompt: fmt.Sprintf("%s %q: %s", types, lastTry, otherwise),
	}
}

func wordsField(name, who string, at [3]int) Field {
	return Field{
		Name: name, Kind: FieldWords, Positions: at,
		Prompt: fmt.Sprintf("%s words %d, %d and %d", who, at[0], at[1], at[2]),
	}
}

// positions are those of the operator and of the witness, picked once for what
// is shown, so that redrawing the screen does not change the question.
func (s *Sitting) positions(o Offer) [2][3]int {
	key := o.ID + " " + o.Target + " " + o.Digest.String()
	if at, picked := s.asked[key]; picked {
		return at
	}
	s.asked[key] = s.pick()
	return s.asked[key]
}

// ask forgets the positions, so that others are asked for next time.
func (s *Sitting) ask(o Offer) { delete(s.asked, o.ID+" "+o.Target+" "+o.Digest.String()) }

// pick picks three positions for each of the two, none twice. If there is no
// randomness the first ones must do: the words are no secret.
func (s *Sitting) pick() [2][3]int {
	at := [2][3]int{{1, 2, 3}, {4, 5, 6}}
	for range 100 {
		a, err1 := words.Pick(s.cfg.Rand, words.CountPGP)
		b, err2 := words.Pick(s.cfg.Rand, words.CountPGP)
		if err1 != nil || err2 != nil {
			return at
		}
		if !slices.ContainsFunc(a[:], func(n int) bool { return slices.Contains(b[:], n) }) {
			return [2][3]int{a, b}
		}
	}
	return at
}

// digestBlock shows a digest in hex and in words.
func digestBlock(title string, d root.Digest) Block {
	return Block{Title: title, Digest: d, Words: words.EncodePGP(d)}
}

// safe makes a line from a file safe to show.
func safe(format string, args ...any) string { return visible.Line(fmt.Sprintf(format, args...)) }

func safeAll(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = visible.Line(l)
	}
	return out
}
