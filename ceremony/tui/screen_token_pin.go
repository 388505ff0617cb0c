package tui

// screenTokenPIN is a new PIN, typed twice.
type screenTokenPIN struct{ atToken }

func (screenTokenPIN) about() []string {
	return []string{
		"The PIN belongs to the keyholder alone: it is asked for each time the token signs. Nothing that is typed is shown, and nothing of it is kept anywhere but on the token.",
		"What anybody would try first is refused, with the reason. Eight characters with letters and signs among them are better than six digits.",
	}
}
