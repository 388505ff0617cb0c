// Package rehearsal makes and drives rehearsal tokens: PIV cards in software,
// each in a file of the rehearsal's folder.
//
// A rehearsal takes the path of a production ceremony: this package speaks
// APDUs to its card through the client that real cards are spoken to with, and
// would notice a card that lies. What it does not take over is secrecy: private
// key, PIN and PUK stand in the file, readable, on purpose. A rehearsal is to be
// stopped, copied, resumed and repeated, and its tokens attest themselves under
// a root that production refuses.
package rehearsal
