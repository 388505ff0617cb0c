package tui

// screenTokenPUK is a new PUK, typed twice.
type screenTokenPUK struct{ atToken }

func (screenTokenPUK) about() []string {
	return []string{
		"The PUK unblocks the token when the PIN was mistyped too often. Somebody who has both the token and the PUK can give it a PIN of their own, so keep the two apart.",
		"It is typed twice, like the PIN, and not shown.",
	}
}
