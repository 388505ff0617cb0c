package plan

import "github.com/rootmoot/rootmoot/verify"

const ourRule = "this project: every plan is reviewed as a whole"

// Rules are the rules of [Lint], in the order of their ids. An id never changes
// its meaning.
func Rules() []verify.Rule {
	return []verify.Rule{
		{ID: "PLAN-ATTESTATION", Title: "Tokens prove where their keys were made.", Source: "Yubico PIV attestation; sigstore/root-signing#1364"},
		{ID: "PLAN-CHAIN", Title: "The chain that the plan names leads from its first root to the trusted one.", Source: "this project: every statement names the chain by its first root"},
		{ID: "PLAN-CONDA-KEY", Title: "A conda root has Ed25519 keys only.", Source: "conda-content-trust: a key is 64 hex characters of Ed25519"},
		{ID: "PLAN-CONTINUES", Title: "The plan continues exactly the trusted root: version and digest.", Source: "TUF 1.0.34, 5.3.5: exactly N+1, signed by N"},
		{ID: "PLAN-DEADLINE", Title: "The deadline lies ahead.", Source: ourRule},
		{ID: "PLAN-DRAFT", Title: "The frozen plan yields a candidate.", Source: "package root, Draft"},
		{ID: "PLAN-ED25519-SIZE", Title: "A PIV card can sign a document of this size with Ed25519.", Source: "YubiKey 5.7: PureEdDSA over at most about 3 KB of APDU data"},
		{ID: "PLAN-ENROL", Title: "Every key stands in the plan.", Source: ourRule},
		{ID: "PLAN-EXPIRY-DEADLINE", Title: "The next root outlives the ceremony.", Source: "TUF 1.0.34, 5.3.10"},
		{ID: "PLAN-EXPIRY-EARLIER", Title: "The next root does not expire before the trusted one.", Source: ourRule},
		{ID: "PLAN-EXPIRY-FAR", Title: "The next root expires within about a year, in any case within ten.", Source: "practice of public roots: five months to a year; PEP 458: a year"},
		{ID: "PLAN-EXPIRY-NEAR", Title: "The next root leaves time to prepare the ceremony after it.", Source: "sigstore: five months; IANA: two attempts before the calendar slips"},
		{ID: "PLAN-EXPIRY-ROOT", Title: "A key manager document does not outlive the root that delegates to it.", Source: "TUF 1.0.34, 5.3.10: an expired root ends what it delegates"},
		{ID: "PLAN-FIRMWARE", Title: "PIV tokens have firmware 5.7.0 or later.", Source: "YSA-2024-03 (EUCLEAK); sigstore/root-signing#1406"},
		{ID: "PLAN-FOLLOWS", Title: "A key manager document names the one before it, by version and digest.", Source: "conda-content-trust verify_delegation: an older key_mgr is accepted there"},
		{ID: "PLAN-FORMAT", Title: "The format is that of the trusted root.", Source: "package root, Draft"},
		{ID: "PLAN-KEY-DROPPED", Title: "No key of the trusted root vanishes silently.", Source: "drand: a proposal that leaves nodes out is refused (ErrMissingNodesInProposal)"},
		{ID: "PLAN-KEY-P384", Title: "P-384 is chosen knowingly.", Source: "some clients of TUF know P-256 only; verification is several times slower"},
		{ID: "PLAN-KEY-SHARED", Title: "A key belongs to one chain.", Source: "this project: what one chain signs should mean nothing in another"},
		{ID: "PLAN-KEY-UNNAMED", Title: "Every key of the trusted root has a name in the plan.", Source: ourRule},
		{ID: "PLAN-KEY-UNUSED", Title: "Every key in the plan is in a role, or was in the trusted root.", Source: ourRule},
		{ID: "PLAN-KEY-WEAK", Title: "Keys are sound: RSA of 2048 bits or more, Ed25519 points of full order.", Source: "TUF 1.0.34, 4.2; RFC 8032, 5.1.7"},
		{ID: "PLAN-KEYS-FEWER", Title: "The root role does not lose keys.", Source: "rust-lang RFC 3724: grow the membership"},
		{ID: "PLAN-LEAVING", Title: "What leaves was in the trusted root.", Source: ourRule},
		{ID: "PLAN-MANAGEMENT-KEY", Title: "A management key that is sealed has its envelope.", Source: "ceremony practice: a token whose management key is lost cannot be written to"},
		{ID: "PLAN-MANY-CHANGES", Title: "Not too much changes at once.", Source: "sigstore/root-signing#1440, #1406: never a threshold of keys at once"},
		{ID: "PLAN-MODE", Title: "A rehearsal continues rehearsals, production never does.", Source: "this project, the mark x-rootmoot-rehearsal"},
		{ID: "PLAN-OLD-QUORUM", Title: "Enough keys of the trusted root take part to meet its threshold.", Source: "TUF 1.0.34, 5.3.4 and 6.1"},
		{ID: "PLAN-ORGANISATION", Title: "No organisation can reach or block the threshold alone.", Source: "rust-lang RFC 3724; sigstore/root-signing#120"},
		{ID: "PLAN-ORGANISATION-MAX", Title: "No organisation holds more keys than the plan's policy says.", Source: "the plan's own policy.max_per_organisation"},
		{ID: "PLAN-ORGANISATION-MISSING", Title: "Every keyholder's organisation is named.", Source: ourRule},
		{ID: "PLAN-PURPOSE", Title: "The plan does what its purpose says, and no more.", Source: "letsencrypt/boulder cmd/ceremony: each type has rules of its own"},
		{ID: "PLAN-REENCODE", Title: "Keys are re-encoded knowingly.", Source: "sigstore root v11: an edited key object broke production clients"},
		{ID: "PLAN-ROLE-KEY", Title: "Every role has its keys.", Source: "TUF 1.0.34, 4.3; conda: root and key_mgr"},
		{ID: "PLAN-ROOT-ONLINE", Title: "A root key signs for no role that machines use.", Source: "TUF 1.0.34, 6.1: root keys are kept offline"},
		{ID: "PLAN-SIGNING-TIME", Title: "The signing time lies before the deadline, and after the trusted root's.", Source: "conda: timestamp and OpenPGP headers"},
		{ID: "PLAN-THRESHOLD-LOWERED", Title: "No threshold is lowered.", Source: "rust-lang RFC 3724: do not lower the threshold"},
		{ID: "PLAN-THRESHOLD-ONE", Title: "One key alone cannot make the next root.", Source: "tough: an unstable root is refused; Bottlerocket warns of 1-of-1"},
		{ID: "PLAN-THRESHOLD-REACH", Title: "Every threshold can be reached, the root's also when a token is lost.", Source: "TUF 1.0.34, 4.3; ceremony practice: lost tokens"},
		{ID: "PLAN-TOKEN", Title: "Every keyholder has a token to sign or enrol with.", Source: ourRule},
		{ID: "PLAN-TOKEN-MODE", Title: "Rehearsal tokens rehearse, real tokens do not.", Source: "this project, rehearsal rules"},
		{ID: "PLAN-TOKEN-POLICY", Title: "Tokens ask for PIN and touch every time.", Source: "YubiKey PIV: PIN and touch policy; ceremony practice"},
		{ID: "PLAN-WITNESS", Title: "Where a witness is required, one is named.", Source: "IANA root key ceremonies: internal witness"},
		{ID: "PLAN-WITNESS-INDEPENDENT", Title: "Who witnesses does not sign, lead or belong to the only organisation.", Source: "IANA: nobody plays two parts that check each other"},
	}
}
