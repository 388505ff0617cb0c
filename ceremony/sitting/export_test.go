package sitting

// BreakJournal lets the journal's medium go, as a stick that is pulled: nothing
// more can be written through this sitting.
func (s *Sitting) BreakJournal() error { return s.journal.Close() }
