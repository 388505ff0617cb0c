// Package ceremony is what a sitting is made of, as pure state: facts, the
// contributions and statements in them, and the fold that turns a set of facts
// into where the sitting stands.
//
// A sitting is one carrying-out of a plan. What happens in it is recorded as
// facts ([Fact]), each on the medium before the next step begins. Where the
// sitting stands is computed from nothing but the plan, the trusted root and
// the set of facts ([Fold]): not from their order, not from a clock, not from
// what a file says it is. Every signature is verified again each time. So a
// sitting that was killed resumes where it was, and two places that hold the
// same facts agree.
//
// A signature, a refusal or an enrolment is a [Contribution], also when it was
// made in this room: one path, [State.Accept]. Beside metadata a token signs
// only [Statement]s, fixed texts that no verifier takes for metadata.
package ceremony
