// Package verify judges what package root describes: is this root, this next
// root, this chain, this key manager document good, from a root that somebody
// already trusts?
//
// It gives several verdicts, not one: every rule has an id ([Rules]), a source
// and a result of its own, so that an expired root with good signatures is
// reported as exactly that. The time is an input ([Options]). Only this package
// mints a [Trusted] root, from a pin or from the root before it.
//
// The package needs no device, no terminal, no operating system beyond what
// fmt links, and no cgo: it is what a browser runs too.
package verify
