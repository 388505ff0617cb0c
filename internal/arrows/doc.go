// Package arrows holds the house to its plan. It has no code to import, only
// tests, and it is the one place where it is written down who may import whom.
//
// The house has floors. Package root describes, verify judges, keymgr and the
// packages of ceremony make, cmd shows; internal is the ground. An import may
// point down, or to a neighbour where the table says so, never up:
//
//	cmd        rootmoot, rootmoot-verify, rootmoot-wasm
//	ceremony   tui  plain  rehearse
//	           sitting  paper
//	           evidence
//	           ceremony
//	           plan  journal                           keymgr
//	verify     verify, and beside it attest, repository, channel
//	root       root, and beside it chain
//	internal   canonical, safefile, words, token, …
//
// Three tables say more than the floors do:
//
//   - house: for every package, also those still to come, all that it may
//     import of this module. A package that is not in it fails the test.
//   - outside: who may import a module of others, or one of the few packages
//     of the standard library that are kept on a leash. A module that is not
//     in it fails the test.
//   - never: what a package must not even link, through whatever it imports.
//
// The reasons are those of a ceremony. Only the engine can reach a token's
// signer, so nothing else imports internal/token; the verifier has to run in a
// browser and be read in an afternoon, so it links neither crypto/x509 nor
// encoding/json; state is a pure function of facts, so that no clock, token or
// terminal is within its reach.
//
// Imports are read from the source files, whatever their build constraints, so
// that an import on another platform counts too. What is linked is asked of
// `go list -deps`.
package arrows
