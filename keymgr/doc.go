// Package keymgr signs a channel's packages: each record of its repodata, by a key
// that the key manager of a verified chain lists under pkg_mgr.
//
// A [Signer] signs the canonical form of records, which it makes itself from the
// bytes of a file, and nothing else: it has no function that takes a message. To
// have one takes
//
//   - an [Authority]: the newest root of a verified chain, and the key manager under
//     it, verified once more here;
//   - a [Permit] of it for the key: no root and no key manager has it in a role that
//     signs documents, and the key manager lists it, or it is signed ahead of a
//     rotation, which its user has to say;
//   - the [Key] itself: [InMemory], of which the same message has the same signature
//     always, or [OnDevice], whose every signature is verified before it is taken.
//
// [Signer.Sign] makes a signed file of an index, and [Signer.File] of a file, in
// its place. What the key has signed already stays as it is, so that a run over a
// channel with some new packages is for those; all other bytes stay too.
package keymgr
