package tui

// screenFreeze is the digest of the frozen plan, to be read back.
type screenFreeze struct{ asItIs }

func (screenFreeze) about() []string {
	return []string{
		"From here on the plan is fixed. Its digest stands for every letter of it.",
		"One place after the other reads the 32 words aloud, slowly, and everybody else compares them with their own screen. If one word differs, stop: somebody has another plan.",
		"Where there is a second machine, its screen can be copied instead: type the 24 words that it shows. A slip is noticed, for they carry a checksum.",
	}
}
