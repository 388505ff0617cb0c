package tui

// screenCandidate is what will be signed.
type screenCandidate struct{ asItIs }

func (screenCandidate) about() []string {
	return []string{
		"This is the next root, made from the trusted root and the frozen plan and from nothing else. Every place makes it itself.",
		"Read what changes, to its end. A key that joins or leaves, a threshold, a date: nothing else in the new root differs from the old one.",
		"Then compare the digest, and type the words that are asked for.",
	}
}
