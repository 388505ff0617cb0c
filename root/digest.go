package root

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// A Digest is a SHA-256. The digest of a root is that of its canonical signed
// part, so that an added signature does not make another root.
type Digest [sha256.Size]byte

// DigestOf is the SHA-256 of b.
func DigestOf(b []byte) Digest { return sha256.Sum256(b) }

// ParseDigest reads 64 lower-case hex characters.
func ParseDigest(s string) (Digest, error) {
	b, ok := decodeHex(s)
	if !ok || len(b) != len(Digest{}) {
		if len(s) != 2*len(Digest{}) {
			return Digest{}, fmt.Errorf("digest %q: want %d lower-case hex characters, have %d characters", clip(s), 2*len(Digest{}), len(s))
		}
		return Digest{}, fmt.Errorf("digest %q: want lower-case hex characters only, 0 to 9 and a to f", clip(s))
	}
	return Digest(b), nil
}

// String is the digest in lower-case hex.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether there is no digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText and UnmarshalText are String and ParseDigest.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 64 lower-case hex characters.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}

// A Fingerprint names key material: the SHA-256 of the key's DER
// SubjectPublicKeyInfo. Two keys with one fingerprint are one key, whatever
// they are called.
type Fingerprint [sha256.Size]byte

// String is the fingerprint in lower-case hex.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

// Short is the first eight hex characters, for tables where the whole stands
// somewhere near. Never compare by it.
func (f Fingerprint) Short() string { return hex.EncodeToString(f[:4]) }

// decodeHex takes lower-case hex only, as both formats demand.
func decodeHex(s string) ([]byte, bool) {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return nil, false
		}
	}
	b, err := hex.DecodeString(s)
	return b, err == nil
}

// clip shortens foreign text for an error message.
func clip(s string) string {
	if len(s) > 80 {
		return s[:77] + "..."
	}
	return s
}
