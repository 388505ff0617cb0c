package tui

// screenTokenReadBack is the whole token, read once more.
type screenTokenReadBack struct{ atToken }

func (screenTokenReadBack) about() []string {
	return []string{
		"Nothing is written any more. Everything is read from the token, and compared with what was wanted: the factory's secrets gone, tries, policies, key, certificate, attestation.",
	}
}
