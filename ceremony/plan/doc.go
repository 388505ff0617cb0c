// Package plan reads, judges and completes the plan of a ceremony: the one
// YAML file that everybody reviews beforehand, and the only input of a
// candidate besides the root that is already trusted.
//
// A plan lives twice. As a draft it may lack the keys of keyholders who have
// still to enrol ([Plan.Missing] names them); what [Plan.Enrol] puts in goes
// into the reviewers' own text, comment for comment. Frozen ([Plan.Frozen]),
// every public key stands in the file in full and the file names no other
// file; only then does it have a digest to read back ([Plan.Digest]) and a
// candidate ([Plan.Spec]).
//
// Two things can be wrong with a plan. What makes it meaningless (a keyholder
// without an entry under keys, two names for one key, a date that is none) is
// an error of [Load], with line, column and path. What a reviewer should weigh
// (a threshold of one, an organisation that can block, an expiry too near) is
// a finding of [Lint], with a rule id and a severity.
//
// The package knows no token, no network and no clock: times come from the
// plan or from the caller.
package plan
