package tui

// screenTokenCertificate is the proof, stored beside the key.
type screenTokenCertificate struct{ atToken }

func (screenTokenCertificate) about() []string {
	return []string{
		"The proof is stored in the slot of the key. So whoever is shown the token later can check it without this machine.",
	}
}
