package verify

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// MaxRoot is the size of the largest root or key manager that is taken, in
// bytes.
const MaxRoot = root.MaxSize

// MaxRotations is how many roots one [Chain] follows. The reference clients
// stop at 256 (python-tuf, go-tuf) or 1,024 (tough); as each root must be
// signed by a quorum of the one before, no host can lengthen a chain alone, and
// a longer limit costs nothing but time.
const MaxRotations = 1 << 14

// Options say how to judge.
type Options struct {
	// At is the time at which freshness is judged. It must be given: a run
	// has one time, fixed when it begins (TUF 1.0.34, 5.1).
	At time.Time
	// Strict accepts what the format's specification allows and no more.
	// Without it, what production roots are known to do is a warning.
	Strict bool
	// Rehearsal accepts what a rehearsal made, and nothing else.
	Rehearsal bool
	// Seen is what was accepted before, for [Chain] and [Delegated]; for other
	// functions there is [Recall]. If it is nil a roll-back cannot be seen, and
	// the report says so.
	Seen Memory
}

// A Pin is a root that somebody already trusts, by version and digest. It
// never comes from the host that is being checked.
type Pin struct {
	Version int64       // at least 1
	Digest  root.Digest // of the canonical signed part
}

// ParsePin reads what String writes, and nothing else.
func ParsePin(s string) (Pin, error) {
	version, digest, found := strings.Cut(s, ":")
	if !found {
		return Pin{}, fmt.Errorf("pin: want VERSION:DIGEST, like 1: and 64 hex characters")
	}
	n, err := strconv.ParseInt(version, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != version {
		return Pin{}, fmt.Errorf("pin: the version must be a whole number from 1 on, written plainly")
	}
	d, err := root.ParseDigest(digest)
	if err != nil {
		return Pin{}, fmt.Errorf("pin: %w", err)
	}
	return Pin{Version: n, Digest: d}, nil
}

// String is version, colon, digest in lower-case hex.
func (p Pin) String() string { return fmt.Sprintf("%d:%v", p.Version, p.Digest) }
