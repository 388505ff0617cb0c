package forge

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"

	"github.com/rootmoot/rootmoot/root"
)

// PSS is how RSA keys sign where nothing else is asked for: rsassa-pss-sha256,
// salt as long as the hash.
var PSS = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}

// RSA is the key of that label, with a modulus of so many bits and the exponent
// 65537, for TUF. It signs by the options, which are [PSS], others, or a hash
// for PKCS #1 v1.5.
func RSA(bits int, label string, how crypto.SignerOpts) Key {
	return fromRSA(modulus(bits, label), func(k *rsa.PrivateKey, msg []byte) ([]byte, error) {
		h := how.HashFunc().New()
		h.Write(msg)
		return k.Sign(rand.Reader, h.Sum(nil), how)
	})
}

// Exponent is an RSA key of 2048 bits with the exponent 1, under which the
// padded message is its own signature, or with another for which there is no
// secret.
func Exponent(e int, label string) Key {
	real := modulus(2048, label)
	k := fromRSA(real, func(k *rsa.PrivateKey, msg []byte) ([]byte, error) {
		h := sha256.Sum256(msg)
		sig, err := k.Sign(rand.Reader, h[:], PSS)
		padded := new(big.Int).SetBytes(sig)
		return padded.Exp(padded, big.NewInt(int64(k.E)), k.N).FillBytes(sig), err
	})
	return k.As("rsa", "rsassa-pss-sha256", PEM("PUBLIC KEY", pkix(&rsa.PublicKey{N: real.N, E: e})))
}

// Disguised is the RSA key of that label with another exponent, whose secret
// follows from the same primes.
func Disguised(e int, label string) Key {
	real, one := modulus(2048, label), big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(real.Primes[0], one), new(big.Int).Sub(real.Primes[1], one))
	d := new(big.Int).ModInverse(big.NewInt(int64(e)), phi)
	if d == nil {
		panic("the exponent shares a factor with the primes less one")
	}
	twin := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: real.N, E: e}, D: d, Primes: real.Primes}
	twin.Precompute()
	return fromRSA(twin, func(k *rsa.PrivateKey, msg []byte) ([]byte, error) {
		h := sha256.Sum256(msg)
		return k.Sign(rand.Reader, h[:], PSS)
	})
}

// LongRSA is an RSA key with a modulus that only looks like one.
func LongRSA(bits int) Key {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	return Exponent(3, "long").As("rsa", "rsassa-pss-sha256", PEM("PUBLIC KEY", pkix(&rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537})))
}

func fromRSA(k *rsa.PrivateKey, sign func(k *rsa.PrivateKey, msg []byte) ([]byte, error)) Key {
	der := pkix(&k.PublicKey)
	public, err := root.ParseSPKI(der)
	if err != nil {
		panic(err)
	}
	return Key{Public: public, sign: func(msg []byte) []byte {
		sig, err := sign(k, msg)
		if err != nil {
			panic(err)
		}
		return sig
	}}.As("rsa", "rsassa-pss-sha256", PEM("PUBLIC KEY", der))
}

// PEM is a PEM block.
func PEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkix(k *rsa.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(k)
	if err != nil {
		panic(err)
	}
	return der
}

// A search is where the primes of a key were found: in which try, and how many
// steps of two behind the number that the label makes.
type search struct{ try, p, q int64 }

// searched are those of the keys that tests ask for often: looking for them
// takes half a second. Any other search begins at the beginning.
func searched(bits int, label string) search {
	switch fmt.Sprint(bits, label) {
	case "2048r":
		return search{0, 761, 299}
	case "2047short":
		return search{0, 357, 750}
	}
	return search{}
}

// modulus is the same key for the same label in every run, which crypto/rsa
// does not promise.
func modulus(bits int, label string) *rsa.PrivateKey {
	e, one := big.NewInt(65537), big.NewInt(1)
	for at := searched(bits, label); ; at = (search{try: at.try + 1}) {
		p := primeOf(bits/2, fmt.Sprint(label, at.try, "p"), at.p)
		q := primeOf(bits-bits/2, fmt.Sprint(label, at.try, "q"), at.q)
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if n.BitLen() != bits || d == nil {
			continue
		}
		k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: int(e.Int64())}, D: d, Primes: []*big.Int{p, q}}
		k.Precompute()
		return k
	}
}

// primeOf is the first prime, so many steps of two or more behind a number that
// the label makes.
func primeOf(bits int, label string, steps int64) *big.Int {
	var raw []byte
	for i := 0; len(raw)*8 < bits; i++ {
		block := sha256.Sum256(fmt.Append(nil, label, i))
		raw = append(raw, block[:]...)
	}
	n := new(big.Int).SetBytes(raw[:(bits+7)/8])
	n.Rsh(n, uint((8-bits%8)%8))
	n.SetBit(n, bits-1, 1).SetBit(n, bits-2, 1).SetBit(n, 0, 1)
	n.Add(n, big.NewInt(2*steps))
	for two := big.NewInt(2); !n.ProbablyPrime(1); {
		n.Add(n, two)
	}
	return n
}
