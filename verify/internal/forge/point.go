package forge

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"math/big"
)

// Arithmetic on the curve of Ed25519 (RFC 8032, 5.1), for keys that no honest
// program makes: slow, and clear.
var (
	prime = number("57896044618658097711785492504343953926634992332820282019728792003956564819949")
	order = number("7237005577332262213973186563042994240857116359379907606001950938285454250989") // of the base point
	curve = new(big.Int).Mod(new(big.Int).Mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), prime)), prime)
)

func number(digits string) *big.Int {
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		panic(digits)
	}
	return n
}

// Point is a key that is these 32 bytes, whose secret nobody needs to know if
// the point is of small order: "signatures" by the scalar 0 hold for it as
// often as its order divides the challenge. For any other it signs nothing.
func Point(raw []byte) Key { return fromRaw(raw, scalar(new(big.Int), raw)) }

// Points are the encodings, in hex, of the points of small order that
// crypto/ed25519 reads: the eight, and then six that are not written
// canonically (y from p on, or a sign where x is 0).
func Points() []string {
	return []string{
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	}
}

// Negative is the key whose point is the negative of that label's: it differs
// in the sign bit only, and is another key.
func Negative(label string) Key {
	a, raw := secret(label)
	raw[31] ^= 0x80
	return fromRaw(raw, scalar(a.Sub(order, a), raw))
}

// Mixed is the key of that label with a point of order 8 added. It is of no
// small order, needs the label's secret, and signs one nonce in eight.
func Mixed(label string) Key {
	a, raw := secret(label)
	torsion, err := hex.DecodeString(Points()[6])
	if err != nil {
		panic(err)
	}
	raw = add(raw, torsion)
	return fromRaw(raw, scalar(a, raw))
}

// secret is the scalar of a label's key, and its point.
func secret(label string) (a *big.Int, raw []byte) {
	seed := sha256.Sum256([]byte(label))
	h := sha512.Sum512(seed[:])
	h[0] &= 248
	h[31] = h[31]&63 | 64
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	return new(big.Int).Mod(little(h[:32]), order), append([]byte(nil), public...)
}

// scalar signs with a scalar instead of a seed, and tries nonces until
// crypto/ed25519 takes the result; where it never does the signature is of the
// last nonce.
func scalar(a *big.Int, raw []byte) func(msg []byte) []byte {
	return func(msg []byte) (sig []byte) {
		for try := range uint64(96) {
			r, nonce := secret("nonce " + string(binary.BigEndian.AppendUint64(msg[:len(msg):len(msg)], try)))
			h := sha512.New()
			h.Write(nonce)
			h.Write(raw)
			h.Write(msg)
			k := little(h.Sum(nil))
			sig = append(nonce, bytesOf(r.Mod(r.Add(r, k.Mul(k.Mod(k, order), a)), order))...)
			if ed25519.Verify(raw, msg, sig) {
				break
			}
		}
		return sig
	}
}

// PlusOrder is an Ed25519 signature with L added to S: the same equation holds,
// and RFC 8032 (5.1.7) refuses it.
func PlusOrder(sig []byte) []byte {
	s := little(sig[32:])
	return append(append([]byte(nil), sig[:32]...), bytesOf(s.Add(s, order))...)
}

// add is the sum of two points, given and written as RFC 8032 has them.
func add(one, two []byte) []byte {
	x1, y1 := decode(one)
	x2, y2 := decode(two)
	product := mul(mul(curve, mul(x1, x2)), mul(y1, y2))
	x := new(big.Int).Add(mul(x1, y2), mul(x2, y1))
	y := new(big.Int).Add(mul(y1, y2), mul(x1, x2))
	x = over(x, new(big.Int).Add(big.NewInt(1), product))
	y = over(y, new(big.Int).Sub(big.NewInt(1), product))
	out := bytesOf(y)
	out[31] |= byte(x.Bit(0)) << 7
	return out
}

func decode(raw []byte) (x, y *big.Int) {
	plain := append([]byte(nil), raw...)
	plain[31] &= 0x7f
	y = little(plain)
	yy := mul(y, y)
	x = over(new(big.Int).Sub(yy, big.NewInt(1)), new(big.Int).Add(big.NewInt(1), mul(curve, yy)))
	if x.ModSqrt(x, prime) == nil {
		panic("no point of the curve")
	}
	if byte(x.Bit(0)) != raw[31]>>7 {
		x.Sub(prime, x)
	}
	return x, y
}

func mul(a, b *big.Int) *big.Int {
	c := new(big.Int).Mul(a, b)
	return c.Mod(c, prime)
}

func over(a, b *big.Int) *big.Int {
	return mul(a, new(big.Int).ModInverse(new(big.Int).Mod(b, prime), prime))
}

// little reads a little-endian number, bytesOf writes one of 32 bytes.
func little(raw []byte) *big.Int {
	turned := make([]byte, len(raw))
	for i, b := range raw {
		turned[len(raw)-1-i] = b
	}
	return new(big.Int).SetBytes(turned)
}

func bytesOf(n *big.Int) []byte {
	out := n.FillBytes(make([]byte, 32))
	for i := range 16 {
		out[i], out[31-i] = out[31-i], out[i]
	}
	return out
}
