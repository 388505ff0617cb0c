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
//
// # Between places
//
// Beside View and Act, verbs call [Sitting.Ask], which writes the request for a
// keyholder elsewhere, and [Sitting.Merge], which takes what comes back; the
// guide offers the same as acts. [Look] says where the sitting in a directory
// stands, and writes nothing. [Leftover] is what a sitting that was given up
// leaves to the one that takes its place ([Config.After]).
//
// A keyholder's own place is a Sitting too, opened on a request
// ([Config.Request]). Its agenda is shorter, and what it hands over is a
// contribution file ([Sitting.Contribution]). It takes nothing from others, seals
// nothing and makes no root.
//
// Where the sitting is led, the last step writes evidence, full and public, and
// checks it from its bytes as an auditor would. [Evidence] makes the full one of a
// sitting as it stands, finished or not.
package sitting
