package tui

// screenTokenSeal is what is left to do by hand.
type screenTokenSeal struct{ atToken }

func (screenTokenSeal) about() []string {
	return []string{
		"The token is ready. Label it, seal it, note the number of the bag, and keep PIN, PUK and token apart from each other.",
		"The key counts for nothing yet: it gets into a root by its enrolment, where the keyholder proves that they can sign with it.",
		"Do not leave a management key or a PIN on a sheet in this room.",
	}
}
