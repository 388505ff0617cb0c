package witness

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/root"
)

// Namespace is what an OpenSSH signature must be for (ssh-keygen -n): one that
// somebody made for a file, or for git, is none of ours.
const Namespace = "rootmoot"

// Limits of what comes from outside.
const (
	MaxKey       = 1024     // bytes of a key's line, comment and all
	MaxSignature = 16 << 10 // bytes of a signature's file; minisign's comments may be long
)

// A Key is a witness's public key. The zero value is none, and verifies nothing.
type Key struct {
	kind   kind
	public root.PublicKey
	blob   []byte // as the tool has it, before base64
	// application is what a security key was told that it signs for, "ssh:"
	// mostly; part of what it signs.
	application string
}

// kind is the type of a key, as its tool calls it.
type kind string

const (
	sshEd25519 kind = "ssh-ed25519"
	sshECDSA   kind = "ecdsa-sha2-nistp256"
	skEd25519  kind = "sk-ssh-ed25519@openssh.com"
	skECDSA    kind = "sk-ecdsa-sha2-nistp256@openssh.com"
	minisign   kind = "minisign"
)

// sshKinds are those that ssh-keygen makes.
func sshKinds() []kind { return []kind{sshEd25519, sshECDSA, skEd25519, skECDSA} }

var errNoKey = errors.New(`want a public key like "ssh-ed25519 AAAAC3…", or one of minisign's, which begins with RW`)

// ParseKey reads a key as it stands in a plan; see the package comment. The
// comment after an OpenSSH key is read over.
func ParseKey(text string) (Key, error) {
	if len(text) > MaxKey {
		return Key{}, fmt.Errorf("%d bytes, of at most %d: %w", len(text), MaxKey, errNoKey)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return Key{}, fmt.Errorf("not one line of text: %w", errNoKey)
	}
	k, err := parseKey(text)
	if err != nil {
		return Key{}, err
	}
	if err := k.public.Sound(); err != nil {
		return Key{}, err
	}
	return k, nil
}

func parseKey(text string) (Key, error) {
	first, rest, more := strings.Cut(text, " ")
	switch {
	case slices.Contains(sshKinds(), kind(first)):
		body, _, _ := strings.Cut(rest, " ")
		return parseSSHKey(kind(first), body)
	case !more && strings.HasPrefix(first, "RW"):
		return parseMinisignKey(first)
	case more && strings.HasPrefix(rest, "AAAA"):
		return Key{}, fmt.Errorf("keys of type %q are not taken: want %s, %s, or one of these on a security key (sk-…)", clip([]byte(first)), sshEd25519, sshECDSA)
	}
	return Key{}, errNoKey
}

// decode64 reads base64 in the one spelling that its bytes have. The decoder
// alone would pass over line ends.
func decode64(text string) ([]byte, bool) {
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	return raw, err == nil && base64.StdEncoding.EncodeToString(raw) == text
}

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k.kind == "" }

// Public is the key material: what tells whether two keys are one, whatever
// tool each is for.
func (k Key) Public() root.PublicKey { return k.public }

// String is the key as [ParseKey] reads it, without a comment.
func (k Key) String() string {
	text := base64.StdEncoding.EncodeToString(k.blob)
	if k.kind == minisign || k.IsZero() {
		return text
	}
	return string(k.kind) + " " + text
}

// Fingerprint is what the key's own tool calls it, so that people can compare:
// "SHA256:…" as ssh-keygen -l shows, or minisign's key id in hex.
// The id is of its owner's choosing: it tells which key was meant, not whose
// it is.
func (k Key) Fingerprint() string {
	switch k.kind {
	case "":
		return ""
	case minisign:
		return keyID(k.id())
	}
	return sshFingerprint(k.blob)
}

// Command is how a file is signed with the key, as one types it, and the name of
// the file that comes of it. KEY stands for where the owner keeps the private
// key; minisign knows by itself.
func (k Key) Command(file string) (command, signature string) {
	switch k.kind {
	case "":
		return "", ""
	case minisign:
		return "minisign -Sm " + file, file + ".minisig"
	}
	return "ssh-keygen -Y sign -n " + Namespace + " -f KEY " + file, file + ".sig"
}

// Verify checks a signature file that the key's tool has made of message. A
// signature that is well made and does not hold wraps [root.ErrSignature].
func (k Key) Verify(message, signature []byte) error {
	if err := k.verify(message, signature); err != nil {
		return fmt.Errorf("witness's signature: %w", err)
	}
	return nil
}

func (k Key) verify(message, signature []byte) error {
	switch {
	case k.IsZero():
		return errors.New("there is no key to check it with")
	case len(signature) > MaxSignature:
		return fmt.Errorf("%d bytes, of at most %d", len(signature), MaxSignature)
	case k.kind == minisign && strings.HasPrefix(string(signature), armorBegin):
		return errors.New("made by ssh-keygen, and the plan has a key of minisign")
	case k.kind != minisign && strings.HasPrefix(string(signature), untrusted):
		return errors.New("made by minisign, and the plan has a key of ssh-keygen")
	case k.kind == minisign:
		return k.verifyMinisign(message, signature)
	}
	return k.verifySSH(message, signature, Namespace)
}
