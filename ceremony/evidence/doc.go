// Package evidence seals what a place holds of a sitting into one archive, and
// checks such an archive from its bytes alone: years later, elsewhere, by somebody
// who trusts nobody in it.
//
// # What it holds
//
// Full evidence is a tar archive (POSIX ustar) of plain files: the plan as it was
// opened and as it was frozen, the chain up to the root that was continued, the
// candidate, the signed document, the journal, and every file that came from
// elsewhere, taken or set aside. The first file, manifest.json, lists the others
// with size and SHA-256 and says what they come to; all that it says is computed
// anew. One content has one archive: files of known names, in order, of nobody
// and of 1970, and nothing between or behind them. [Make] writes it and [Read]
// takes nothing else.
//
// Public evidence ([Redact]) holds the manifest, the chain, the signed document, and
// public.json: statements and seals, which hold digests only, with the keys that
// made them; people under aliases; of names, places and serial numbers those that
// each participant's publish in the plan allows. To the rest it commits: with the
// SHA-256 of a key and the value, the key being HMAC-SHA256 of the field under a
// salt that full evidence alone has. One field can be opened without saying
// anything of another ([Openings], [PublicRecord.Opens]).
//
// # What a check does
//
// [Check] starts from a root that the auditor trusts, verifies the chain from
// there, folds the journal and what came from elsewhere as the sitting did,
// believing nothing, and compares what comes out with every file. A journal's
// chain of hashes proves nothing against its owner. What fixes it are heads that
// somebody signed: in a seal, in a statement about a contribution, as a witness.
// All entries up to the last of them are proven to be those that were there; a
// change is found, and the first bad entry is named as exactly as it can be. If
// the hashes after it were made anew, that is the range between the last head
// that is still there and the first that is not, or, where another place kept a
// copy of this journal ([Options.Beside]), the entry itself.
//
// [Findings] keep apart what is proven (signed, or computed anew) and what is
// claimed: clocks, places, who was there, what was decided, and all that was
// recorded after the last signed head.
package evidence
