// Package journal keeps what one place has recorded of a ceremony, in a file
// that only ever grows.
//
// Every place that takes part in a sitting has one journal and one writer. Each
// fact is on the medium before the step that made it goes on, so that after a
// crash or a power cut the sitting resumes where it was. Facts of other places
// come as copies of their journals, which are read and never written.
//
// # Format
//
// UTF-8 text, one line an entry, each line ended by a line feed. The first line
// is the header, with the place's name and 16 random bytes in hex:
//
//	{"rootmoot":"journal/v1","place":"amsterdam","id":"00112233445566778899aabbccddeeff"}
//
// Every other line is an entry, with its members in this order and without
// space between them:
//
//	{"n":1,"prev":"…","at":"2026-12-01T12:00:00Z","fact":{"any":"object"}}
//
// n counts from 1. prev is the SHA-256, in hex, of the bytes of the line before
// without its line feed; the header is the line before entry 1. at is the
// place's own clock, in UTC and whole seconds. fact is a compact JSON object
// without duplicate members; what it means is not this package's business.
// There is exactly one way to write an entry: a line that says the same in
// other bytes is refused.
//
// The head of a journal is the SHA-256 of its last line without the line feed.
// Whoever signs a head fixes every line up to it. The chain alone proves
// nothing against the journal's owner, who can write all of it anew.
//
// # Damage
//
// A power cut while an entry is being written can leave a last line without its
// line feed, or one in which some blocks never reached the medium: they hold
// zeros then, or, as on FAT, whatever lay there before, with line feeds perhaps.
// Nothing of it was ever reported as written; but an end with a line feed may be
// an entry that was, changed since, which [Repair] tells. [Open] takes an end in
// which there is no entry, not longer than one, for such a torn line: it moves
// its bytes to a file of their own beside the journal, cuts them off and says
// so, and nothing is thrown away. Any other damage is refused with a
// [*DamageError] that names the first bad entry: guessing what a changed journal
// once said is not for a program.
package journal
