package attest

import "github.com/rootmoot/rootmoot/verify"

// Rule ids of this package.
const (
	RuleChain      = "ATTEST-CHAIN"
	RuleBranch     = "ATTEST-BRANCH"
	RuleExtensions = "ATTEST-EXTENSIONS"
	RuleSlot       = "ATTEST-SLOT"
	RuleKey        = "ATTEST-KEY"
	RuleSerial     = "ATTEST-SERIAL"
	RulePIN        = "ATTEST-PIN"
	RuleTouch      = "ATTEST-TOUCH"
	RuleFirmware   = "ATTEST-FIRMWARE"
	RuleAdvisory   = "ATTEST-ADVISORY"
	RuleRehearsal  = "ATTEST-REHEARSAL"
)

// Rules are the rules that [Check] applies, in its order.
func Rules() []verify.Rule {
	const oids = "developers.yubico.com, PIV attestation: extensions under 1.3.6.1.4.1.41482.3"
	return []verify.Rule{
		{ID: RuleChain, Title: "The attestation chains to a root of the CA bundle, valid at the time asked", Source: "RFC 5280, section 6"},
		{ID: RuleBranch, Title: "The chain is leaf, device, issuers, root, all of the PIV branch", Source: "developers.yubico.com, PIV attestation: names of the hierarchy; this project (OpenPGP and FIDO branches share its roots)"},
		{ID: RuleExtensions, Title: "Firmware, serial number and policies are all there, and every attestation extension is well formed", Source: oids},
		{ID: RuleSlot, Title: "The attestation is for the slot that was asked", Source: "developers.yubico.com, PIV attestation: the subject names the slot"},
		{ID: RuleKey, Title: "The attested key is the expected key", Source: "this project: principle 3, nothing a device says is believed"},
		{ID: RuleSerial, Title: "The token's serial number is the one in the plan", Source: oids + ".7"},
		{ID: RulePIN, Title: "The key wants its PIN at least as often as the policy says", Source: oids + ".8"},
		{ID: RuleTouch, Title: "The key wants a touch at least as often as the policy says", Source: oids + ".8"},
		{ID: RuleFirmware, Title: "The firmware is no older than the policy allows", Source: oids + ".3; advisories such as YSA-2024-03"},
		{ID: RuleAdvisory, Title: "No published advisory concerns the token's firmware with this kind of key", Source: "YSA-2024-03 (EUCLEAK), YSA-2019-02, YSA-2017-01 (ROCA)"},
		{ID: RuleRehearsal, Title: "A rehearsal takes rehearsal tokens only, production takes none", Source: "this project: words, rehearsal"},
	}
}
