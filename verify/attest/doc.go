// Package attest judges a token's attestation: certificates by which a device
// claims that a key was generated in one of its slots, and under which PIN and
// touch policy it signs.
//
// The certificates form a chain:
//
//	leaf      "YubiKey PIV Attestation 9c"   the key to be proven, its policies
//	device    "Yubico PIV Attestation"       the token's own attesting key (slot F9)
//	...       intermediates, since firmware 5.7.4
//	root      of the maker, pinned in a [Bundle]
//
// A device's facts stand in private extensions of the leaf, under the arc
// 1.3.6.1.4.1.41482.3: .3 firmware version, .7 serial number, .8 policies, .9
// form factor. [Check] reads them strictly and answers with one check a rule,
// at an explicit time. An attestation carries no nonce and no person's name: it
// proves where a key lives, not when that was asked nor who holds the device.
//
// A rehearsal token is one whose attestation says so. Production refuses it,
// and a rehearsal refuses all others.
//
// This is the only package of the verifier that links crypto/x509.
package attest
