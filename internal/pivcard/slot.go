package pivcard

import (
	"cmp"
	"fmt"
)

// A Slot names a private key on a card: 9a, 9c, 9d, 9e, the retired slots 82
// to 95, and f9, the key that attests.
type Slot byte

// The slots of SP 800-73-4 that have names; SlotSignature is the one this
// project signs with. SlotAttestation is the YubiKey's.
const (
	SlotAuthentication Slot = 0x9A
	SlotSignature      Slot = 0x9C
	SlotKeyManagement  Slot = 0x9D
	SlotCardAuth       Slot = 0x9E
	SlotAttestation    Slot = 0xF9
)

// String is the slot in lower-case hex, as it stands in an attestation's
// subject: "9c".
func (s Slot) String() string { return fmt.Sprintf("%02x", byte(s)) }

// forKeys says whether the slot can hold a key of the user's.
func (s Slot) forKeys() bool {
	return s >= 0x82 && s <= 0x95 || s == SlotAuthentication || s == SlotSignature || s == SlotKeyManagement || s == SlotCardAuth
}

// object is the data object in which the slot's certificate lies.
func (s Slot) object() (ObjectID, bool) {
	switch {
	case s == SlotAuthentication:
		return 0x5FC105, true
	case s == SlotSignature:
		return 0x5FC10A, true
	case s == SlotKeyManagement:
		return 0x5FC10B, true
	case s == SlotCardAuth:
		return 0x5FC101, true
	case s >= 0x82 && s <= 0x95:
		return 0x5FC10D + ObjectID(s-0x82), true
	case s == SlotAttestation:
		return 0x5FFF01, true
	}
	return 0, false
}

// An ObjectID names a data object by its three-byte tag, such as 5FC10A.
type ObjectID uint32

// ObjectPrinted can be read only after the PIN: the YubiKey keeps a protected
// management key there.
const ObjectPrinted ObjectID = 0x5FC109

func (o ObjectID) bytes() []byte { return []byte{byte(o >> 16), byte(o >> 8), byte(o)} }

// An Algorithm is what a key is for, in PIV's own code.
type Algorithm byte

// The algorithms spoken here: three for signing, four for management keys.
const (
	TripleDES Algorithm = 0x03
	AES128    Algorithm = 0x08
	AES192    Algorithm = 0x0A
	AES256    Algorithm = 0x0C
	P256      Algorithm = 0x11
	P384      Algorithm = 0x14
	Ed25519   Algorithm = 0xE0 // firmware 5.7 and later
)

// String is the algorithm's name in this project: "ecdsa-p256".
func (a Algorithm) String() string {
	switch a {
	case TripleDES:
		return "3des"
	case AES128:
		return "aes-128"
	case AES192:
		return "aes-192"
	case AES256:
		return "aes-256"
	case P256:
		return "ecdsa-p256"
	case P384:
		return "ecdsa-p384"
	case Ed25519:
		return "ed25519"
	}
	return fmt.Sprintf("algorithm %02x", byte(a))
}

// A PINPolicy says when a key wants the PIN.
type PINPolicy byte

// The PIN policies; PINDefault is the slot's own when a key is generated.
const (
	PINDefault PINPolicy = 0
	PINNever   PINPolicy = 1
	PINOnce    PINPolicy = 2 // once after the card is powered or reset
	PINAlways  PINPolicy = 3 // before every single use
)

// String is "never", "once" or "always".
func (p PINPolicy) String() string {
	switch p {
	case PINDefault:
		return "default"
	case PINNever:
		return "never"
	case PINOnce:
		return "once"
	case PINAlways:
		return "always"
	}
	return fmt.Sprintf("pin policy %02x", byte(p))
}

// A TouchPolicy says when a key wants a finger on the card.
type TouchPolicy byte

// The touch policies; TouchDefault is TouchNever when a key is generated.
const (
	TouchDefault TouchPolicy = 0
	TouchNever   TouchPolicy = 1
	TouchAlways  TouchPolicy = 2
	TouchCached  TouchPolicy = 3 // a touch holds for 15 seconds
)

// String is "never", "always" or "cached".
func (t TouchPolicy) String() string {
	switch t {
	case TouchDefault:
		return "default"
	case TouchNever:
		return "never"
	case TouchAlways:
		return "always"
	case TouchCached:
		return "cached"
	}
	return fmt.Sprintf("touch policy %02x", byte(t))
}

// A Version is a card's firmware version.
type Version struct{ Major, Minor, Patch byte }

// String is "5.7.4".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// Compare orders versions as [cmp.Compare] does.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch))
}

// Firmware versions at which features begin (ykman, yubikit/piv.py).
var (
	hasSerial   = Version{5, 0, 3}
	hasMetadata = Version{5, 3, 0}
	hasAttest   = Version{4, 3, 0}
	hasAESKey   = Version{5, 4, 0}
	hasEd25519  = Version{5, 7, 0} // and MOVE, DELETE, AES-192 management key from the factory
)

func (v Version) has(since Version) bool { return v.Compare(since) >= 0 }
