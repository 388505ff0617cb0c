package plan

import (
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// Format is the family of the document.
type Format string

// The two formats.
const (
	TUF   Format = "tuf"
	Conda Format = "conda"
)

// Root is the format as package root calls it.
func (f Format) Root() root.Format {
	switch f {
	case TUF:
		return root.TUF
	case Conda:
		return root.Conda
	}
	return 0
}

// Purpose is what the ceremony is for; [Lint] holds the plan against it.
type Purpose string

// The purposes.
const (
	Genesis   Purpose = "genesis"   // the first root of a chain
	Renew     Purpose = "renew"     // a later expiry, the same keys
	Rotate    Purpose = "rotate"    // keys or thresholds change
	Emergency Purpose = "emergency" // keys change because one is lost or stolen
)

// Mode tells rehearsals from the real thing.
type Mode string

// The modes.
const (
	Production Mode = "production"
	Rehearsal  Mode = "rehearsal"
)

// Document is what the ceremony signs.
type Document string

// The documents.
const (
	RootDocument       Document = "root"
	KeyManagerDocument Document = "key_mgr" // conda only
)

// Called is what people call it.
func (d Document) Called() string {
	if d == KeyManagerDocument {
		return "key manager document"
	}
	return "root"
}

// OpenedBy is the verb that leads through the sitting of a plan for it.
func (d Document) OpenedBy() string {
	if d == KeyManagerDocument {
		return "rootmoot keymgr sign"
	}
	return "rootmoot open"
}

// KeyType says what kind of key stands in the plan, or will.
type KeyType string

// The key types. ECDSA is what the PEM says, and P-256 where there is none yet.
const (
	ECDSA   KeyType = "ecdsa"
	P256    KeyType = "ecdsa-p256"
	P384    KeyType = "ecdsa-p384"
	Ed25519 KeyType = "ed25519"
	RSA     KeyType = "rsa"
)

// Algorithm is the type as package root calls it.
func (t KeyType) Algorithm() root.Algorithm {
	if t == ECDSA {
		return root.P256
	}
	a, _ := root.ParseAlgorithm(string(t))
	return a
}

// takes reports whether a key of that algorithm may stand under the type.
func (t KeyType) takes(a root.Algorithm) bool {
	return t.Algorithm() == a || t == ECDSA && a == root.P384
}

// TokenKind is the kind of device that holds a private key.
type TokenKind string

// The kinds of tokens.
const (
	PIVToken       TokenKind = "piv"
	PKCS11Token    TokenKind = "pkcs11"
	RehearsalToken TokenKind = "rehearsal"
	FileToken      TokenKind = "file"    // an encrypted key file, of a key manager that is online
	OpenPGPToken   TokenKind = "openpgp" // a key that only gpg reaches, on an OpenPGP card as a rule
)

// Attests reports whether tokens of the kind can prove where their keys were
// made.
func (k TokenKind) Attests() bool { return k == PIVToken || k == RehearsalToken }

// States reports whether tokens of the kind make statements: of possession, of
// contributions, of seals. What gpg signs is in OpenPGP's form, which counts
// under a conda root and is no statement.
func (k TokenKind) States() bool { return k != OpenPGPToken }

// Answers is the verb with which a keyholder who has such a token answers a
// request.
func (k TokenKind) Answers() string {
	if k == OpenPGPToken {
		return "rootmoot import-gpg"
	}
	return "rootmoot sign"
}

// Serial is a token's serial number as it is printed on it; of an OpenPGP key
// the fingerprint as gpg prints it.
type Serial string

// Slot is the PIV slot of a key, or its id on a PKCS#11 token, in hex.
type Slot string

// DefaultSlot is PIV's slot for digital signatures.
const DefaultSlot Slot = "9c"

// SlotInForce is the slot, or the default where the plan names none.
func (t Token) SlotInForce() Slot {
	if t.Slot == "" && t.Kind.Attests() {
		return DefaultSlot
	}
	return t.Slot
}

// PINPolicy is when a token asks for its PIN.
type PINPolicy string

// The PIN policies of a PIV token.
const (
	PINAlways PINPolicy = "always"
	PINOnce   PINPolicy = "once"
	PINNever  PINPolicy = "never"
)

// TouchPolicy is when a token wants to be touched.
type TouchPolicy string

// The touch policies of a PIV token.
const (
	TouchAlways TouchPolicy = "always"
	TouchCached TouchPolicy = "cached"
	TouchNever  TouchPolicy = "never"
)

// Attestation is whether a token must prove where its key was made.
type Attestation string

// The attestation policies; AttestationNone is said of one token that cannot.
const (
	AttestationRequired Attestation = "required"
	AttestationOptional Attestation = "optional"
	AttestationNone     Attestation = "none"
)

// Management is where a PIV token's management key is kept, which writing to the
// token needs. It is random in any case.
type Management string

// Protected is kept on the token itself, behind the PIN. Sealed is shown once,
// written down and sealed, and is on no machine afterwards.
const (
	ManagementProtected Management = "protected"
	ManagementSealed    Management = "sealed"
)

// Presence is whether a witness must be there.
type Presence string

// Whether a witness must be there.
const (
	Required Presence = "required"
	Optional Presence = "optional"
)

// Publish is one kind of fact that a public evidence bundle may say.
type Publish string

// What a participant may agree to publish.
const (
	PublishName         Publish = "name"
	PublishOrganisation Publish = "organisation"
	PublishLocation     Publish = "location"
	PublishSerial       Publish = "serial"
)

// Firmware is a lowest version, written ">=5.7.0".
type Firmware string

// Time is a moment in UTC and whole seconds, written 2026-12-01T12:00:00Z.
type Time string

// Time is the moment; zero where the plan has none.
func (t Time) Time() time.Time {
	at, err := time.Parse(timeForm, string(t))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

const timeForm = "2006-01-02T15:04:05Z"

// Digest is a SHA-256 in lower-case hex.
type Digest string

// Root is the digest as bytes; zero where the plan has none.
func (d Digest) Root() root.Digest {
	sum, err := root.ParseDigest(string(d))
	if err != nil {
		return root.Digest{}
	}
	return sum
}
