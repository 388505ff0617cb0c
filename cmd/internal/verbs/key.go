package verbs

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// maxKeyFile bounds a file with one public key, in bytes. An RSA key of 16384
// bits has less than 3,000 in PEM.
const maxKeyFile = 16 << 10

// PublicKey reads a file with one PEM block PUBLIC KEY, or the 64 hex
// characters of an Ed25519 key. The error has its exit code.
func PublicKey(path string) (root.PublicKey, error) {
	raw, err := safefile.ReadPath(path, maxKeyFile)
	if err != nil {
		return root.PublicKey{}, unread("key", err, Usage)
	}
	text := strings.TrimSpace(string(raw))
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == ed25519.PublicKeySize {
		return root.NewEd25519(raw)
	}
	k, err := root.ParsePEM(text)
	if err != nil {
		return k, &Error{
			Code: Usage, Err: fmt.Errorf("%s: no public key: %w", path, err),
			Hint: "want one PEM block PUBLIC KEY, or 64 hex characters of an Ed25519 key",
		}
	}
	return k, nil
}
