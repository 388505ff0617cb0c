// Package ledger is what a keyholder's machine remembers of what the keys used
// at it have signed, or were about to sign.
//
// A signature, once made, is valid for ever. A key that has signed two roots of
// one version of one chain has made two successors possible, and neither the
// plan at hand nor the journal of one sitting can know of the other. So each
// machine keeps a ledger, beyond all sittings and plans: which key signed which
// digest as which version of which chain. It is asked, and added to, before the
// token is; a second digest for a version wants an exception, which the ledger
// keeps too ([Ledger.Add]).
//
// That something was added does not say that it was signed: the PIN may have
// been wrong, or the power gone. It says that the token was asked, or could have
// been. And a ledger knows of one machine: what the same key signed at another
// stands in that one's.
//
// # Format
//
// A ledger is a journal (package journal: hash-chained lines, each synced before
// it counts) called ledger, in a folder of its user's; its place is "rootmoot
// ledger", which no place of a sitting can be called. Every fact is one entry:
//
//	{"key":"…","chain":"…","version":4,"digest":"…","exception":"…"}
//
// key is the SHA-256 of the key's SubjectPublicKeyInfo, chain the digest of the
// chain's first root, left out for a genesis, and digest that of the canonical
// signed part, all in hex. exception is why a second digest was signed for; it is
// left out where there was none before. A genesis has no chain yet, so that all
// geneses which a key signs are versions of one: a key belongs to one chain.
//
// # Several processes, crashes, damage
//
// The file is locked only while it is read or added to, and read anew each
// time, so that several sittings on one machine can share it. A last line that a
// crash cut short is moved aside, which is said once ([TornError]). Any other
// damage stays an error until somebody mends it: an empty ledger in the place of
// a damaged one would say that nothing was ever signed.
package ledger
