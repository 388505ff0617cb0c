package tui

// screenTokenTries is how often PIN and PUK may be mistyped.
type screenTokenTries struct{ atToken }

func (screenTokenTries) about() []string {
	return []string{
		"Each wrong PIN costs a try, and a right one gives them back. When none is left, the token signs no more until the PUK unblocks it; when the PUK has none left either, the token can only be emptied.",
	}
}
