// Package canonical reads JSON strictly into a tree and writes the two
// canonical forms that are signed in this field.
//
// A signature covers bytes. What is on disk is JSON text in any layout; what
// was signed is one canonical form of it. So the tree must keep everything that
// the text said, exactly: numbers stay the text they were, members are neither
// merged nor dropped, and strings are decoded once and never repaired.
//
//   - [AppendTUF] writes the canonical JSON of the TUF specification (OLPC):
//     members sorted by code point, no white space, only `\` and `"` escaped,
//     integers only.
//   - [AppendConda] writes what Python's json.dumps(indent=2, sort_keys=True)
//     writes, which is what conda's content trust signs. It is also valid JSON
//     for any tree, so it is the layout of the files that this project writes.
//
// What two readers could understand differently is refused by [Parse], also
// where a reference implementation accepts it: duplicate members, invalid
// UTF-8, lone surrogates, NaN and Infinity, a byte order mark, data after the
// value.
package canonical
