package sitting

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"

	"github.com/go-json-experiment/json"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// ErrNotOver is returned for a sitting that has not been handed over.
var ErrNotOver = errors.New("the sitting is not over: there is no manifest of what it hands over")

// signedName is the name of a signed root in a sitting's directory.
var signedName = regexp.MustCompile(`^[1-9][0-9]*\.root\.json$`)

// maxManifest bounds a manifest, in bytes.
const maxManifest = 1 << 16

// ReadSigned reads the signed root that a sitting handed over, by its manifest:
// other bytes than the manifest names are refused. It judges no signature.
func ReadSigned(dir *os.Root) (name string, raw []byte, err error) {
	text, err := safefile.Read(safefile.In(dir), ManifestFile, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, ErrNotOver
	}
	if err != nil {
		return "", nil, err
	}
	var m Manifest
	if err := json.Unmarshal(text, &m, json.RejectUnknownMembers(true)); err != nil {
		return "", nil, fmt.Errorf("%s: %w", ManifestFile, err)
	}
	for _, f := range m.Files {
		if !signedName.MatchString(f.Name) {
			continue
		}
		if raw, err = safefile.Read(safefile.In(dir), f.Name, verify.MaxRoot); err != nil {
			return "", nil, err
		}
		if got := root.DigestOf(raw); got != f.SHA256 {
			return "", nil, fmt.Errorf("%s: SHA-256 is %v, the manifest names %v", f.Name, got, f.SHA256)
		}
		return f.Name, raw, nil
	}
	return "", nil, fmt.Errorf("%s: names no signed root", ManifestFile)
}
