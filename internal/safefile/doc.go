// Package safefile writes files that appear whole, and reads files that may be
// hostile.
//
// A ceremony must survive a power cut, a full disk and a stick pulled too
// early, and a file that was signed over must never be overwritten. Writing to
// the final name cannot promise that: a crash leaves half a file there. So a
// new file takes these steps, and a crash between any two of them leaves the
// final name absent, or old and whole, or new and whole:
//
//  1. create: a temporary file in the same folder, under a name nobody guesses
//  2. write, sync, close: its bytes are on the medium
//  3. place: it gets its final name, which fails if that name is taken
//  4. tidy: the temporary name goes away
//  5. sync folder: the name is on the medium too
//  6. read back: what stands under the name is compared with what was meant
//
// Placing is a hard link where the file system has them. FAT, the file system
// of most USB sticks, has none; there it is a rename that refuses to replace
// (renameat2 with RENAME_NOREPLACE on Linux, renameatx_np with RENAME_EXCL on
// macOS). Where the system has neither, the name is first taken by an empty
// file, created exclusively, over which the finished file is renamed; then a
// crash between the two leaves an empty file, which later writes refuse and
// name, rather than ever half a file.
//
// [Create] makes a file that never changes: writing the same bytes again is
// success, other bytes are an [*ExistsError]. [Replace] swaps a file for a new
// one. [Begin] does the same for a file that is too large to be held. [Read]
// takes regular files only, up to a stated size.
//
// All names are single names within one folder, a [Dir], so that no name out of
// a file can lead elsewhere. Reading back proves that names and bytes are right
// as the system sees them; whether the medium keeps them is what a second copy
// is for.
package safefile
