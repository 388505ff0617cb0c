package attest

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// A Version is a firmware version: major, minor, patch.
type Version [3]byte

// String is "5.7.4".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// VersionOf is a version as a plan writes it. A token says a byte each: what is
// above is the highest, and 256 does not become 0.
func VersionOf(parts [3]int) Version {
	var v Version
	for i, n := range parts {
		v[i] = byte(min(n, 255))
	}
	return v
}

// ParseVersion reads what String writes.
func ParseVersion(s string) (Version, error) {
	var v Version
	parts := strings.Split(s, ".")
	ok := len(parts) == len(v)
	for i := 0; ok && i < len(v); i++ {
		n, err := strconv.ParseUint(parts[i], 10, 8)
		v[i], ok = byte(n), err == nil
	}
	if !ok || v.String() != s {
		return Version{}, fmt.Errorf("firmware %q: want a version like 5.7.0", s)
	}
	return v, nil
}

// Compare orders versions as [cmp.Compare] does.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v[0], w[0]), cmp.Compare(v[1], w[1]), cmp.Compare(v[2], w[2]))
}
