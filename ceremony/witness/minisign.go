package witness

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/blake2b"

	"github.com/rootmoot/rootmoot/root"
)

// What minisign writes (https://jedisct1.github.io/minisign/, "Signature
// format"). Both the key and the signature name the key by eight bytes, its id.
const (
	untrusted = "untrusted comment: "
	trusted   = "trusted comment: "

	algorithmLength = 2
	idLength        = 8
	keyLength       = algorithmLength + idLength + 32
	signatureLength = algorithmLength + idLength + 64

	pure      = "Ed" // over the message itself; also the algorithm of every key
	prehashed = "ED" // over its BLAKE2b-512
)

// parseMinisignKey reads the second line of a public key file.
func parseMinisignKey(text string) (Key, error) {
	blob, ok := decode64(text)
	if !ok || len(blob) != keyLength || string(blob[:algorithmLength]) != pure {
		return Key{}, errors.New("not a public key of minisign, though it begins as one: want the second line of its file, 56 characters")
	}
	public, err := root.NewEd25519(blob[algorithmLength+idLength:])
	return Key{kind: minisign, public: public, blob: blob}, err
}

// id is the key's id, as it stands in a signature too.
func (k Key) id() []byte { return k.blob[algorithmLength : algorithmLength+idLength] }

// keyID is the id as minisign shows it: without leading zeros.
func keyID(id []byte) string { return fmt.Sprintf("%X", binary.LittleEndian.Uint64(id)) }

// verifyMinisign checks a signature file: four lines, of which the first is
// anybody's and the fourth signs the second and third.
func (k Key) verifyMinisign(message, file []byte) error {
	lines := signatureLines(string(file))
	if len(lines) != 4 || !strings.HasPrefix(lines[0], untrusted) || !strings.HasPrefix(lines[2], trusted) {
		return fmt.Errorf("not a signature of minisign: want four lines, the first beginning %q, the third %q", untrusted, trusted)
	}
	blob, ok := decode64(lines[1])
	global, ok2 := decode64(lines[3])
	if !ok || !ok2 || len(blob) != signatureLength || len(global) != 64 {
		return errors.New("not a signature of minisign: want base64 in the second and fourth line")
	}
	algorithm, id, signature := string(blob[:algorithmLength]), blob[algorithmLength:algorithmLength+idLength], blob[algorithmLength+idLength:]
	if string(id) != string(k.id()) {
		return fmt.Errorf("made with another key (%s) than the plan's (%s)", keyID(id), k.Fingerprint())
	}
	switch algorithm {
	case pure:
	case prehashed:
		sum := blake2b.Sum512(message)
		message = sum[:]
	default:
		return fmt.Errorf("of algorithm %q: want %s or %s", algorithm, pure, prehashed)
	}
	if err := k.public.VerifyStatement(message, signature); err != nil {
		return err
	}
	commented := append([]byte(nil), signature...)
	commented = append(commented, strings.TrimPrefix(lines[2], trusted)...)
	if err := k.public.VerifyStatement(commented, global); err != nil {
		return fmt.Errorf("its trusted comment was changed: %w", err)
	}
	return nil
}
