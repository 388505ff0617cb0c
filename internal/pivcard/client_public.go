package pivcard

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
)

// Parts of an RSA public key.
const (
	tagModulus  = 0x81
	tagExponent = 0x82
)

// AlgorithmOf is the PIV algorithm of a public key, 0 if PIV has none for it.
func AlgorithmOf(pub crypto.PublicKey) Algorithm {
	switch k := pub.(type) {
	case *ecdh.PublicKey:
		return X25519
	case *rsa.PublicKey:
		return map[int]Algorithm{1024: RSA1024, 2048: RSA2048, 3072: RSA3072, 4096: RSA4096}[k.N.BitLen()]
	}
	return algorithmOf(pub)
}

// parsePublicKey reads 86 { point }, or 81 { modulus } 82 { exponent }. A point
// off its curve is refused. An algorithm that is not known gives nil.
func parsePublicKey(a Algorithm, b []byte) (crypto.PublicKey, error) {
	switch a {
	case RSA1024, RSA2048, RSA3072, RSA4096:
		return parseRSA(a, b)
	case P256, P384, Ed25519, X25519:
	default:
		return nil, nil
	}
	p, err := readOne(b, tagECPoint)
	switch {
	case err != nil:
		return nil, err
	case a == P256:
		return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), p)
	case a == P384:
		return ecdsa.ParseUncompressedPublicKey(elliptic.P384(), p)
	case a == X25519:
		return ecdh.X25519().NewPublicKey(p)
	case len(p) != ed25519.PublicKeySize:
		return nil, fmt.Errorf("ed25519 key of %d bytes", len(p))
	}
	return ed25519.PublicKey(p), nil
}

func parseRSA(a Algorithm, b []byte) (*rsa.PublicKey, error) {
	parts, err := readTLVs(b)
	if err != nil {
		return nil, err
	}
	n, _ := find(parts, tagModulus)
	e, _ := find(parts, tagExponent)
	if len(e) == 0 || len(e) > 4 {
		return nil, errors.New("rsa key without a usable exponent")
	}
	pub := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if AlgorithmOf(pub) != a {
		return nil, fmt.Errorf("modulus of %d bits is not %s", pub.N.BitLen(), a)
	}
	return pub, nil
}
