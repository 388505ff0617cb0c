package openpgp_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/openpgp"
	"github.com/rootmoot/rootmoot/internal/openpgp/openpgptest"
)

// TestGnuPG: what GnuPG makes is taken, of a key and of a signing subkey, and
// verifies by the key of its export; what it makes otherwise is refused.
func TestGnuPG(t *testing.T) {
	h := openpgptest.New(t)
	one := h.Key(t, "one")
	primary, sub := h.Subkey(t, "two")
	keys := make(map[string]openpgp.Key)
	for _, fingerprint := range []string{one, primary} {
		export := h.Export(t, fingerprint)
		if !openpgp.IsExport(export) {
			t.Error("an export is not seen as one")
		}
		got, err := openpgp.ParseKeys(export)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range got {
			keys[k.Fingerprint] = k
		}
	}
	if len(keys) != 3 || keys[one].Subkey || keys[primary].Subkey || !keys[sub].Subkey {
		t.Fatalf("%+v", keys)
	}
	data := []byte("{\n  \"é\": 1\n}")
	for _, fingerprint := range []string{one, sub} {
		s, err := openpgp.ParseSignature(h.Sign(t, fingerprint, data))
		if err != nil {
			t.Fatal(err)
		}
		if s.Fingerprint() != fingerprint || !holds(s, data, keys[fingerprint].Ed25519) {
			t.Errorf("%+v does not hold", s)
		}
	}
	for _, c := range []struct {
		what string
		args []string
	}{
		{"is armoured", []string{"--digest-algo", "SHA256", "--detach-sign", "--armor"}},
		{"SHA-512", []string{"--digest-algo", "SHA512", "--detach-sign"}},
		{"a signed message", []string{"--digest-algo", "SHA256", "--sign"}},
		{"is armoured", []string{"--digest-algo", "SHA256", "--clear-sign"}},
		{"over text", []string{"--digest-algo", "SHA256", "--textmode", "--detach-sign"}},
		{"hashed subpacket of type 20", []string{"--digest-algo", "SHA256", "--sig-notation", "a@example.com=b", "--detach-sign"}},
		{"behind the first signature", []string{"--digest-algo", "SHA256", "--local-user", sub + "!", "--detach-sign"}},
	} {
		raw := h.Run(t, data, append([]string{"--local-user", one + "!"}, c.args...)...)
		_, err := openpgp.ParseSignature(raw)
		var f *openpgp.Fault
		if !errors.As(err, &f) || !strings.Contains(f.What, c.what) {
			t.Errorf("gpg %v: %v", c.args, err)
		}
	}
}

// TestShortOfGnuPG: GnuPG strips the leading zeros of R and S, as one signature
// in 128 has them; padded, they verify.
func TestShortOfGnuPG(t *testing.T) {
	h := openpgptest.New(t)
	one := h.Key(t, "one")
	keys, err := openpgp.ParseKeys(h.Export(t, one))
	if err != nil {
		t.Fatal(err)
	}
	const most = 2000 // the chance that none is short: 1 in 6 million
	usual := len(h.Sign(t, one, nil))
	for i := range most {
		data := fmt.Appendf(nil, "message %d", i)
		raw := h.Sign(t, one, data)
		s, err := openpgp.ParseSignature(raw)
		if err != nil || !holds(s, data, ed25519.PublicKey(keys[0].Ed25519)) {
			t.Fatalf("%x: %v", raw, err)
		}
		if s.Sig[0] == 0 || s.Sig[32] == 0 {
			t.Logf("message %d: %d bytes instead of %d, R and S begin with %02x and %02x", i, len(raw), usual, s.Sig[0], s.Sig[32])
			return
		}
	}
	t.Errorf("none of %d signatures is short", most)
}

// TestKeysRefuse: what is no export of public keys.
func TestKeysRefuse(t *testing.T) {
	h := openpgptest.New(t)
	one := h.Key(t, "one")
	export := h.Export(t, one)
	for _, c := range []struct {
		name, what string
		raw        []byte
	}{
		{"nothing", "there is none", nil},
		{"secret", "a secret key stands here", h.Run(t, nil, "--export-secret-keys", one)},
		{"armoured", "is armoured", h.Run(t, nil, "--armor", "--export", one)},
		{"cut", "are there", export[:len(export)-1]},
		{"short", "a key of 1 bytes", old(6, []byte{4})},
		{"many", "more than 64", bytes.Repeat(export, 65)},
		{"large", "bytes or more", make([]byte, openpgp.MaxExport+1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := openpgp.ParseKeys(c.raw)
			var f *openpgp.Fault
			if !errors.As(err, &f) || !strings.Contains(f.What, c.what) || f.Do == "" {
				t.Errorf("%v", err)
			}
		})
	}
	other, err := openpgp.ParseKeys(old(6, append([]byte{4, 0, 0, 0, 1, 1}, make([]byte, 8)...)))
	if err != nil || other[0].Algorithm != "RSA" || other[0].Ed25519 != nil {
		t.Errorf("an RSA key: %+v, %v", other, err)
	}
}

func FuzzKeys(f *testing.F) {
	f.Add(old(6, append([]byte{4, 0x53, 0xf3, 0x5f, 0x0b, 22}, unhexed(f)...)))
	f.Add(fresh(14, []byte{6, 0, 0, 0, 1, 27}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		keys, err := openpgp.ParseKeys(raw)
		for _, k := range keys {
			if err != nil || k.Ed25519 != nil && (len(k.Ed25519) != 32 || len(k.Fingerprint) != 40) {
				t.Errorf("%+v, %v", k, err)
			}
		}
	})
}

// The sample key of draft-koch-eddsa-for-openpgp.
func unhexed(t testing.TB) []byte {
	return unhex(t, "09 2b06010401da470f01 0107 40 3f098994bdd916ed4053197934e4a87c80733a1280d62f8010992e43ee3b2406")
}

func TestSampleKey(t *testing.T) {
	keys, err := openpgp.ParseKeys(old(6, append([]byte{4, 0x53, 0xf3, 0x5f, 0x0b, 22}, unhexed(t)...)))
	if err != nil || keys[0].Fingerprint != "C959BDBAFA32A2F89A153B678CFDE12197965A9A" || keys[0].Algorithm != "Ed25519" {
		t.Errorf("%+v, %v", keys, err)
	}
}
