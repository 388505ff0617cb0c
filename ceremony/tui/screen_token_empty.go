package tui

// screenTokenEmpty is the reset, and what it destroys.
type screenTokenEmpty struct{ atToken }

func (screenTokenEmpty) about() []string {
	return []string{
		"The token is put back to how its maker leaves it, also when it seems to be new: what somebody left on it would otherwise stay. Everything on it is destroyed, for good.",
		"Because of that a phrase with the serial number is typed. If a key that somebody signs with is on it, that key has a phrase of its own.",
		"A token that was taken out half-way says how far it came. Go on with it only if you know where it has been since.",
	}
}
