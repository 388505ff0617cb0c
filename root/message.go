package root

import (
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A Message is what one key must sign for a candidate.
type Message struct {
	key    PublicKey
	bytes  []byte
	header Header
}

// Message is what the key with that fingerprint must sign. It must be a key of
// one of the quorums. The header is for the OpenPGP form only: nil for ours
// (the header that [NewHeader] makes for the plan's signing time), or that of
// a signature made elsewhere.
func (c *Candidate) Message(f Fingerprint, h Header) (Message, error) {
	for _, q := range c.Quorums {
		for _, k := range q.Role.Distinct() {
			if k.Public.Fingerprint() != f {
				continue
			}
			return c.message(k.Public, q.Role.form, h)
		}
	}
	return Message{}, fmt.Errorf("key %v: in no quorum of this candidate", f)
}

func (c *Candidate) message(k PublicKey, form Form, h Header) (Message, error) {
	if form != OpenPGP {
		if len(h) > 0 {
			return Message{}, fmt.Errorf("key %s: an OpenPGP header where raw signatures count", k.print.Short())
		}
		return Message{key: k, bytes: c.Body().Signed()}, nil
	}
	if len(h) == 0 {
		ours, err := NewHeader(k, c.SigningTime)
		if err != nil {
			return Message{}, err
		}
		h = ours
	}
	if err := h.check(); err != nil {
		return Message{}, fmt.Errorf("key %s: %w", k.print.Short(), err)
	}
	h = slices.Clone(h)
	return Message{key: k, bytes: openPGPDigest(c.Body().Signed(), h), header: h}, nil
}

// Bytes is the message to give to the signer, which hashes it as its key needs:
// SHA-256 for P-256 and RSA-PSS, SHA-384 for P-384, nothing for Ed25519. The
// caller must not change it.
func (m Message) Bytes() []byte { return m.bytes }

// Finish takes what a signer returned, verifies it in software against the key
// and the exact bytes, and writes it as the format has it (ECDSA as DER, also
// where the signer gave r ‖ s). Nothing a device says is believed.
func (m Message) Finish(sig []byte) (Signature, error) {
	if why := m.key.Weakness(); why != "" {
		return Signature{}, fmt.Errorf("key %s: %s", m.key.print.Short(), why)
	}
	if m.key.verify(m.bytes, sig) != nil {
		der := ecdsaDER(m.key, sig)
		if der == nil || m.key.verify(m.bytes, der) != nil {
			return Signature{}, fmt.Errorf("key %s: %w", m.key.print.Short(), ErrSignature)
		}
		sig = der
	}
	return Signature{Key: m.key.print, Sig: append([]byte(nil), sig...), Header: m.header}, nil
}

// ecdsaDER turns r ‖ s, as PKCS#11 gives it, into DER; nil if it is not that.
func ecdsaDER(k PublicKey, sig []byte) []byte {
	size := map[Algorithm]int{P256: 32, P384: 48}[k.alg]
	if size == 0 || len(sig) != 2*size {
		return nil
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addUnsigned(b, sig[:size])
		addUnsigned(b, sig[size:])
	})
	der, err := b.Bytes()
	if err != nil {
		return nil
	}
	return der
}

// addUnsigned writes a big-endian number as a DER INTEGER.
func addUnsigned(b *cryptobyte.Builder, n []byte) {
	for len(n) > 1 && n[0] == 0 {
		n = n[1:]
	}
	b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) {
		if n[0]&0x80 != 0 {
			b.AddUint8(0)
		}
		b.AddBytes(n)
	})
}
