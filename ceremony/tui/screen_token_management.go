package tui

// screenTokenManagement is the key that writing to the token needs.
type screenTokenManagement struct{ atToken }

func (screenTokenManagement) about() []string {
	return []string{
		"The management key has nothing to do with signing. Whoever knows it can change what is on the token, but not read its key.",
		"The plan says where it goes. Protected: the token keeps it behind the PIN, and nobody sees it. Sealed: it is shown once, on this screen, and put into an envelope; without the envelope the token can later only be emptied.",
		"If somebody has seen it who should not have, have another one made before it is set.",
	}
}
