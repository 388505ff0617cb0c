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

// KeySlots are the slots that can hold a key of the user's, in the order in
// which they are shown.
func KeySlots() []Slot {
	out := []Slot{SlotAuthentication, SlotSignature, SlotKeyManagement, SlotCardAuth}
	for s := Slot(0x82); s <= 0x95; s++ {
		out = append(out, s)
	}
	return out
}

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

// ObjectPrinted can be read only after the PIN: a management key that the card
// keeps itself lies there. ObjectAdmin says so, and more of Yubico's tools.
const (
	ObjectPrinted ObjectID = 0x5FC109
	ObjectAdmin   ObjectID = 0x5FFF00
)

// UserObjects are the data objects that can hold what a user put there: those
// of SP 800-73-4 with its certificates, and those of Yubico's tools.
func UserObjects() []ObjectID {
	var out []ObjectID
	for o := ObjectID(0x5FC101); o <= 0x5FC121; o++ {
		out = append(out, o)
	}
	out = append(out, ObjectAdmin)
	for o := ObjectID(0x5FFF10); o <= 0x5FFF15; o++ { // roots for Windows
		out = append(out, o)
	}
	return out
}

func (o ObjectID) bytes() []byte { return []byte{byte(o >> 16), byte(o >> 8), byte(o)} }

// An Algorithm is what a key is for, in PIV's own code.
type Algorithm byte

// The algorithms spoken here: four for management keys, three for signing, and
// those of other keys that a card may hold, which are read and shown only.
const (
	TripleDES Algorithm = 0x03
	AES128    Algorithm = 0x08
	AES192    Algorithm = 0x0A
	AES256    Algorithm = 0x0C
	P256      Algorithm = 0x11
	P384      Algorithm = 0x14
	Ed25519   Algorithm = 0xE0 // firmware 5.7 and later

	RSA3072 Algorithm = 0x05
	RSA1024 Algorithm = 0x06
	RSA2048 Algorithm = 0x07
	RSA4096 Algorithm = 0x16
	X25519  Algorithm = 0xE1
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
	case X25519:
		return "x25519"
	case RSA1024:
		return "rsa-1024"
	case RSA2048:
		return "rsa-2048"
	case RSA3072:
		return "rsa-3072"
	case RSA4096:
		return "rsa-4096"
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

// DeletesKeys says whether the firmware can delete and move keys, and has
// Ed25519: 5.7.0 and later.
func (v Version) DeletesKeys() bool { return v.has(hasEd25519) }

// HasAESKey says whether the management key can be an AES key: 5.4.0 and later.
func (v Version) HasAESKey() bool { return v.has(hasAESKey) }

// Firmware versions at which features begin (ykman, yubikit/piv.py).
var (
	hasSerial   = Version{5, 0, 3}
	hasMetadata = Version{5, 3, 0}
	hasAttest   = Version{4, 3, 0}
	hasAESKey   = Version{5, 4, 0}
	hasEd25519  = Version{5, 7, 0} // and MOVE, DELETE, AES-192 management key from the factory
)

func (v Version) has(since Version) bool { return v.Compare(since) >= 0 }
