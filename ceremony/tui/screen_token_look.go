package tui

// screenTokenLook is the token as it comes, before anything is written.
type screenTokenLook struct{ atToken }

func (screenTokenLook) about() []string {
	return []string{
		"One token is made ready, from here to its envelope. It is named by its serial number on every screen.",
		"Read the number on the case, aloud if somebody is with you, and type it. If the reader holds another token, the numbers differ, and nothing happens to it.",
		"A line marked FAIL means that this token cannot be used. Take another one.",
	}
}
