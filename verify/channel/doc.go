// Package channel judges the package records of a channel, and packages
// themselves, by the keys that an accepted key manager names.
//
// Conda's root delegates to a key manager, the key manager to the keys of its
// role pkg_mgr, and those sign each record of a repodata.json for itself. The
// upper half is for [verify.Chain] and [verify.Delegated]; this is the lower one:
//
//	x, err := repodata.Parse(text)             // an index; nothing in it is believed
//	j := channel.NewJudge(manager, "linux-64", channel.Options{})
//	err = j.Each(ctx, x, workers, func(r channel.Result) error { … })
//
// Of each record there is one [Verdict]. What decides it comes in this order,
// and the first that holds is it:
//
//   - no-authority: the chain or the key manager was refused ([NoJudge])
//   - bad: too few good signatures, and one of a listed key is not in the raw
//     form, does not verify, or stands over a record that has no canonical form
//   - below-threshold: some good signatures, too few
//   - unknown: signatures, none of a key that the role lists and that can count
//   - unsigned: none at all
//   - misplaced: enough good signatures, over a record of another package or
//     another place. Also an unsigned record, where those are allowed.
//   - trusted
//
// A signature binds a record, not the name that it is found under. That a record
// is the one of its file follows only from comparing the two, which conda does
// not do: whoever relays a channel could otherwise have an old package installed
// under the name of a new one.
//
// A key counts once, by its material, and one that is weak never; only the exact
// raw form of a signature counts; and nothing is accepted but by
// crypto/ed25519.Verify. What nobody signs cannot be judged here: that a record
// was left out, or that all of repodata is an old one.
//
// [Expected] holds a package's bytes to its record, and [Lock] a lock file's line.
package channel
