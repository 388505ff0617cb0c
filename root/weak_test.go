package root_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// The points whose order divides 8, written canonically. The curve's cofactor
// is 8 (RFC 8032, 5.1), so that there are eight of them and no more.
var smallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000", // order 1
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
	"0000000000000000000000000000000000000000000000000000000000000000", // order 4
	"0000000000000000000000000000000000000000000000000000000000000080",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}

// forgeries counts the messages that a signature made of nothing (R the
// identity, S zero) is good for: those whose challenge the key's order
// divides, so one in eight at least for a key of the list.
func forgeries(key []byte) int {
	nothing := make([]byte, ed25519.SignatureSize)
	nothing[0] = 1
	n := 0
	for m := range 256 {
		if ed25519.Verify(key, []byte{byte(m)}, nothing) {
			n++
		}
	}
	return n
}

// That the list is right is shown by crypto/ed25519, which takes these keys:
// each of them signs without a secret. That it is complete, by its length.
func TestSmallOrderKeysSignWithoutASecret(t *testing.T) {
	distinct := make(map[string]bool)
	for _, h := range smallOrder {
		key := unhex(t, h)
		distinct[h] = true
		if n := forgeries(key); n < 8 {
			t.Errorf("%s: only %d of 256 messages are forged: not of small order?", h, n)
		}
		if ed25519Hex(t, h).Weakness() == "" {
			t.Errorf("%s is taken", h)
		}
	}
	if len(distinct) != 8 {
		t.Errorf("%d points, want the eight", len(distinct))
	}
	if n := forgeries(newSigner(t, root.Ed25519).Raw()); n != 0 {
		t.Errorf("a real key is forged %d times: the proof is hollow", n)
	}
}

// The 19 values from p up to 2^255 are second names of points, with either
// sign; and so is a sign where x is zero.
func TestPointsNotWrittenCanonically(t *testing.T) {
	for low := 0xed; low <= 0xff; low++ {
		for _, high := range []byte{0x7f, 0xff} {
			key := unhex(t, "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00")
			key[0], key[31] = byte(low), high
			if k := ed25519Hex(t, hex.EncodeToString(key)); k.Weakness() == "" || k.Sound() == nil {
				t.Errorf("%x is taken", key)
			}
		}
	}
	for _, h := range []string{
		"0100000000000000000000000000000000000000000000000000000000000080",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	} {
		if forgeries(unhex(t, h)) == 0 || ed25519Hex(t, h).Weakness() == "" {
			t.Errorf("%s is taken", h)
		}
	}
}

// Whether an Ed25519 key is a point at all: those that crypto/ed25519 makes
// are, and of all strings about half.
func TestSound(t *testing.T) {
	for range 50 {
		if err := newSigner(t, root.Ed25519).Sound(); err != nil {
			t.Error(err)
		}
	}
	points := 0
	for i := range 256 {
		key := make([]byte, 32)
		key[0], key[1] = byte(i), 7
		if ed25519Hex(t, hex.EncodeToString(key)).Sound() == nil {
			points++
		}
	}
	if points < 64 || points > 192 {
		t.Errorf("%d of 256 strings are points of the curve, want about half", points)
	}
}
