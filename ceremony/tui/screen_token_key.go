package tui

// screenTokenKey is what the token makes, and how it will sign.
type screenTokenKey struct{ atToken }

func (screenTokenKey) about() []string {
	return []string{
		"The key is made inside the token. It cannot be read, copied or backed up; a lost token is a lost key, and that is why a root has several.",
		"How it signs, after a PIN, after a touch, is fixed with the key and never changes. It takes a few seconds.",
	}
}
