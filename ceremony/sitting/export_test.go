package sitting

// BreakJournal lets the journal's medium go, as a stick that is pulled: nothing
// more can be written through this sitting.
func (s *Sitting) BreakJournal() error { return s.journal.Close() }

// MendHint is what to do about a medium that takes no more.
const MendHint = mendHint

// NotWritten is the refusal of an act that could not write its file.
func NotWritten(what, other string, err error) *Refusal { return notWritten(what, other, err) }
