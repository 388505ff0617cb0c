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
// Where the sitting stands is computed from its grounds, the plan, the trusted
// root and the CAs that attest tokens, and from facts ([Fold]): not from a
// clock, not from what a file says it is. Every signature is verified again each
// time. So a sitting that was killed resumes where it was. A fact that does not
// hold takes nothing away: it is listed with the reason ([State.NotTaken]) and
// counts nothing. Of two that hold and of which only one can count, the one with
// a statement does, and else the one with the lower id.
//
// The keys that joined, the candidate, signatures, refusals and quorums follow
// from the set of all facts, in whatever order and from whichever place they
// came: two places that hold the same facts, on the same grounds, agree on them.
// What was confirmed, the room, who was there, breaks and an end without a root
// are each place's own, and follow from the facts of its own journal. Whether a
// seal covers a fact, and whether a head that a witness signed is one of this
// journal, depends on its order ([Order]).
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
//
// # Between places
//
// Places share nothing but files. A [Request] goes out ([State.Ask]) with all
// that a keyholder's machine needs to build the candidate by itself, from a pin
// of its own; what the request says is compared with that ([Request.Agrees]). A
// [Delivery] comes back: the contribution, its statement, and the [Record] of its
// place up to the head that the statement signs. [State.Receive] judges it, and
// [State.ReceiveJournal] the journal of another place that leads: whole or not
// at all. What proves itself by a signature is then recorded here as well; the
// file is kept, and its digest is a fact ([Arrived]).
//
// [Gathered] is all that one place holds: the facts of its own journal in their
// order, and those in the files that arrived. It is what a place, and whoever
// checks its evidence, folds.
package ceremony
