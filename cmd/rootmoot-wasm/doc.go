// Rootmoot-wasm is the verifier for a browser: package verify and nothing else.
// Built with GOOS=js GOARCH=wasm it defines one function,
//
//	rootmootVerifyChain(trust, roots, at, rehearsal) → string or Error
//
// trust is the text of the root that the page's reader trusts; roots an array
// of the texts of the roots after it, in order; at a time as RFC 3339; rehearsal
// true for the roots of a rehearsal. It returns the report as JSON
// (docs/report.schema.json), or an Error object where the arguments are of the
// wrong kind.
//
// On other platforms it only says so.
package main
