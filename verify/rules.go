package verify

import "slices"

// The rules that are not about the structure of one document.
const (
	ruleTime      = "RUN-TIME"
	ruleSize      = "ROOT-SIZE"
	ruleOnline    = "ROLE-ONLINE"
	ruleUncommon  = "KEY-UNCOMMON"
	ruleRebound   = "KEY-REBOUND"
	ruleSigValid  = "SIG-VALID"
	ruleSigListed = "SIG-LISTED"
	ruleOwn       = "QUORUM-OWN"
	ruleOld       = "QUORUM-OLD"
	ruleNew       = "QUORUM-NEW"
	ruleDelegated = "QUORUM-DELEGATION"
	rulePin       = "CHAIN-PIN"
	ruleNext      = "CHAIN-NEXT"
	ruleName      = "CHAIN-NAME"
	ruleFormat    = "CHAIN-FORMAT"
	ruleLength    = "CHAIN-LENGTH"
	ruleLowered   = "CHAIN-LOWERED"
	ruleOrder     = "CHAIN-TIMESTAMP"
	ruleFuture    = "FRESH-FUTURE"
	ruleFresh     = "FRESH-EXPIRED"
	ruleRehearsal = "REHEARSAL-MARK"

	ruleMemory       = "STATE-CHAIN"
	ruleEquivocation = "STATE-EQUIVOCATION"
	ruleBytes        = "STATE-BYTES"
	ruleRollback     = "STATE-ROLLBACK"
	ruleWithheld     = "STATE-WITHHELD"
)

// Rules are all rules of this package, by family.
func Rules() []Rule {
	return slices.Concat(runRules(), documentRules(), roleRules(), keyRules(), signatureRules(), chainRules(), stateRules())
}

func runRules() []Rule {
	return []Rule{
		{ruleTime, "The time of the judgement is given, and is one for the whole run.", "TUF 1.0.34, 5.1"},
	}
}

func documentRules() []Rule {
	return []Rule{
		{ruleSize, "A root or key manager has at most 512,000 bytes.", "TUF 1.0.34, 5.3.3; the limit of python-tuf and go-tuf"},
		{"ROOT-JSON", "The file is one strict JSON value in UTF-8: no duplicate members, nothing after it, at most 32 levels deep.", "RFC 8259; RFC 7493 (I-JSON); this project"},
		{"ROOT-CANONICAL", "The signed part has one canonical form.", "TUF 1.0.34, 4.2 (OLPC canonical JSON); conda-content-trust canonserialize"},
		{"ROOT-ENVELOPE", "The file is an object with signed and signatures; of conda, with nothing else.", "TUF 1.0.34, 4.2; conda-content-trust is_signable"},
		{"ROOT-TYPE", "The document is of the type that is asked for.", "TUF 1.0.34, 4.3; conda-content-trust verify_delegation"},
		{"ROOT-FORM", "Every member that the format demands is there, and of its type.", "TUF 1.0.34, 4.2 and 4.3; conda-content-trust checkformat_delegating_metadata"},
		{"ROOT-COUNT", "There are at most 1,024 keys, 64 roles and 1,024 signatures, and no role has a name of more than 256 bytes.", "CVE-2020-6173; this project"},
		{"ROOT-CASE", "No member is named like one of the format but for upper and lower case.", "RFC 8259, 8.3; this project (Go's encoding/json takes it for the other)"},
		{"ROOT-DATE", "Dates can be read as RFC 3339.", "TUF 1.0.34, 4.2.1"},
		{"ROOT-VERSION", "The version is at least 1; a key manager may have a timestamp instead, which is warned about.", "TUF 1.0.34, 4.3; conda-content-trust checkformat_natural_int"},
		{"ROOT-SPEC", "The specification version is one that is known: 1.x for TUF, 0.6.x for conda.", "TUF 1.0.34, 4.3; libmamba v0.6"},
		{"ROOT-DATE-FORM", "Dates are written YYYY-MM-DDTHH:MM:SSZ.", "TUF 1.0.34, 4.2.1"},
		{"ROOT-DATE-ORDER", "A conda document expires after its own timestamp.", "this project (conda accepts otherwise)"},
		{"ROOT-SNAPSHOT", "consistent_snapshot, where it is there, is true or false.", "TUF 1.0.34, 4.3"},
		{ruleRehearsal, "What a rehearsal made is taken in rehearsals only, and nothing else is taken there.", "this project"},
	}
}

func roleRules() []Rule {
	return []Rule{
		{"ROLE-SET", "Every role that the format demands is there.", "TUF 1.0.34, 4.3; conda: root and key_mgr, pkg_mgr"},
		{"ROLE-UNKNOWN", "There is no role that the format does not know.", "TUF 1.0.34, 4.3"},
		{"ROLE-THRESHOLD", "The threshold of every role is at least 1.", "TUF 1.0.34, 4.3; CVE-2026-23992"},
		{"ROLE-REACH", "Every role has as many distinct usable keys as its threshold.", "this project (tuf-conformance accepts otherwise)"},
		{"ROLE-KEYID-TWICE", "No role lists a keyid twice.", "TUF 1.0.34, 4.3; CVE-2020-6174"},
		{"ROLE-KEYID-UNKNOWN", "Every keyid of a role has a key in the document.", "TUF 1.0.34, 4.3"},
		{"ROLE-KEY-TWICE", "No role lists one key under two keyids; it would count once.", "TAP 12; GHSA-3633-5h82-39pq"},
		{ruleOnline, "No root key also signs for a role that machines use, nor a key manager's key for packages.", "TUF 1.0.34, 6.1; this project"},
	}
}

func keyRules() []Rule {
	return []Rule{
		{"KEY-UNKNOWN", "The key's type and scheme are known; otherwise it is kept and counts nothing.", "TUF 1.0.34, 4.2"},
		{"KEY-FORM", "Key type, scheme and key fit together; otherwise it counts nothing.", "TUF 1.0.34, 4.2; go-tuf#739"},
		{"KEY-WEAK", "No Ed25519 point of small order or not written canonically, no RSA under 2,048 bits; such a key counts nothing.", "TUF 1.0.34, 4.2; RFC 8032, 5.1.3; this project"},
		{"KEY-LEGACY", "ECDSA keys are PEM, not hex points.", "TUF 1.0.34, 4.2"},
		{"KEY-ID", "The keyid is the SHA-256 of the canonical key object. Nothing is counted by it.", "TUF 1.0.34, 4.2"},
		{ruleUncommon, "No key is of a kind that the specification does not name, though it allows it (P-384).", "TUF 1.0.34, 4.2"},
		{ruleRebound, "A keyid that two roots in a row have means the same key.", "TUF 1.0.34, 4.2"},
	}
}

func signatureRules() []Rule {
	return []Rule{
		{"SIG-TWICE", "No keyid stands twice among the signatures.", "TUF 1.0.34, 4.2; tuf-conformance duplicate_sig_keyids"},
		{"SIG-FORM", "Every signature is of the format's form.", "TUF 1.0.34, 4.2; conda-content-trust checkformat_signature"},
		{"SIG-HEADER", "The OpenPGP header of a signature is one that OpenPGP programs make, and names the issuer that see_also does.", "RFC 4880, 5.2.3; this project (conda interprets nothing)"},
		{"SIG-EMPTY", "No signature is empty, as for somebody who has still to sign.", "tuf-on-ci; this project"},
		{ruleSigValid, "No signature by a listed key is wrong, or of a form that does not count.", "tuf-conformance invalid_sig_in_valid_metadata; this project"},
		{ruleSigListed, "Every signature is by a keyid of a role that is asked.", "CVE-2020-6173; this project"},
		{ruleOwn, "A trusted file has the signatures of enough distinct keys of its own root role.", "TUF 1.0.34, 5.2; tuf-conformance unsigned_initial_root"},
		{ruleOld, "Enough distinct keys of the trusted root have signed its successor.", "TUF 1.0.34, 5.3.4 and 6.1; conda-content-trust verify_root"},
		{ruleNew, "Enough distinct keys of the successor's own root role have signed it.", "TUF 1.0.34, 5.3.4 and 6.1; CVE-2020-15163"},
		{ruleDelegated, "Enough distinct keys of the role that the trusted root delegates to have signed, in the raw form.", "conda-content-trust verify_delegation"},
	}
}

func chainRules() []Rule {
	return []Rule{
		{rulePin, "The trusted root is the one pinned, and what stands in the chain under its version is the same root.", "TUF 1.0.34, 5.2; this project"},
		{ruleFormat, "A document is of the trusted root's format.", "this project"},
		{ruleNext, "A root's version is exactly one more than that of the root before.", "TUF 1.0.34, 5.3.5; CVE-2025-2885"},
		{ruleName, "A root's version is the number in its file's name.", "TUF 1.0.34, 5.3.2; tuf-conformance url_and_metadata_version_mismatch"},
		{ruleLowered, "The threshold of the role root, and of conda's key_mgr, is not lower than in the root before.", "this project (conda says nothing)"},
		{ruleOrder, "A conda root was made no earlier than the root before.", "this project (conda never looks)"},
		{ruleLength, "One run follows at most 16,384 roots.", "TUF 1.0.34, 5.3.2; this project"},
		{ruleFresh, "The newest root, a candidate or a key manager has not expired; of roots between nothing is asked.", "TUF 1.0.34, 5.3.10; conda: this project (conda never looks)"},
		{ruleFuture, "A conda document was not made after the time of the judgement.", "this project (conda never looks)"},
	}
}

func stateRules() []Rule {
	return []Rule{
		{ruleMemory, "What was accepted before is a chain from the trusted root; it is verified again.", "this project (conda trusts what it finds on disk)"},
		{ruleEquivocation, "A version that was seen has the digest that it had.", "TUF 1.0.34, 5.3.5; this project"},
		{ruleBytes, "A version that was seen has the bytes that it had; its first ones stay remembered.", "this project"},
		{ruleRollback, "Nothing is older than what was seen. Without a memory this is not asked, and that is said.", "TUF 1.0.34, 5.3.5; CVE-2026-44544; this project (conda takes any key manager)"},
		{ruleWithheld, "A key manager that was seen is still there.", "this project (conda falls back to an old copy)"},
	}
}
