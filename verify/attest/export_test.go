package attest

// ParsePinned reads a bundle whose SHA-256 is known.
func ParsePinned(name string, raw []byte, digest string) (Bundle, error) {
	return parsePinned(name, raw, digest)
}
