package tui

// screenTokenAttest is the token's proof, and the judgement on it.
type screenTokenAttest struct{ atToken }

func (screenTokenAttest) about() []string {
	return []string{
		"The token shows certificates, up to its maker's, which say that the key was made on it, in this slot, on this device, and wants PIN and touch. Each line is a rule, with its result.",
		"If a line says FAIL, do not use this token, however new it is.",
	}
}
