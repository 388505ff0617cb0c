package attest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Facts are what an attestation says. They are claims until Proven.
type Facts struct {
	Proven bool // every check passed or had nothing to compare with; none failed

	Serial      string // decimal
	Firmware    Version
	PINPolicy   string // "never", "once", "always"
	TouchPolicy string // "never", "always", "cached"
	FormFactor  string // "usb-a keychain"; empty if not said
	FIPS        bool   // of the FIPS series: the leaf's form factor or the device certificate says so
	CSPN        bool   // certified by the CSPN, as the device certificate says
	Slot        string // "9c"
	Algorithm   string // "ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048"; empty if another
	SPKI        []byte // the attested key, DER SubjectPublicKeyInfo

	Rehearsal    bool // the certificates call themselves, or chain to, a rehearsal
	Bundle       string
	BundleDigest [32]byte
	Path         []string // subjects from leaf to root, as verified; nil if no path was found
	NotBefore    time.Time
	NotAfter     time.Time
}

// extensionArc is the arc of the attestation extensions
// (developers.yubico.com, Yubico_Attestation_OID).
var extensionArc = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 41482, 3}

func extension(last int) asn1.ObjectIdentifier {
	return append(slices.Clone(extensionArc), last)
}

// The last numbers under the arc. The last two stand in device certificates
// only; that they are there is what counts.
const (
	extFirmware   = 3
	extSerial     = 7
	extPolicy     = 8
	extFormFactor = 9
	extFIPS       = 10
	extCSPN       = 11
)

// extensions reads the private extensions of a leaf into f. Firmware, serial
// number and policies must be there; the form factor may be missing, as it is
// from real tokens of before 2018, but not malformed.
func (f *Facts) extensions(leaf *x509.Certificate) error {
	seen := map[int]bool{}
	for _, e := range leaf.Extensions {
		if len(e.Id) != len(extensionArc)+1 || !e.Id[:len(extensionArc)].Equal(extensionArc) {
			continue
		}
		last := e.Id[len(extensionArc)]
		if seen[last] {
			return fmt.Errorf("extension .%d occurs twice", last)
		}
		seen[last] = true
		if err := f.extension(last, e.Value); err != nil {
			return fmt.Errorf("extension .%d: %w", last, err)
		}
	}
	for _, last := range []int{extFirmware, extSerial, extPolicy} {
		if !seen[last] {
			return fmt.Errorf("extension .%d is missing", last)
		}
	}
	return nil
}

func (f *Facts) extension(last int, v []byte) error {
	switch last {
	case extFirmware:
		if len(v) != len(f.Firmware) {
			return fmt.Errorf("firmware version of %d bytes, not 3", len(v))
		}
		f.Firmware = Version(v)
	case extSerial:
		var n int64
		rest, err := asn1.Unmarshal(v, &n)
		if err != nil || len(rest) > 0 || n < 0 || n > 1<<32-1 {
			return fmt.Errorf("serial number is not one INTEGER of 32 bits")
		}
		f.Serial = strconv.FormatInt(n, 10)
	case extPolicy:
		pin, touch := map[byte]string{1: "never", 2: "once", 3: "always"}, map[byte]string{1: "never", 2: "always", 3: "cached"}
		if len(v) != 2 || pin[v[0]] == "" || touch[v[1]] == "" {
			return fmt.Errorf("policies % x are not two known bytes", v)
		}
		f.PINPolicy, f.TouchPolicy = pin[v[0]], touch[v[1]]
	case extFormFactor:
		return f.formFactor(v)
	}
	return nil
}

func (f *Facts) formFactor(v []byte) error {
	const fips, securityKey, kind = 0x80, 0x40, 0x3F
	if len(v) != 1 || v[0]&securityKey != 0 {
		return fmt.Errorf("form factor % x is not one known byte", v)
	}
	f.FIPS = f.FIPS || v[0]&fips != 0
	forms := map[byte]string{
		0: "unknown", 1: "usb-a keychain", 2: "usb-a nano", 3: "usb-c keychain", 4: "usb-c nano",
		5: "usb-c and lightning", 6: "usb-a biometric", 7: "usb-c biometric",
	}
	f.FormFactor = forms[v[0]&kind]
	if f.FormFactor == "" {
		return fmt.Errorf("form factor %02x is not known", v[0])
	}
	return nil
}

// device reads what the certificate of the attesting key says of its device.
func (f *Facts) device(c *x509.Certificate) {
	for _, e := range c.Extensions {
		f.FIPS = f.FIPS || e.Id.Equal(extension(extFIPS))
		f.CSPN = f.CSPN || e.Id.Equal(extension(extCSPN))
	}
}

func algorithm(pub any) string {
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		switch k.Curve.Params().BitSize {
		case 256:
			return "ecdsa-p256"
		case 384:
			return "ecdsa-p384"
		}
	case ed25519.PublicKey:
		return "ed25519"
	case *rsa.PublicKey:
		return fmt.Sprintf("rsa-%d", k.N.BitLen())
	}
	return ""
}

// sameKey compares public keys by their encoding, which is unique for the
// types that stand in roots.
func sameKey(a, b []byte) bool { return len(a) > 0 && bytes.Equal(a, b) }
