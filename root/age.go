package root

import "cmp"

// CompareAge tells which of two documents of one kind is the older one: it is
// negative if a is older than b, zero if neither is, positive if b is.
//
// Versions decide. A key manager of conda may have a timestamp instead of a
// version (conda-content-trust checkformat_delegating_metadata): then times
// decide, to the second, and one without a version is older than any that has one, so that
// leaving the version out leads nowhere back.
func CompareAge(a, b *Body) int {
	if a.Version > 0 || b.Version > 0 {
		return cmp.Compare(a.Version, b.Version)
	}
	return cmp.Compare(a.Timestamp.Time.Unix(), b.Timestamp.Time.Unix())
}
