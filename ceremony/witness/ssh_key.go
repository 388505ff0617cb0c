package witness

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/rootmoot/rootmoot/root"
)

// The application of a key that ssh-keygen has a security key make: "ssh:" and
// what its owner adds. Keys for web sites have others.
const (
	applicationStart = "ssh:"
	maxApplication   = 256
)

// parseSSHKey reads the base64 part of an OpenSSH public key of that type:
//
//	ssh-ed25519            string type, string key of 32 bytes        RFC 8709, 4
//	ecdsa-sha2-nistp256    string type, string "nistp256", string point  RFC 5656, 3.1
//	sk-…                   the same, and string application           OpenSSH, PROTOCOL.u2f
func parseSSHKey(want kind, text string) (Key, error) {
	blob, ok := decode64(text)
	in := cryptobyte.String(blob)
	if !ok || !skipString(&in, string(want)) {
		return Key{}, errNoKey
	}
	k := Key{kind: want, blob: blob}
	var key, application cryptobyte.String
	onCurve := want == sshECDSA || want == skECDSA
	if onCurve && !skipString(&in, "nistp256") || !readString(&in, &key) ||
		k.onSecurityKey() && !readString(&in, &application) || !in.Empty() {
		return Key{}, fmt.Errorf("not a key of type %s, though it says so", want)
	}
	if k.onSecurityKey() && (len(application) > maxApplication || !strings.HasPrefix(string(application), applicationStart)) {
		return Key{}, fmt.Errorf("made for %q: want a security key's key that ssh-keygen has made, for %q", clip(application), applicationStart)
	}
	k.application = string(application)
	var err error
	if onCurve {
		k.public, err = root.NewECDSA(root.P256, key)
	} else {
		k.public, err = root.NewEd25519(key)
	}
	return k, err
}

func (k Key) onSecurityKey() bool { return k.kind == skEd25519 || k.kind == skECDSA }

// readString reads what SSH calls a string: its length in four bytes, and it
// (RFC 4251, 5).
func readString(in, out *cryptobyte.String) bool {
	var n uint32
	return in.ReadUint32(&n) && in.ReadBytes((*[]byte)(out), int(n)) // negative, where int has 32 bits, is refused
}

// skipString reads a string that must be that one.
func skipString(in *cryptobyte.String, want string) bool {
	var have cryptobyte.String
	return readString(in, &have) && string(have) == want
}

func addString(b *cryptobyte.Builder, s []byte) {
	b.AddUint32LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(s) })
}
