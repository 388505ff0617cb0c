//go:build cgo

package pkcs11

import (
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/rootmoot/rootmoot/internal/token"
)

// derSignature makes DER, SEQUENCE of two minimal INTEGERs, of r and s as
// CKM_ECDSA has them: each of n bytes, big-endian, one after the other.
func derSignature(raw []byte, n int) ([]byte, error) {
	if len(raw) != 2*n {
		return nil, fmt.Errorf("%w: ecdsa signature of %d bytes, want %d", token.ErrBadAnswer, len(raw), 2*n)
	}
	r, s := new(big.Int).SetBytes(raw[:n]), new(big.Int).SetBytes(raw[n:])
	if r.Sign() == 0 || s.Sign() == 0 {
		return nil, fmt.Errorf("%w: ecdsa signature with a zero", token.ErrBadAnswer)
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(r)
		b.AddASN1BigInt(s)
	})
	return b.Bytes()
}
