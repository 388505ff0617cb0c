package evidence

import "github.com/rootmoot/rootmoot/verify"

// Rule ids of this package.
const (
	ruleArchive      = "EVID-ARCHIVE"
	ruleFiles        = "EVID-FILES"
	ruleManifest     = "EVID-MANIFEST"
	rulePin          = "EVID-PIN"
	ruleChain        = "EVID-CHAIN"
	ruleMode         = "EVID-MODE"
	rulePlan         = "EVID-PLAN"
	ruleCandidate    = "EVID-CANDIDATE"
	ruleJournal      = "EVID-JOURNAL"
	ruleHead         = "EVID-HEAD"
	ruleEquivocation = "EVID-EQUIVOCATION"
	ruleArrived      = "EVID-ARRIVED"
	ruleRecord       = "EVID-RECORD"
	ruleCAs          = "EVID-CAS"
	ruleAttest       = "EVID-ATTEST"
	ruleFact         = "EVID-FACT"
	ruleStatement    = "EVID-STATEMENT"
	ruleQuorum       = "EVID-QUORUM"
	ruleRoot         = "EVID-ROOT"
	ruleSeal         = "EVID-SEAL"
	ruleException    = "EVID-EXCEPTION"
	ruleWord         = "EVID-WORD"
	ruleWitness      = "EVID-WITNESS"
	ruleAbandoned    = "EVID-ABANDONED"
	ruleEnd          = "EVID-END"
	rulePublic       = "EVID-PUBLIC"
)

// Rules are the rules that [Check] applies, in its order.
func Rules() []verify.Rule {
	const own = "this project: a third party re-checks a record from its files alone"
	const ours = "this project: "
	return []verify.Rule{
		{ID: ruleArchive, Title: "The archive is the one archive of its content: plain files of known names, in order, and nothing else.", Source: ours + "two readers must not understand one file in two ways"},
		{ID: ruleFiles, Title: "Every file that belongs there is there, of the size and SHA-256 that the manifest says, and no other.", Source: own},
		{ID: ruleManifest, Title: "The manifest says what the other files come to when they are computed anew.", Source: own},
		{ID: rulePin, Title: "The chain in the evidence leads through the root that the auditor trusts; of a genesis, the first root is that one.", Source: "TUF 1.0.34, 5.2; " + ours + "a pin never comes from what is being checked"},
		{ID: ruleChain, Title: "Each root from the trusted one to the one that the plan continues is accepted by the one before.", Source: "TUF 1.0.34, 5.3; conda-content-trust verify_root"},
		{ID: ruleMode, Title: "A rehearsal's evidence is taken in rehearsals only, and nothing else is taken there.", Source: ours + "words, rehearsal"},
		{ID: rulePlan, Title: "The plan is the one that the sitting was opened for, and the frozen plan follows from it and from the keys that were enrolled.", Source: ours + "principle 1, one plan"},
		{ID: ruleCandidate, Title: "The candidate follows from the trusted root and the frozen plan, to the byte.", Source: ours + "principle 1, the candidate is a pure function"},
		{ID: ruleJournal, Title: "The journal is an unbroken chain of entries, to its end.", Source: "ceremony/journal; " + ours + "principle 6"},
		{ID: ruleHead, Title: "Every head of this journal that somebody has signed is one of it, with an unbroken chain before it.", Source: ours + "principle 9, a hash chain proves nothing against its owner"},
		{ID: ruleEquivocation, Title: "No two journals of one id go different ways.", Source: ours + "principle 6, a journal has one writer"},
		{ID: ruleArrived, Title: "Every file that came from elsewhere, taken or set aside, is there as it was recorded.", Source: own},
		{ID: ruleRecord, Title: "A record that came from elsewhere is of this attempt and plan, ends with the head that its statement signs, and counts no further than it is signed.", Source: ours + "statements"},
		{ID: ruleCAs, Title: "Attestations are judged by the CAs by which the sitting judged them, and these are the maker's.", Source: ours + "whose CAs attest is part of the record"},
		{ID: ruleAttest, Title: "The token of every signature and enrolment that the record holds is attested as the plan wants.", Source: ours + "principle 3, nothing a device says is believed"},
		{ID: ruleFact, Title: "What the record holds counts; what does not is listed with the reason.", Source: ours + "principle 6, the fold believes nothing"},
		{ID: ruleStatement, Title: "Every signature that counts is stated by its key, and every statement holds.", Source: ours + "statements"},
		{ID: ruleQuorum, Title: "Each quorum of the candidate has the signatures of enough distinct keys.", Source: "TUF 1.0.34, 5.3.4 and 6.1; " + ours + "principle 4"},
		{ID: ruleRoot, Title: "The signed document is the one that the signatures make, and a client takes it.", Source: "TUF 1.0.34, 5.3; conda-content-trust verify_delegation; " + ours + "the step Check"},
		{ID: ruleSeal, Title: "Every seal holds, and one at least covers the word, the exceptions and the decisions.", Source: ours + "principle 9, say only what is proven"},
		{ID: ruleException, Title: "No exception is open.", Source: ours + "the step Seal"},
		{ID: ruleWord, Title: "Everybody who gave their word agrees.", Source: ours + "the step Seal"},
		{ID: ruleWitness, Title: "Every signature of a witness holds, by the key that the plan names.", Source: ours + "ceremony/witness"},
		{ID: ruleAbandoned, Title: "Of an abandoned candidate the signatures are good, as many are missing as is said, and it is not complete.", Source: ours + "principle 7, a signature is valid for ever"},
		{ID: ruleEnd, Title: "The sitting has come to its end: signed, sealed, no exception open.", Source: ours + "the step Hand over"},
		{ID: rulePublic, Title: "What public evidence says of people and statements is of the form that it must have, and agrees with the roots.", Source: own},
	}
}
