package tui

// screenTrusted is the root that this one continues.
type screenTrusted struct{ asItIs }

func (screenTrusted) about() []string {
	return []string{
		"A root counts only because the one before it vouches for it, and this step shows the one before. A genesis has none: then say that it is meant to be the first.",
		"Compare its digest with the copy that you brought yourself: the 32 words, or the 64 digits. Then type the words that are asked for, from the screen.",
		"Nobody can type the right words without looking at them. That is what they are for: they are no secret.",
	}
}
