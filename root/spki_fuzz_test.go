package root_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"slices"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// spkis are real keys, of every algorithm.
func spkis(t testing.TB) [][]byte {
	var out [][]byte
	seen := make(map[root.Fingerprint]bool)
	add := func(k root.PublicKey) {
		if !k.IsZero() && !seen[k.Fingerprint()] {
			seen[k.Fingerprint()] = true
			out = append(out, k.SPKI())
		}
	}
	for _, name := range []string{"sigstore/1.root.json", "sigstore/15.root.json", "anaconda/1.root.json"} {
		for _, k := range load(t, name).Keys {
			add(k.Public)
		}
	}
	for _, a := range []root.Algorithm{root.P384, root.RSA} {
		add(newSigner(t, a).PublicKey)
	}
	return out
}

// agree checks our reader against crypto/x509: what we take it takes for the
// same key, and what it takes of our kinds, written in the one way of DER, we
// take.
func agree(t testing.TB, der []byte) {
	t.Helper()
	ours, err := root.ParseSPKI(der)
	theirs, theirErr := x509.ParsePKIXPublicKey(der)
	if err != nil {
		if theirErr == nil && ofOurKinds(theirs) && minimal(theirs, der) {
			t.Fatalf("%x: refused (%v), and is a good key", der, err)
		}
		return
	}
	if theirErr != nil {
		t.Fatalf("%x: taken, crypto/x509 says %v", der, theirErr)
	}
	if !minimal(theirs, der) || !bytes.Equal(ours.SPKI(), der) || ours.Fingerprint() != root.Fingerprint(sha256Of(der)) {
		t.Fatalf("%x: not the key that crypto/x509 reads", der)
	}
	if want := algorithmOf(theirs); ours.Algorithm() != want {
		t.Fatalf("%x: algorithm %v, want %v", der, ours.Algorithm(), want)
	}
	again, err := root.ParsePEM(ours.PEM())
	if err != nil || again.Fingerprint() != ours.Fingerprint() {
		t.Fatalf("%x: as PEM it is another key: %v", der, err)
	}
}

func minimal(k any, der []byte) bool {
	again, err := x509.MarshalPKIXPublicKey(k)
	return err == nil && bytes.Equal(again, der)
}

func algorithmOf(k any) root.Algorithm {
	switch k := k.(type) {
	case *ecdsa.PublicKey:
		switch k.Curve.Params().BitSize {
		case 256:
			return root.P256
		case 384:
			return root.P384
		}
	case ed25519.PublicKey:
		return root.Ed25519
	case *rsa.PublicKey:
		return root.RSA
	}
	return root.UnknownAlgorithm
}

// ofOurKinds: an even modulus or exponent is no RSA key, though x509 reads it.
func ofOurKinds(k any) bool {
	if k, ok := k.(*rsa.PublicKey); ok {
		n := k.N.BitLen()
		return n >= 2048 && n <= 8192 && k.N.Bit(0) == 1 && k.E >= 3 && k.E&1 == 1
	}
	return algorithmOf(k) != root.UnknownAlgorithm
}

func FuzzSPKI(f *testing.F) {
	for _, der := range spkis(f) {
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, der []byte) { agree(t, der) })
}

// Every byte of every kind of key, changed, left out and doubled.
func TestMangledSPKI(t *testing.T) {
	for _, der := range spkis(t) {
		agree(t, der)
		if _, err := root.ParseSPKI(der); err != nil {
			t.Errorf("%x: %v", der, err)
		}
		for i := range der {
			for _, change := range []byte{0x01, 0x10, 0x80, 0xff} {
				bad := slices.Clone(der)
				bad[i] ^= change
				agree(t, bad)
			}
			agree(t, der[:i])
			agree(t, slices.Concat(der[:i], der[i+1:]))
			agree(t, slices.Concat(der[:i], der[i:i+1], der[i:]))
		}
		agree(t, append(slices.Clone(der), 0))
	}
}

// A key of ours does not change when the caller's buffer does.
func TestSPKIIsACopy(t *testing.T) {
	for _, der := range spkis(t) {
		buffer := slices.Clone(der)
		k, err := root.ParseSPKI(buffer)
		if err != nil {
			t.Fatal(err)
		}
		clear(buffer)
		if !bytes.Equal(k.SPKI(), der) {
			t.Errorf("%v key changed with the buffer", k.Algorithm())
		}
	}
}

func TestRSASizes(t *testing.T) {
	for bits, weak := range map[int]bool{1024: true, 2047: true, 2048: false, 3072: false} {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		if pub := publicOf(t, k.Public()); (pub.Weakness() != "") != weak {
			t.Errorf("%d bits: %q", bits, pub.Weakness())
		}
	}
	for name, k := range map[string]*rsa.PublicKey{
		"too large":     {N: ofBits(8194), E: 65537},
		"even exponent": {N: ofBits(2048), E: 65536},
		"exponent 1":    {N: ofBits(2048), E: 1},
	} {
		der, err := x509.MarshalPKIXPublicKey(k)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := root.ParseSPKI(der); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// ofBits is an odd number of that length.
func ofBits(n uint) *big.Int {
	return new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), n), big.NewInt(1))
}

func TestParsePEM(t *testing.T) {
	k := newSigner(t, root.P256).PublicKey
	text := k.PEM()
	for _, good := range []string{text, text[:len(text)-1], text + "\n\n", " \r\n" + text} {
		if got, err := root.ParsePEM(good); err != nil || got.Fingerprint() != k.Fingerprint() {
			t.Errorf("%q: %v", good, err)
		}
	}
	other := newSigner(t, root.P256).PEM()
	for name, bad := range map[string]string{
		"empty":        "",
		"text before":  "key:\n" + text,
		"text after":   text + "key",
		"two":          text + other,
		"broken first": "-----BEGIN PUBLIC KEY-----\n!\n" + other,
		"certificate":  string(bytes.ReplaceAll([]byte(text), []byte("PUBLIC KEY"), []byte("CERTIFICATE"))),
		"headers":      string(bytes.Replace([]byte(text), []byte("-----\n"), []byte("-----\nA: b\n\n"), 1)),
		"cut":          text[:len(text)-40],
	} {
		if _, err := root.ParsePEM(bad); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestNewECDSARefuses(t *testing.T) {
	p256, p384 := newSigner(t, root.P256).Raw(), newSigner(t, root.P384).Raw()
	off := slices.Clone(p256)
	off[64] ^= 1
	for name, c := range map[string]struct {
		a     root.Algorithm
		point []byte
	}{
		"other curve": {root.P256, p384}, "other curve too": {root.P384, p256}, "off the curve": {root.P256, off},
		"compressed": {root.P256, append([]byte{2}, p256[1:33]...)}, "infinity": {root.P256, []byte{0}},
		"RSA": {root.RSA, p256}, "no algorithm": {0, p256}, "empty": {root.P256, nil},
	} {
		if k, err := root.NewECDSA(c.a, c.point); err == nil || !k.IsZero() {
			t.Errorf("%s: taken", name)
		}
	}
}
