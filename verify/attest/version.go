package attest

import (
	"cmp"
	"fmt"
)

// A Version is a firmware version: major, minor, patch.
type Version [3]byte

// String is "5.7.4".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// Compare orders versions as [cmp.Compare] does.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v[0], w[0]), cmp.Compare(v[1], w[1]), cmp.Compare(v[2], w[2]))
}
