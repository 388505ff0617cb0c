// Package verify judges what package root describes: is this root, this next
// root, this chain, this key manager document good, from a root that somebody
// already trusts?
//
// It gives several verdicts, not one: every rule has an id ([Rules]), a source
// and a result of its own, so that an expired root with good signatures is
// reported as exactly that. The time is an input ([Options]). Only this package
// mints a [Trusted] root, from a pin or from the root before it.
//
// Which function to use:
//
//   - to begin, [TrustFile] for a root that comes with a program, [TrustPin] for
//     one that is known by version and digest;
//   - [Chain] follows a [Source] of roots to the newest, as a client does; with
//     a [Memory] in the options it sees a roll-back, too;
//   - [Candidate] judges one file as the next root, as a publisher would, and
//     [Recall] holds it to a memory; [Next] is one step of a chain, without
//     freshness;
//   - [Delegated] judges conda's key manager in a source, and holds it to a
//     memory; [KeyManager] judges one file.
//
// Each returns a [Report]. Errors are those of sources and memories alone, whose
// texts and types are kept (errors.Is, errors.As).
//
// The package needs no device, no terminal, no operating system beyond what
// fmt links, and no cgo: it is what a browser runs too.
package verify
