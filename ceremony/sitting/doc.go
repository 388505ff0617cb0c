// Package sitting is the engine that leads people through a sitting: it holds
// the directory, the journal, the tokens and the clock, and everything that a
// person may do goes through it.
//
// What goes out is a [View]: plain data, the agenda, the meters, the step at
// hand, and the acts that are allowed now with what each asks for. What comes
// in is an [Act]. A front-end draws the one and sends the other; it decides
// nothing. [Sitting.Do] takes an act only if the view offers it, with the
// digest that the screen showed and the words that it asked for.
//
// Only this package reaches a token's signer, and it has it sign two things:
// the candidate that was reviewed, or a statement. Every signature is verified
// in software, then written to the journal and synced, before anything else
// happens. So a sitting can be killed at any time and opened again.
package sitting
