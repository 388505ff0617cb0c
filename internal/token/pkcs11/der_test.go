//go:build cgo

package pkcs11

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

func TestDERSignature(t *testing.T) {
	zero, ff := strings.Repeat("00", 32), strings.Repeat("ff", 32)
	low, high := strings.Repeat("00", 31)+"01", "80"+strings.Repeat("00", 31)
	for _, c := range []struct {
		name, raw string
		size      int
		want      string // "" for refused
	}{
		{"leading zeros go", low + low, 32, "3006020101020101"},
		{"a high bit wants a zero before it", high + low, 32, "3026" + "022100" + high + "020101"},
		{"both", low + high, 32, "3026" + "020101" + "022100" + high},
		{"a zero that must stay", "0080" + strings.Repeat("00", 30) + low, 32, "3025" + "022000" + "80" + strings.Repeat("00", 30) + "020101"},
		{"longest of P-256", ff + ff, 32, "3046" + "022100" + ff + "022100" + ff},
		{"longest of P-384", ff + ff + ff, 48, "3066" + "023100" + ff + ff[:32] + "023100" + ff + ff[:32]},
		{"r zero", zero + low, 32, ""},
		{"s zero", low + zero, 32, ""},
		{"empty", "", 32, ""},
		{"a byte too short", low + low[2:], 32, ""},
		{"a byte too long", low + low + "00", 32, ""},
		{"of the other curve", low + low, 48, ""},
		{"DER already", "3006020101020101", 32, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := derSignature(unhex(t, c.raw), c.size)
			if c.want == "" {
				if !errors.Is(err, token.ErrBadAnswer) || got != nil {
					t.Errorf("%x, %v, want ErrBadAnswer", got, err)
				}
				return
			}
			if err != nil || hex.EncodeToString(got) != c.want {
				t.Errorf("%x, %v, want %s", got, err, c.want)
			}
		})
	}
}

// The standard library takes what we make, and makes the same.
func TestDERSignatureLikeTheStandardLibrary(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384()} {
		k := must(ecdsa.GenerateKey(curve, rand.Reader))(t)
		digest := make([]byte, size(curve))
		for range 200 { // about one in 128 has a leading zero in r or s
			r, s, err := ecdsa.Sign(rand.Reader, k, digest)
			check(t, err)
			raw := append(r.FillBytes(make([]byte, size(curve))), s.FillBytes(make([]byte, size(curve)))...)
			der := must(derSignature(raw, size(curve)))(t)
			if !ecdsa.VerifyASN1(&k.PublicKey, digest, der) {
				t.Fatalf("%x does not verify as %x", raw, der)
			}
		}
	}
}
