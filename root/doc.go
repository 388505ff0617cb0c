// Package root describes roots of trust, and makes the next one.
//
// A root is a small signed document that says whose keys speak for a software
// repository: for each role a set of keys and a threshold. There are two
// families of them, and both parse into one [Root]: TUF 1.0 (the TUF
// specification 1.0.34) and conda's content trust (conda-content-trust, whose
// metadata says 0.6.0). conda's [KeyManager] document has the same body.
//
// The package describes and judges nothing: what is unusual about a document
// is listed as [Fault]s, and package verify decides what they mean. Three
// things it does insist on, because everything else stands on them:
//
//   - Signatures are checked over the canonical form of the tree that was
//     received, never over re-marshalled structs.
//   - Keys are counted by key material ([Fingerprint]), whatever they are
//     called: [Role.Tally] is the only counter.
//   - A key's object is kept as it was from root to root, member by member,
//     and unknown members stay, unless [Spec] says otherwise.
//
// The next root begins as a [Candidate], a pure function of the trusted root
// and a [Spec] ([Draft]). [Candidate.Message] is what one key must sign,
// [Message.Finish] the only maker of our signatures, [Candidate.Assemble] the
// signed file; they serve a key manager document as they serve a root.
// [Diff] tells two roots apart by key material.
package root
