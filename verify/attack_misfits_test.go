package verify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// A misfit is a TUF key that counts nothing. Each is tried twice: where it is
// not needed, which is warned of, and where it makes up the number.
type misfit struct {
	name, source string
	key          forge.Key
}

func misfitAttacks() []attack {
	var out []attack
	try := func(rule string, strictly bool, misfits []misfit) {
		for _, m := range misfits {
			out = append(out,
				attack{name: m.name, source: m.source, rule: rule, only: root.TUF, warning: true, strictly: strictly, edit: unneeded(m.key)},
				attack{name: m.name + ", makes up the number", source: m.source, rule: "QUORUM-NEW", only: root.TUF, edit: needed(m.key)},
			)
		}
	}
	try("KEY-FORM", true, labelMisfits())
	try("KEY-FORM", true, ed25519Misfits())
	try("KEY-FORM", true, pointMisfits())
	try("KEY-FORM", true, pemMisfits())
	try("KEY-FORM", true, rsaMisfits())
	try("KEY-WEAK", true, []misfit{
		{"RSA of 1,024 bits", "seen: RSA-1024", forge.RSA(1024, "short", forge.PSS)},
		{"RSA of 2,047 bits", "seen: RSA-1024", forge.RSA(2047, "short", forge.PSS)},
	})
	try("KEY-UNKNOWN", false, unknownKeys())
	return out
}

// Keytype, scheme and key of different kinds.
func labelMisfits() []misfit {
	p, q, r := pointOf("p"), forge.ECDSA(root.P384, "q"), forge.RSA(2048, "r", forge.PSS)
	return []misfit{
		{"a P-384 key labelled nistp256", "seen: P-384 key labelled nistp256", q.With("scheme", "ecdsa-sha2-nistp256")},
		{"a P-256 key labelled nistp384", "", p.With("scheme", "ecdsa-sha2-nistp384")},
		{"keytype nistp256 with scheme nistp384", "", q.With("keytype", "ecdsa-sha2-nistp256")},
		{"an ECDSA key with the scheme of RSA", "seen: ecdsa key with scheme rsassa-pss-sha256", p.With("scheme", "rsassa-pss-sha256")},
		{"an ECDSA key with the scheme of Ed25519", "", p.With("scheme", "ed25519")},
		{"an ECDSA key labelled rsa", "", p.As("rsa", "rsassa-pss-sha256", p.Public.PEM())},
		{"an RSA key labelled ecdsa", "", r.As("ecdsa", "ecdsa-sha2-nistp256", r.Public.PEM())},
		{"an RSA key with the scheme of ECDSA", "", r.With("scheme", "ecdsa-sha2-nistp256")},
		{"an Ed25519 key labelled ecdsa", "", mallory.As("ecdsa", "ecdsa-sha2-nistp256", mallory.ID)},
		{"an Ed25519 key in PEM", "", mallory.As("ed25519", "ed25519", mallory.Public.PEM())},
		{"an Ed25519 key in PEM, labelled ecdsa", "", mallory.As("ecdsa", "ecdsa-sha2-nistp256", mallory.Public.PEM())},
	}
}

func ed25519Misfits() []misfit {
	as := func(public any) forge.Key { return mallory.As("ed25519", "ed25519", public) }
	bare := mallory.TUF().With("keyval", map[string]any{"identity": "me@example.com"})
	return []misfit{
		{"a short key", "go-tuf#739; seen: panic on a short key", as("00ff")},
		{"a key of 31 bytes", "go-tuf#739", as(mallory.ID[2:])},
		{"a key of 33 bytes", "go-tuf#739", as(mallory.ID + "00")},
		{"an empty key", "go-tuf#739", as("")},
		{"a key in upper-case hex", "", as(strings.ToUpper(mallory.ID))},
		{"a key of odd hex", "", as(mallory.ID[1:])},
		{"a key with 0x", "", as("0x" + mallory.ID)},
		{"a key with a space", "", as(mallory.ID + " ")},
		{"a key in base64", "", as(base64.StdEncoding.EncodeToString(mallory.Public.Raw()))},
		{"a key that is null", "CVE-2026-23991", as(nil)},
		{"a key that is a number", "CVE-2026-23991", as(5)},
		{"a key that is a list", "CVE-2026-23991", as([]any{mallory.ID})},
		{"a key of a known type without a public value", "CVE-2026-23991", bare},
	}
}

// Points that are written otherwise, or are no points.
func pointMisfits() []misfit {
	p := pointOf("p")
	point := p.Public.Raw()
	prefix := bytes.TrimSuffix(p.Public.SPKI(), point) // ends with the bit string's length and unused bits
	compressed := append([]byte{2 + point[64]&1}, point[1:33]...)
	hybrid := append([]byte{6 + point[64]&1}, point[1:]...)
	off := bytes.Clone(point)
	off[64] ^= 1
	large := append([]byte{4}, bytes.Repeat([]byte{0xff}, 64)...)
	as := func(point []byte) forge.Key { return p.As("ecdsa", "ecdsa-sha2-nistp256", hex.EncodeToString(point)) }
	der := func(point []byte) forge.Key {
		spki := append(bytes.Clone(prefix), point...)
		spki[1] -= byte(65 - len(point))
		spki[len(prefix)-2] -= byte(65 - len(point))
		return p.As("ecdsa", "ecdsa-sha2-nistp256", forge.PEM("PUBLIC KEY", spki))
	}
	var out []misfit
	for name, bad := range inOrder(map[string][]byte{
		"a compressed point": compressed, "a hybrid point": hybrid, "a point beside the curve": off, "a point with coordinates beyond the field": large,
		"the point at infinity": {0}, "a point of zeros": append([]byte{4}, make([]byte, 64)...), "half a point": point[:33], "a point without its first byte": point[1:],
	}) {
		out = append(out, misfit{name + " in hex", "seen: compressed EC points", as(bad)}, misfit{name + " in PEM", "seen: compressed EC points", der(bad)})
	}
	return append(out, misfit{"no point", "", as(nil)}, misfit{"a point in upper-case hex", "", p.As("ecdsa", "ecdsa-sha2-nistp256", strings.ToUpper(hexOf(p)))})
}

// PEM that two readers could read as two keys, or as none.
func pemMisfits() []misfit {
	p := pointOf("p")
	pem, der := p.Public.PEM(), p.Public.SPKI()
	as := func(pem string) forge.Key { return p.As("ecdsa", "ecdsa-sha2-nistp256", pem) }
	long := append([]byte{0x30, 0x81, der[1]}, der[2:]...)
	unused := bytes.Clone(der)
	unused[len(der)-66] = 1
	return []misfit{
		{"two keys in PEM", "", as(pem + mallory.Public.PEM())},
		{"text before the PEM", "", as("hello\n" + pem)},
		{"text after the PEM", "", as(pem + "hello\n")},
		{"a header in the PEM", "", as(strings.Replace(pem, "KEY-----\n", "KEY-----\nComment: p\n\n", 1))},
		{"a broken PEM before the PEM", "", as("-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n" + pem)},
		{"a certificate's label", "", as(strings.ReplaceAll(pem, "PUBLIC KEY", "CERTIFICATE"))},
		{"an EC key's label", "", as(strings.ReplaceAll(pem, "PUBLIC KEY", "EC PUBLIC KEY"))},
		{"PEM without an end", "", as(strings.Split(pem, "-----END")[0])},
		{"PEM of nothing", "", as(forge.PEM("PUBLIC KEY", nil))},
		{"the DER in base64 only", "", as(base64.StdEncoding.EncodeToString(der))},
		{"bytes after the DER", "", as(forge.PEM("PUBLIC KEY", append(bytes.Clone(der), 0)))},
		{"a DER cut short", "", as(forge.PEM("PUBLIC KEY", der[:len(der)-1]))},
		{"a BER length", "", as(forge.PEM("PUBLIC KEY", long))},
		{"unused bits in the key", "", as(forge.PEM("PUBLIC KEY", unused))},
		{"a curve without a name", "", as(forge.PEM("PUBLIC KEY", bytes.Replace(der, []byte{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}, []byte{0x04, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}, 1)))},
	}
}

func rsaMisfits() []misfit {
	r := forge.RSA(2048, "r", forge.PSS)
	der := r.Public.SPKI()
	noNull := bytes.Replace(der, []byte{0x01, 0x01, 0x05, 0x00}, []byte{0x01, 0x01, 0x04, 0x00}, 1)
	as := func(der []byte) forge.Key { return r.As("rsa", "rsassa-pss-sha256", forge.PEM("PUBLIC KEY", der)) }
	const inner = 24 // the header of a 2,048-bit key, after which PKCS #1 begins
	return []misfit{
		{"RSA with the exponent 1", "", forge.Exponent(1, "r")},
		{"RSA with the exponent 2", "", forge.Exponent(2, "r")},
		{"RSA with an even exponent", "", forge.Exponent(65536, "r")},
		{"RSA with a modulus that is even", "", as(bytes.Replace(der, []byte{0x02, 0x03, 0x01, 0x00, 0x01}, []byte{0x02, 0x03, 0x01, 0x00, 0x00}, 1))},
		{"RSA of 16,384 bits", "CVE-2020-6173", forge.LongRSA(16384)},
		{"RSA as PKCS #1", "", r.As("rsa", "rsassa-pss-sha256", forge.PEM("RSA PUBLIC KEY", der[inner:]))},
		{"RSA with other parameters", "", as(noNull)},
		{"RSA with bytes after the DER", "", as(append(bytes.Clone(der), 0))},
		{"RSA in hex", "", r.As("rsa", "rsassa-pss-sha256", hex.EncodeToString(der))},
	}
}

// Keys that the specification allows, and we do not know: they stay warnings
// under --strict.
func unknownKeys() []misfit {
	p, r := pointOf("p"), forge.RSA(2048, "r", forge.PSS)
	return []misfit{
		{"a key of sigstore-oidc", "good: unknown keytypes that are not used", mallory.As("sigstore-oidc", "Fulcio", "me@example.com")},
		{"RSA with PKCS #1 v1.5", "seen: rsa-pkcs1v15", r.With("scheme", "rsa-pkcs1v15-sha256")},
		{"RSA with PSS and SHA-512", "", r.With("scheme", "rsassa-pss-sha512")},
		{"ECDSA on P-521", "", p.With("scheme", "ecdsa-sha2-nistp521")},
		{"a key of notary", "", p.With("keytype", "ecdsa-x509")},
		{"a keytype in upper case", "", mallory.As("ED25519", "ed25519", mallory.ID)},
		{"a keytype without characters", "", mallory.As("", "", mallory.ID)},
		{"a scheme with a space", "", mallory.As("ed25519", "ed25519 ", mallory.ID)},
		{"a keytype of 100,000 characters", "", mallory.As(strings.Repeat("k", 100_000), "ed25519", mallory.ID)},
	}
}
