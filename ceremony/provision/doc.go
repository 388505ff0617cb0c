// Package provision is the engine that makes a token ready for its keyholder: it
// is emptied, gets a PIN, a PUK and a management key of its own, makes a key
// that never leaves it, proves that, and is read back.
//
// It is a [sitting.Engine]: what goes out is a view, what comes in is an act,
// and whatever shows a sitting shows this too. Nothing is written before the
// serial number was typed as it is printed on the case, and nothing is
// destroyed before a phrase with it was typed.
//
// There is no journal. Which step comes next is computed from what the token
// says ([token.Info]) and from what was answered in this run. So a token may be
// pulled at any moment: when it is back, here or in another run, it is told how
// far it came, and the work goes on there. What a run has to know and a token
// does not tell is asked again: the PIN, and a management key that was sealed.
//
// The order is that of practice: tries before PIN and PUK, since setting them
// resets both; the management key before the key, so that nobody else can write
// from then on; the attestation judged before its certificate is stored.
package provision
