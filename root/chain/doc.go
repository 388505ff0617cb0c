// Package chain keeps a chain of roots in a folder, one file a version, as the
// clients of both formats look for it:
//
//	1.root.json  2.root.json  3.root.json  …  root.json
//
// N.root.json holds version N and never changes once it is there: clients walk
// from the version that they trust to the newest, one file at a time (TUF
// 1.0.34, 5.3), and whoever has seen a version must find it again. root.json is
// a copy of the newest one, which some TUF clients and most people look at
// first; conda's clients know no such file, so a conda chain has none.
//
// Only names in canonical decimal count: 01.root.json, 9.root.json.bak and
// 2.Root.json are no part of a chain. A chain may begin above version 1, where
// a mirror keeps no older ones, but it has no holes.
//
// The package judges nothing. Its caller has verified what it appends; what the
// package sees to is that no version is ever overwritten, skipped or taken
// back, and that a writer killed anywhere leaves a chain that clients can walk
// and that the same call completes.
package chain
