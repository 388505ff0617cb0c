package channel

import "github.com/rootmoot/rootmoot/verify"

// The rules of this package, by what they are about: a record, a repodata.json, a
// package's bytes, a line of a lock file.
const (
	RuleSigned    = "PKG-SIGNED"
	RuleListed    = "PKG-LISTED"
	RuleForm      = "PKG-SIG-FORM"
	RuleCanonical = "PKG-CANONICAL"
	RuleValid     = "PKG-SIG-VALID"
	RuleQuorum    = "PKG-QUORUM"
	RuleFile      = "PKG-FILE"
	RulePlace     = "PKG-PLACE"

	RuleAuthority = "CHANNEL-AUTHORITY"
	RuleRepodata  = "CHANNEL-REPODATA"
	RuleLists     = "CHANNEL-LISTS"
	RuleSubdir    = "CHANNEL-SUBDIR"
	RuleSame      = "CHANNEL-SAME"
	RuleStray     = "CHANNEL-STRAY"
	RuleOther     = "CHANNEL-OTHER"

	RuleArtifact = "ARTIFACT-RECORD"
	RuleRead     = "ARTIFACT-FILE"
	RuleSize     = "ARTIFACT-SIZE"
	RuleDigest   = "ARTIFACT-DIGEST"
	RuleWeak     = "ARTIFACT-WEAK"

	RuleLockPlace  = "LOCK-PLACE"
	RuleLockRecord = "LOCK-RECORD"
	RuleLockDigest = "LOCK-DIGEST"
	RuleLockWeak   = "LOCK-WEAK"
)

// Rules are all of them.
func Rules() []verify.Rule {
	const ours = "this project (conda never looks)"
	return []verify.Rule{
		{ID: RuleSigned, Title: "A record is signed. Where unsigned ones are allowed, this is warned of.", Source: "conda#11154; this project (conda shows a text)"},
		{ID: RuleListed, Title: "A record is signed by a key that the key manager's role pkg_mgr lists, and that can count.", Source: "conda-content-trust verify_signable"},
		{ID: RuleForm, Title: "A listed key's signature is an object with the one member signature, of 128 lower-case hex characters.", Source: "conda-content-trust checkformat_signature; this project (conda takes other members too)"},
		{ID: RuleCanonical, Title: "A signed record has one canonical form: no number in it is too large for a float.", Source: "conda-content-trust canonserialize; RFC 8259, 6"},
		{ID: RuleValid, Title: "A listed key's signature verifies over the canonical form of the record as received.", Source: "RFC 8032, 5.1.7; conda-content-trust verify_signature"},
		{ID: RuleQuorum, Title: "As many distinct listed keys as the threshold have signed the record.", Source: "conda-content-trust verify_signable"},
		{ID: RuleFile, Title: "A record's name, version and build make up its file name, with the ending of its list.", Source: ours},
		{ID: RulePlace, Title: "A record's subdir is the one in which it lies.", Source: ours},

		{ID: RuleAuthority, Title: "A key manager that was accepted says who signs packages.", Source: "conda-content-trust verify_delegation; this project (conda goes on without)"},
		{ID: RuleRepodata, Title: "Repodata is one strict JSON value of at most 2 GiB, with the lists of packages and signatures in their form; compressed or not.", Source: "RFC 8259; RFC 7493 (I-JSON); RFC 8878; this project"},
		{ID: RuleLists, Title: "Repodata has no other list of packages than those that are judged.", Source: "conda-content-trust sign_all_in_repodata: packages and packages.conda; " + ours},
		{ID: RuleSubdir, Title: "The subdir of info is that of the folder, and one of the two is known.", Source: ours},
		{ID: RuleSame, Title: "Where repodata.json and repodata.json.zst both lie in a folder, they are one text.", Source: "conda CEP 16; this project"},
		{ID: RuleStray, Title: "Every entry of signatures belongs to a record.", Source: ours},
		{ID: RuleOther, Title: "No other index lies beside: it would not be judged.", Source: "this project"},

		{ID: RuleArtifact, Title: "A package has a record under its own file name, and the record is accepted.", Source: ours},
		{ID: RuleRead, Title: "A package is a regular file: no link, pipe or folder.", Source: "this project"},
		{ID: RuleSize, Title: "A package has the size that its record says.", Source: "conda CEP 34; this project"},
		{ID: RuleDigest, Title: "A package has the SHA-256 that its record says; or, where there is none, the MD5.", Source: "conda CEP 34; this project"},
		{ID: RuleWeak, Title: "A record has the SHA-256 of its package. MD5 does not bind whoever made the package.", Source: "RFC 6151"},

		{ID: RuleLockPlace, Title: "What a lock file names lies in the channel that is judged.", Source: "this project (conda judges no explicit install)"},
		{ID: RuleLockRecord, Title: "What a lock file names has a record, and the record is accepted.", Source: "this project (conda judges no explicit install)"},
		{ID: RuleLockDigest, Title: "A lock file has a digest of each package, and every one that it has is the record's.", Source: "this project"},
		{ID: RuleLockWeak, Title: "A lock file has SHA-256.", Source: "RFC 6151"},
	}
}
