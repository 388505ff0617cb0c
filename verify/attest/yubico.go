package attest

import (
	_ "embed" // the maker's CAs
	"encoding/hex"
	"fmt"
)

// yubicoDate is when the maker's CAs were taken; yubicoDigest is the SHA-256 of
// the file, so that a change to it is seen in two places.
const (
	yubicoDate   = "2026-07-22"
	yubicoDigest = "ca874590f7be728b17c67c8c1bc5977a3d7887317528c4e089a22004fbcfaa16"
)

//go:embed yubico.pem
var yubicoPEM []byte

// YubicoBundle trusts the roots under which YubiKeys attest PIV keys: all that
// the maker had published when the bundle was made, which its name says,
// without those for preview devices. Its intermediates are of the PIV branch
// only. [ParseBundle] reads another, newer one from a file.
func YubicoBundle() (Bundle, error) {
	return parsePinned("yubico "+yubicoDate, yubicoPEM, yubicoDigest)
}

// Maker reports whether b is the maker's bundle that this program was built with,
// wherever it was read from.
func (b Bundle) Maker() bool { return hex.EncodeToString(b.Digest[:]) == yubicoDigest }

func parsePinned(name string, raw []byte, digest string) (Bundle, error) {
	b, err := ParseBundle(name, raw)
	if err != nil {
		return Bundle{}, err
	}
	if got := hex.EncodeToString(b.Digest[:]); got != digest {
		return Bundle{}, fmt.Errorf("ca bundle %s: SHA-256 %s, want %s: this program was not built from its source", name, got, digest)
	}
	return b, nil
}
