package sitting

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// ErrNotOver is returned for a sitting that has not been handed over.
var ErrNotOver = errors.New("the sitting is not over: there is no manifest of what it hands over")

// ReadSigned reads the signed document that a sitting handed over, by its manifest:
// other bytes than the manifest names are refused. It judges no signature.
func ReadSigned(dir *os.Root) (name string, raw []byte, err error) {
	text, err := safefile.Read(safefile.In(dir), ManifestFile, evidence.MaxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, ErrNotOver
	}
	if err != nil {
		return "", nil, err
	}
	m, err := evidence.ParseManifest(text)
	if err != nil {
		return "", nil, err
	}
	if m.Signed.IsZero() {
		return "", nil, fmt.Errorf("%s: names no signed root", ManifestFile)
	}
	name = m.FileName()
	if raw, err = safefile.Read(safefile.In(dir), name, verify.MaxRoot); err != nil {
		return "", nil, err
	}
	if got := root.DigestOf(raw); got != m.Signed {
		return "", nil, fmt.Errorf("%s: SHA-256 is %v, the manifest names %v", name, got, m.Signed)
	}
	return name, raw, nil
}
