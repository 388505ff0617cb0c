// Package repodata reads a channel's repodata.json as bytes, and trusts nothing
// in it.
//
// A channel has some hundred thousand package records, and each is signed for
// itself: over one canonical form of the record, which is made from the bytes
// that were received. So there is no tree here. [Read] gets the text, out of
// zstd if need be; [Parse] goes over it once, strictly, and keeps of every
// record and of every entry of `signatures` only where it stands, eight bytes
// each; [Canon] writes the canonical form of one record, straight from its
// text; [Index.ForEach] does so with many at once; [Index.WriteSigned] writes
// the file again with other signatures and every other byte as it was.
//
//	{
//	  "info": {"subdir": "linux-64"},
//	  "packages": {"a-1-0.tar.bz2": {"build": "0", "name": "a", …}},
//	  "packages.conda": {"b-1-0.conda": {…}},
//	  "signatures": {"b-1-0.conda": {"<public key, hex>": {"signature": "<hex>"}}}
//	}
//
// What two readers could understand differently is refused, by the rules of
// package canonical: a member twice at any depth, invalid UTF-8, lone
// surrogates, NaN and Infinity, a byte order mark, data after the value. So is
// what makes a file doubtful as repodata: a member that differs from a known one
// by its case, a file name in both lists of packages, a record that is no
// object. Other members are kept, and named. Whether a signature is good, whose
// key it is, and whether a record fits its file name, is judged elsewhere.
package repodata
