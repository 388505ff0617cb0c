package attest

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// A Version is a firmware version: major, minor, patch.
type Version [3]byte

// ParseVersion is the inverse of [Version.String].
func ParseVersion(s string) (Version, error) {
	var v Version
	parts := strings.Split(s, ".")
	if len(parts) != len(v) {
		return Version{}, fmt.Errorf("firmware version %q: not three numbers with dots", s)
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil || strconv.FormatUint(n, 10) != p {
			return Version{}, fmt.Errorf("firmware version %q: %q is not a number from 0 to 255", s, p)
		}
		v[i] = byte(n)
	}
	return v, nil
}

// String is "5.7.4".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// Compare orders versions as [cmp.Compare] does.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v[0], w[0]), cmp.Compare(v[1], w[1]), cmp.Compare(v[2], w[2]))
}
