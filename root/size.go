package root

import "errors"

// MaxSize is the size of the largest document that is taken, in bytes: what the
// reference clients take (python-tuf ngclient/config.py, go-tuf
// metadata/config). The largest production root known has some 7,000.
const MaxSize = 512_000

// ErrTooLarge is wrapped by the error of whoever reads documents, about one that
// is larger than its caller takes.
var ErrTooLarge = errors.New("larger than is taken")
