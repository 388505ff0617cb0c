package root

import (
	"fmt"
	"math/big"
)

// minRSABits is the TUF specification 1.0.34 (4.2): RSA keys are of 2048 bits
// at least.
const minRSABits = 2048

// Weakness says why signatures of this key prove nothing, or is empty: a point
// of small order (it signs every message, or every few, without a secret), a
// point that is not written canonically (one key under two names), an RSA key
// that is too short.
func (k PublicKey) Weakness() string {
	switch k.alg {
	case UnknownAlgorithm:
		return "no key"
	case Ed25519:
		return weakPoint(k.raw)
	case RSA:
		if n := k.mod.N.BitLen(); n < minRSABits {
			return fmt.Sprintf("RSA of %d bits, at least %d are needed", n, minRSABits)
		}
	}
	return ""
}

// smallOrder are the y coordinates (little-endian, sign bit cleared) of the
// eight points whose order divides 8: they belong to no secret. crypto/ed25519
// takes them (RFC 8032, 5.1.7 does not forbid them).
var smallOrder = [...][32]byte{
	{},  // y = 0, order 4
	{1}, // y = 1, the identity
	minusOne,
	{
		0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
	}, // order 8
	{
		0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
	}, // order 8
}

// minusOne is y = -1 mod p, of order 2: p - 1 with p = 2^255 - 19.
var minusOne = [32]byte{
	0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
}

func weakPoint(raw []byte) string {
	y := [32]byte(raw)
	y[31] &= 0x7f
	if !lessOrEqual(y, minusOne) {
		return "Ed25519 point not written canonically"
	}
	for _, s := range smallOrder {
		if y == s {
			return "Ed25519 point of small order: it signs without a secret"
		}
	}
	return ""
}

// lessOrEqual compares little-endian numbers.
func lessOrEqual(a, b [32]byte) bool {
	for i := 31; i >= 0; i-- {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return true
}

// Sound is Weakness and one question more, asked before a key is enrolled: is
// an Ed25519 key a point of the curve at all? (A key that is none verifies
// nothing anyway, so verifying does not ask.)
func (k PublicKey) Sound() error {
	if why := k.Weakness(); why != "" {
		return fmt.Errorf("key %s: %s", k.print.Short(), why)
	}
	if k.alg == Ed25519 && !onCurve(k.raw) {
		return fmt.Errorf("key %s: not a point of the Ed25519 curve", k.print.Short())
	}
	return nil
}

// onCurve solves x² = (y²-1)/(dy²+1) mod p (RFC 8032, 5.1.3).
func onCurve(raw []byte) bool {
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	d := new(big.Int).Mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), p))
	be := make([]byte, 32)
	for i := range be {
		be[i] = raw[31-i]
	}
	be[0] &= 0x7f
	yy := new(big.Int).SetBytes(be)
	yy.Mul(yy, yy).Mod(yy, p)
	num := new(big.Int).Sub(yy, big.NewInt(1))
	den := new(big.Int).Mul(d, yy)
	den.Add(den, big.NewInt(1)).Mod(den, p)
	xx := num.Mul(num, den.ModInverse(den, p))
	return new(big.Int).ModSqrt(xx.Mod(xx, p), p) != nil
}
