package cards

import (
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
)

// ErrAny is wanted where any error will do.
var ErrAny = errors.New("any error")

// A Lie is what a card does to whoever opens a token, signs, and signs
// something else, and what must come of it.
type Lie struct {
	Name string
	// Tell is the lie. other makes a card that can answer instead.
	Tell func(other func() *pivcard.Card) evil.Lie
	Want error // nil for none
}

// Plain is a lie that needs no other card.
func Plain(name string, lie func() evil.Lie, want error) Lie {
	return Lie{name, func(func() *pivcard.Card) evil.Lie { return lie() }, want}
}

// Lies are those that no driver may believe. A count says which of several
// looks is lied to: the first is in Open, the second in the transaction that
// signs.
func Lies() []Lie {
	type card = func() *pivcard.Card
	garbage := func(name, answer string, want error) Lie {
		return Plain(name, func() evil.Lie { return evil.Garbage([]byte(answer)) }, want)
	}
	return []Lie{
		Plain("honest", func() evil.Lie { return evil.Honest }, nil),
		Plain("wrong signature with 9000", evil.WrongSignature, token.ErrBadSignature),
		Plain("signature over other bytes", evil.SignsOtherBytes, token.ErrBadSignature),
		Plain("replayed signature", evil.Replay, token.ErrBadSignature),
		Plain("other serial number", func() evil.Lie { return evil.OtherSerial(1) }, token.ErrOtherToken),
		Plain("other serial number when signing", func() evil.Lie { return evil.OtherSerial(2) }, token.ErrOtherToken),
		Plain("other serial number after a signature", func() evil.Lie { return evil.OtherSerial(3) }, token.ErrOtherToken),
		{"other card when signing", func(other card) evil.Lie { return evil.OtherCard(other(), 2) }, token.ErrOtherToken},
		{"other key", func(other card) evil.Lie { return evil.OtherKey(other(), 1) }, token.ErrOtherKey},
		{"other key when signing", func(other card) evil.Lie { return evil.OtherKey(other(), 2) }, token.ErrOtherKey},
		Plain("half a status word", func() evil.Lie { return evil.Truncated(1) }, token.ErrBadAnswer),
		Plain("answer cut off", func() evil.Lie { return evil.Truncated(20) }, ErrAny),
		garbage("success without data", "\x90\x00", token.ErrBadAnswer),
		garbage("no objects", "garbage\x90\x00", token.ErrBadAnswer),
		garbage("wrong object", "\x7C\x03\x81\x01\x00\x90\x00", token.ErrBadAnswer),
		garbage("length beyond the end", "\x7C\x7F\x82\x01\x00\x90\x00", token.ErrBadAnswer),
		garbage("empty signature", "\x7C\x02\x82\x00\x90\x00", token.ErrBadSignature),
		garbage("oversized answer", string(make([]byte, 5000)), token.ErrBadAnswer),
		garbage("unknown status", "\x6F\x00", ErrAny),
	}
}

// Check looks at what came of it.
func (l Lie) Check(t testing.TB, err error) {
	t.Helper()
	if l.Want == ErrAny && err != nil {
		return
	}
	if !errors.Is(err, l.Want) {
		t.Errorf("%v, want %v", err, l.Want)
	}
}
