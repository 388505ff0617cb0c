package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
)

var (
	// pivSlots are those that NIST SP 800-73-4 gives keys of a holder: 9a, 9c,
	// 9d, 9e and the retired ones, 82 to 95.
	slotForm = regexp.MustCompile(`^(9[acde]|8[2-9a-f]|9[0-5])$`)
	// keyIDForm is a PKCS#11 CKA_ID; one of more than 64 bytes is nobody's.
	keyIDForm = regexp.MustCompile(`^([0-9a-f]{2}){1,64}$`)
	// openPGPForm is a version 4 fingerprint as GnuPG prints it.
	openPGPForm = regexp.MustCompile(`^[0-9A-F]{40}$`)
	serialForm  = regexp.MustCompile(`^[!-~]([ -~]{0,62}[!-~])?$`)
)

func (c *checker) people() {
	p := c.p
	held := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(p.Participants)) {
		path := strictyaml.Child("participants", name)
		c.identifier(path, name)
		c.participant(path, name, p.Participants[name])
		if t := p.Participants[name].Token; t != nil {
			device := fmt.Sprintf("%s %s %s", t.Kind, t.Serial, t.SlotInForce())
			if other, twice := held[device]; twice {
				c.fault(path+".token", "is the token and slot of %s too", other)
			}
			held[device] = name
		}
	}
	c.witnesses()
	if p.Lead != "" && !p.takesPart(p.Lead) {
		c.fault("lead", "%q is neither a participant nor a witness", p.Lead)
	}
}

func (p *Plan) takesPart(name string) bool {
	_, participant := p.Participants[name]
	_, witness := p.Witnesses[name]
	return participant || witness
}

func (c *checker) participant(path, name string, part Participant) {
	c.text(path+".organisation", part.Organisation, false)
	c.text(path+".location", part.Location, false)
	maybeOneOf(c, path+".attestation", part.Attestation, AttestationNone)
	for i, what := range part.Publish {
		at := strictyaml.Index(path+".publish", i)
		oneOf(c, at, what, PublishName, PublishOrganisation, PublishLocation, PublishSerial)
		if slices.Contains(part.Publish[:i], what) {
			c.fault(at, "%s stands there twice", what)
		}
	}
	if part.Token == nil {
		if part.Attestation != "" {
			c.fault(path+".attestation", "there is no token: leave it out")
		}
		return
	}
	if _, known := c.p.Keys[name]; !known {
		c.fault(path+".token", "there is no key %q under keys: who holds a token holds a key of that name", name)
	}
	if part.Attestation == AttestationNone && part.Token.Kind.Attests() {
		c.fault(path+".attestation", "none is for tokens that cannot attest: those of kind %s can", part.Token.Kind)
	}
	c.token(path+".token", *part.Token)
}

func (c *checker) token(path string, t Token) {
	oneOf(c, path+".kind", t.Kind, PIVToken, PKCS11Token, RehearsalToken, FileToken, OpenPGPToken)
	switch t.Kind {
	case FileToken:
		c.keyFile(path, t)
		return
	case OpenPGPToken:
		c.openPGP(path, t)
		return
	case PKCS11Token:
		if !serialForm.MatchString(string(t.Serial)) {
			c.fault(path+".serial", "%q: want the token's serial number, 1 to 64 printable characters", t.Serial)
		}
		if t.Slot != "" && !keyIDForm.MatchString(string(t.Slot)) {
			c.fault(path+".slot", "%q: want the key's id on the token, in lower-case hex, in quotes", t.Slot)
		}
		return
	}
	if n, err := strconv.ParseUint(string(t.Serial), 10, 32); err != nil || n == 0 || strconv.FormatUint(n, 10) != string(t.Serial) {
		c.fault(path+".serial", "%q: want the number that is printed on the token", t.Serial)
	}
	if t.Slot != "" && !slotForm.MatchString(string(t.Slot)) {
		c.fault(path+".slot", "%q: want 9a, 9c, 9d, 9e or 82 to 95", t.Slot)
	}
}

// keyFile checks what is said of an encrypted key file: only a key manager can be
// online, a root never.
func (c *checker) keyFile(path string, t Token) {
	if c.p.Document != KeyManagerDocument {
		c.fault(path+".kind", "file is for key managers that are online: a root's keys are on tokens only")
	}
	if !serialForm.MatchString(string(t.Serial)) {
		c.fault(path+".serial", "%q: want what rootmoot keymgr new-key printed", t.Serial)
	}
	if t.Slot != "" {
		c.fault(path+".slot", "a key file has one key: leave it out")
	}
}

// openPGP checks what is said of a key that signs by gpg: only signatures of a
// conda root have OpenPGP's form.
func (c *checker) openPGP(path string, t Token) {
	if c.p.Format != Conda || c.p.Document != RootDocument {
		c.fault(path+".kind", "openpgp is for roots of conda: nothing else counts a signature by gpg")
	}
	if !openPGPForm.MatchString(string(t.Serial)) {
		c.fault(path+".serial", "%q: want the fingerprint of the key or subkey that signs, 40 capital hex digits: rootmoot inspect shows it of what gpg --export wrote", t.Serial)
	}
	if t.Slot != "" {
		c.fault(path+".slot", "an OpenPGP key is named by its fingerprint: leave it out")
	}
}

func (c *checker) policy() {
	p := c.p.Policy
	maybeOneOf(c, "policy.pin", p.PIN, PINAlways, PINOnce, PINNever)
	maybeOneOf(c, "policy.touch", p.Touch, TouchAlways, TouchCached, TouchNever)
	maybeOneOf(c, "policy.attestation", p.Attestation, AttestationRequired, AttestationOptional)
	maybeOneOf(c, "policy.management_key", p.Management, ManagementProtected, ManagementSealed)
	maybeOneOf(c, "policy.witness", p.Witness, Required, Optional)
	if p.Firmware != "" && !firmwareForm.MatchString(string(p.Firmware)) {
		c.fault("policy.firmware", "%q: want a lowest version like %q", p.Firmware, MinFirmware)
	}
	if p.MaxPerOrganisation != nil && *p.MaxPerOrganisation < 1 {
		c.fault("policy.max_per_organisation", "%d: want at least 1, or leave it out", *p.MaxPerOrganisation)
	}
	if !versionForm.MatchString(c.p.Tool.Version) {
		c.fault("tool.version", "%q: want a version like 1.0.0", c.p.Tool.Version)
	}
	for _, platform := range slices.Sorted(maps.Keys(c.p.Tool.SHA256)) {
		path := strictyaml.Child("tool.sha256", platform)
		if !platformForm.MatchString(platform) {
			c.fault(path, "want a platform like linux/amd64")
		}
		c.digest(path, c.p.Tool.SHA256[platform])
	}
}
