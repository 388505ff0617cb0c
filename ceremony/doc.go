// Package ceremony is what a sitting is made of, as pure state: facts, the
// contributions and statements in them, and the fold that turns a set of facts
// into where the sitting stands.
//
// # Facts
//
// A sitting is one carrying-out of a plan. What happens in it is recorded as
// facts ([Fact]), each on the medium before the next step begins. A fact is
// written in exactly one way, and its id is the SHA-256 of that, so that a fact
// is the same wherever it turns up.
//
// # The fold
//
// Where the sitting stands is computed from nothing but the plan, the trusted
// root and the set of facts ([Fold]): not from their order, not from a clock,
// not from what a file says it is. Every signature is verified again each
// time. So a sitting that was killed resumes where it was, and two places that
// hold the same facts agree. A fact that does not hold takes nothing away: it
// is listed with the reason ([State.NotTaken]) and counts nothing. Of two that hold
// and of which only one can count, the one with a statement does, and else the
// one with the lower id.
//
// # Contributions and statements
//
// A signature, a refusal or an enrolment is a [Contribution], also when it was
// made in this room: one path, [State.Accept]. It names the chain, the plan,
// the attempt and the candidate that it is for, and fits no other. A key that
// joins counts once its token has stated that it holds it; the frozen plan and
// the candidate are computed from those keys, and never read from anywhere.
// Beside metadata a token signs only [Statement]s, fixed texts that no verifier
// takes for metadata:
//
//	rootmoot statement v1
//	type: contribution
//	chain: <SHA-256 of the first root's canonical signed part>
//	plan: <of the frozen plan's bytes>
//	attempt: <32 random bytes>
//	candidate: <of its canonical signed part>
//	key: <of the key's SubjectPublicKeyInfo>
//	contribution: <of the contribution as it is written>
//	journal: <the head of the signer's own journal>
package ceremony
