package attest

import (
	"crypto/x509"
	"encoding/asn1"
)

// naming is how a maker names certificates of the PIV branch, and which of its
// old ones are not as RFC 5280 wants them.
type naming struct {
	leaf   string // a leaf, followed by a space and the slot
	device string // the attesting key of a device
	issuer string // how intermediates above the device of this branch begin

	// shortRoot is a root that says that it issues end entities only (a path
	// length of 0), though devices stand between it and the leaves. Empty if
	// there is none.
	shortRoot string
	// unmarked is the first firmware whose device certificates all say that
	// they are a CA. The zero Version if all ever made do.
	unmarked Version
}

// Names of the two hierarchies. The maker's intermediates sign for other
// applets too (OpenPGP, FIDO); the name of the one above a device tells them
// apart.
//
// Devices made before mid-2017, and some of 2018, stand under the U2F root
// (developers.yubico.com, PIV attestation). Those of firmware 4 and some of 5.2
// have no basicConstraints (Yubico/yubikey-manager#522).
func makerNaming() naming {
	return naming{
		leaf: "YubiKey PIV Attestation", device: "Yubico PIV Attestation", issuer: "Yubico PIV Attestation ",
		shortRoot: "Yubico U2F Root CA Serial 457200631", unmarked: Version{5, 3, 0},
	}
}

func rehearsalNaming() naming {
	return naming{leaf: "REHEARSAL PIV Attestation", device: "REHEARSAL PIV Attestation", issuer: "REHEARSAL PIV Attestation "}
}

// oldRoot lets a short root issue devices. That nothing but a device then
// stands below it is asked by name ([RuleBranch]): what else it issued, U2F
// certificates, are no CAs and have other names.
func (n naming) oldRoot(c *x509.Certificate) *x509.Certificate {
	if n.shortRoot == "" || c.Subject.CommonName != n.shortRoot || !c.MaxPathLenZero {
		return c
	}
	amended := *c
	amended.MaxPathLen, amended.MaxPathLenZero = 1, false
	return &amended
}

// oldDevice takes a device certificate without basicConstraints for the issuer
// of leaves, and of nothing above them. It must say nothing at all of being a
// CA or not, bear a device's name and none beside it, be of a firmware that is
// known for this, and name one of the roots as its issuer.
func (n naming) oldDevice(c *x509.Certificate, roots []*x509.Certificate) *x509.Certificate {
	if !n.isUnmarked(c) {
		return c
	}
	for _, r := range roots {
		if issues(r, c) {
			amended := *c
			amended.BasicConstraintsValid, amended.IsCA = true, true
			amended.MaxPathLen, amended.MaxPathLenZero = 0, true
			return &amended
		}
	}
	return c
}

func (n naming) isUnmarked(c *x509.Certificate) bool {
	if len(c.Subject.Names) != 1 || c.Subject.CommonName != n.device {
		return false
	}
	firmware, found := Version{}, false
	for _, e := range c.Extensions {
		switch {
		case e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 19}): // basicConstraints
			return false
		case e.Id.Equal(extension(extFirmware)) && len(e.Value) == len(firmware):
			firmware, found = Version(e.Value), true
		}
	}
	return found && firmware.Compare(n.unmarked) < 0
}
