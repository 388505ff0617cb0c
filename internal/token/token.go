// Package token is the one interface behind which every kind of token stands: a
// PIV smart card, a PKCS#11 HSM, a rehearsal token, an encrypted key file.
//
// A token is inspected, attests its key, and is opened for signing. Nothing it
// says is believed: [Session.SignMessage] re-reads serial number and public key
// in the same transaction as the signature and verifies what comes back, in
// software, over the exact message, before anybody sees it. An attestation is
// judged by package verify/attest, not here.
//
// A driver implements [Token] and one function, [Signer]; everything that must
// be the same for every kind is in [NewSession]. The suite in tokentest says
// what a driver must do.
package token

import (
	"context"
	"fmt"
	"time"

	"github.com/sigstore/sigstore/pkg/signature"
)

// A Kind says how a token is spoken to. What a token is worth is what its
// attestation says, not its kind.
type Kind string

// The kinds of token.
const (
	Rehearsal Kind = "rehearsal"
	PIV       Kind = "piv"
	PKCS11    Kind = "pkcs11"
	KeyFile   Kind = "file"
)

// A Default says whether a credential is still the factory's.
type Default string

// Yes and No are the token's own word; Unknown when it cannot tell. Nobody
// finds out by trying: that would cost a try.
const (
	Yes     Default = "yes"
	No      Default = "no"
	Unknown Default = "unknown"
)

// Info is what a token says about itself and its signing slot. All of it is a
// claim.
type Info struct {
	Kind       Kind
	Serial     string // decimal for PIV
	Reader     string // where it was found: a reader's or a file's name
	Firmware   string // "5.7.4"
	FormFactor string // "usb-a keychain"; empty if not told
	Slot       string // "9c", or a PKCS#11 key id

	Algorithm   string // "ecdsa-p256", "ecdsa-p384", "ed25519", or that it is unknown; empty when the slot is
	SPKI        []byte // the slot's public key, DER SubjectPublicKeyInfo; nil when the slot is empty, or its key of an unknown kind
	PINPolicy   string // "never", "once", "always"
	TouchPolicy string // "never", "always", "cached"
	Origin      string // "generated", "imported"
	// MaxMessage is the longest message, in bytes, that the slot's key signs;
	// 0 if there is no limit, as for an ECDSA key, which signs a digest.
	MaxMessage int

	PINLeft, PINTotal int // tries; -1 when not told
	PUKLeft, PUKTotal int

	DefaultPIN, DefaultPUK, DefaultManagement Default

	// ManagementProtected says that the token keeps its management key itself,
	// behind the PIN.
	ManagementProtected bool
	// Extractable says whether the private key could ever leave the token, or
	// ever could have. Told by PKCS#11 only; of PIV keys the attestation says it.
	Extractable Default

	Certificate []byte // stored in the slot, DER; nil if none is
	Others      []Key  // keys in the token's other slots
}

// Occupied reports whether there is a key in the slot that signs, be it one of a
// kind that is not known here, which has no SPKI.
func (i Info) Occupied() bool { return i.Algorithm != "" || i.SPKI != nil }

// Keyless is why the slot that signs has no key that can be used: ErrNoKey,
// ErrUnknownKey; nil if it has one.
func (i Info) Keyless() error {
	switch {
	case !i.Occupied():
		return ErrNoKey
	case i.SPKI == nil:
		return fmt.Errorf("slot %s: %s: %w", i.Slot, i.Algorithm, ErrUnknownKey)
	}
	return nil
}

// A Credential is one of a token's secrets, by its name, and whether it is still
// the factory's.
type Credential struct {
	Name    string
	Factory Default
}

// Credentials are those that this kind of token has: of an HSM's there is the
// PIN alone, of a key file's its password.
func (i Info) Credentials() []Credential {
	pin := Credential{"PIN", i.DefaultPIN}
	switch i.Kind {
	case PKCS11:
		return []Credential{pin}
	case KeyFile:
		return []Credential{{"password", i.DefaultPIN}}
	}
	return []Credential{pin, {"PUK", i.DefaultPUK}, {"management key", i.DefaultManagement}}
}

// A Key is what a token says about the key in a slot other than the one that
// signs. All of it is a claim.
type Key struct {
	Slot, Algorithm, PINPolicy, TouchPolicy, Origin string
	SPKI                                            []byte // nil if the token does not show it
}

// Attestation is a token's proof of where its key lives, DER.
type Attestation struct {
	Leaf  []byte   // certificate for the slot's key
	Chain [][]byte // its issuer and upwards, as far as the token has them
}

// Want is the token and the key that a signature must come from. Both are
// required.
type Want struct {
	Serial string
	SPKI   []byte // DER SubjectPublicKeyInfo
}

// A TouchRequest asks the keyholder to touch the token with this serial number
// within the timeout.
type TouchRequest struct {
	Serial  string
	Timeout time.Duration
}

// A Token is one device, found and not yet trusted. Methods may be called from
// several goroutines; they wait for each other. A device that is not there is
// ErrRemoved, one that answers nonsense ErrBadAnswer.
type Token interface {
	// Inspect reads what the token says about itself. It presents no PIN.
	Inspect(ctx context.Context) (Info, error)

	// Attest returns the attestation of the slot's key; ErrNoKey if there is
	// no key, or none that can be attested.
	Attest(ctx context.Context) (Attestation, error)

	// Open checks that this is the wanted token with the wanted key (a
	// *MismatchError if not) and returns a session with which to sign. It
	// presents no PIN yet. If it succeeds, the session has taken pin over, and
	// wipes it when closed. onTouch is called, from within SignMessage, each
	// time that a touch is needed, and must return promptly. ctx is that of
	// the whole session.
	Open(ctx context.Context, w Want, pin Secret, onTouch func(TouchRequest)) (Session, error)

	// Close lets the device go.
	Close() error
}

// A Session signs with one key. Each SignMessage is one transaction on the
// device: serial number and key re-read, PIN, touch, signature, and the
// signature verified before it is returned. ECDSA signatures are ASN.1 DER
// over SHA-256 (P-256) or SHA-384 (P-384), Ed25519 ones 64 bytes over the
// message itself, RSA ones PSS over SHA-256, with MGF1 over SHA-256 and a salt
// of 32 bytes. Options that would have it sign a digest whose message it
// has not seen are refused.
type Session interface {
	signature.SignerVerifier

	// Close wipes the PIN. Signing afterwards is an error.
	Close() error
}

// A Toucher is a token whose touch is a key press: a rehearsal token.
type Toucher interface {
	// Touch answers the touch that is being waited for.
	Touch()
}

// A Signer has a device sign input, a digest or for Ed25519 the message, with
// the wanted key and in one transaction: it re-reads serial number and key,
// presents the PIN, asks for touch and signs. It need not verify.
type Signer func(ctx context.Context, w Want, pin Secret, input []byte) ([]byte, error)
