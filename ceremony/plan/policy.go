package plan

import (
	"strconv"
	"strings"
)

// MinFirmware is the firmware from which YubiKeys no longer leak ECDSA keys to
// who holds them in hand (YSA-2024-03, EUCLEAK), and the first with Ed25519.
const MinFirmware Firmware = ">=5.7.0"

// InForce is the policy with the defaults where the plan says nothing: PIN and
// touch always, attestation and a witness required, firmware 5.7.0 or later, a
// management key that the token keeps behind its PIN.
// MaxPerOrganisation stays nil where the plan does not say; then no organisation
// may reach or block the threshold alone.
func (p Policy) InForce() Policy {
	if p.PIN == "" {
		p.PIN = PINAlways
	}
	if p.Touch == "" {
		p.Touch = TouchAlways
	}
	if p.Attestation == "" {
		p.Attestation = AttestationRequired
	}
	if p.Firmware == "" {
		p.Firmware = MinFirmware
	}
	if p.Management == "" {
		p.Management = ManagementProtected
	}
	if p.Witness == "" {
		p.Witness = Required
	}
	return p
}

// Version is the lowest firmware as major, minor and patch; zeros where the
// plan names none.
func (f Firmware) Version() [3]int {
	var v [3]int
	parts := strings.Split(strings.TrimPrefix(string(f), ">="), ".")
	if len(parts) != len(v) {
		return [3]int{}
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil {
			return [3]int{}
		}
		v[i] = n
	}
	return v
}

// Below reports whether f lets in firmware that other does not.
func (f Firmware) Below(other Firmware) bool {
	a, b := f.Version(), other.Version()
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}
