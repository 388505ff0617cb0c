package token

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/sigstore/sigstore/pkg/signature"
)

// MaxMessage bounds what SignMessage and VerifySignature read, in bytes: far
// above any root.
const MaxMessage = 1 << 20

// RSA keys have from minRSA to maxRSA bits.
const (
	minRSA = 2048
	maxRSA = 4096
)

// maxSignature bounds a signature; the longest is RSA-4096's.
const maxSignature = 512

// NewSession is the part of a session that is the same for every kind of
// token; sign does the driver's part. pin is taken over.
func NewSession(ctx context.Context, w Want, pin Secret, sign Signer) (Session, error) {
	if w.Serial == "" {
		return nil, errors.New("open token: the wanted serial number is missing")
	}
	pub, err := x509.ParsePKIXPublicKey(w.SPKI)
	if err != nil {
		return nil, fmt.Errorf("open token %s: the wanted key: %w", w.Serial, err)
	}
	hash, err := hashFor(pub)
	if err != nil {
		return nil, fmt.Errorf("open token %s: the wanted key: %w", w.Serial, err)
	}
	verifier, err := loadVerifier(pub, hash)
	if err != nil {
		return nil, fmt.Errorf("open token %s: the wanted key: %w", w.Serial, err)
	}
	return &session{ctx: ctx, want: w, pin: pin, sign: sign, pub: pub, hash: hash, verifier: verifier}, nil
}

// session holds the context of Open: sigstore's interface has no room for one.
type session struct {
	ctx      context.Context
	want     Want
	sign     Signer
	pub      crypto.PublicKey
	hash     crypto.Hash
	verifier signature.Verifier

	mu     sync.Mutex
	pin    Secret
	closed bool
}

// hashFor is the hash with which a key signs; 0 is the message itself.
func hashFor(pub crypto.PublicKey) (crypto.Hash, error) {
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return crypto.SHA256, nil
		case elliptic.P384():
			return crypto.SHA384, nil
		}
		return 0, fmt.Errorf("curve %s: a token's key is P-256 or P-384", k.Params().Name)
	case ed25519.PublicKey:
		return 0, nil
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < minRSA || n > maxRSA {
			return 0, fmt.Errorf("rsa key of %d bits: a token's has %d to %d", n, minRSA, maxRSA)
		}
		return crypto.SHA256, nil
	}
	return 0, fmt.Errorf("key of type %T: tokens sign with ECDSA, Ed25519 or RSA", pub)
}

// loadVerifier is sigstore's verifier, except that RSA means PSS here, as TUF
// has it, with a salt as long as the hash: sigstore would take any salt, and
// means PKCS #1 v1.5 when it is not told.
func loadVerifier(pub crypto.PublicKey, hash crypto.Hash) (signature.Verifier, error) {
	if k, ok := pub.(*rsa.PublicKey); ok {
		return signature.LoadRSAPSSVerifier(k, hash, &rsa.PSSOptions{SaltLength: hash.Size(), Hash: hash})
	}
	return signature.LoadVerifier(pub, hash)
}

// PublicKey is the wanted key, which every signature is checked against.
func (s *session) PublicKey(...signature.PublicKeyOption) (crypto.PublicKey, error) {
	return s.pub, nil
}

// SignMessage signs the message, which is read whole.
func (s *session) SignMessage(message io.Reader, opts ...signature.SignOption) ([]byte, error) {
	ctx := s.ctx
	for _, o := range opts {
		if err := s.checkOption(o); err != nil {
			return nil, fmt.Errorf("sign with token %s: %w", s.want.Serial, err)
		}
		o.ApplyContext(&ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("sign with token %s: %w", s.want.Serial, ErrClosed)
	}
	sig, err := s.signOnce(ctx, message)
	if err != nil {
		return nil, fmt.Errorf("sign with token %s: %w", s.want.Serial, err)
	}
	return sig, nil
}

func (s *session) signOnce(ctx context.Context, message io.Reader) ([]byte, error) {
	msg, err := readMessage(message)
	if err != nil {
		return nil, err
	}
	input := msg
	if s.hash != 0 {
		h := s.hash.New()
		h.Write(msg)
		input = h.Sum(nil)
	}
	sig, err := s.sign(ctx, s.want, s.pin, bytes.Clone(input))
	if err != nil {
		return nil, err
	}
	if len(sig) > maxSignature {
		return nil, fmt.Errorf("%w: signature of %d bytes", ErrBadAnswer, len(sig))
	}
	if err := s.verifier.VerifySignature(bytes.NewReader(sig), bytes.NewReader(msg)); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrBadSignature, err)
	}
	return sig, nil
}

// VerifySignature verifies against the wanted key.
func (s *session) VerifySignature(sig, message io.Reader, opts ...signature.VerifyOption) error {
	for _, o := range opts {
		if err := s.checkOption(o); err != nil {
			return err
		}
	}
	raw, err := io.ReadAll(io.LimitReader(sig, maxSignature+1))
	if err != nil {
		return fmt.Errorf("read signature: %w", err)
	}
	msg, err := readMessage(message)
	if err != nil {
		return err
	}
	return s.verifier.VerifySignature(bytes.NewReader(raw), bytes.NewReader(msg))
}

// checkOption refuses what would change what is signed: principle 2, no blind
// signing.
func (s *session) checkOption(o signature.MessageOption) error {
	var digest []byte
	var opts crypto.SignerOpts
	o.ApplyDigest(&digest)
	o.ApplyCryptoSignerOpts(&opts)
	if digest != nil || opts != nil && opts.HashFunc() != s.hash {
		return ErrBlind
	}
	return nil
}

// Close wipes the PIN.
func (s *session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.pin.Wipe()
	return nil
}

func readMessage(r io.Reader) ([]byte, error) {
	if r == nil {
		return nil, errors.New("message is missing")
	}
	msg, err := io.ReadAll(io.LimitReader(r, MaxMessage+1))
	if err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	if len(msg) > MaxMessage {
		return nil, fmt.Errorf("message has more than %d bytes, which no root has", MaxMessage)
	}
	return msg, nil
}

// Check says whether the token with this serial number and key is the wanted
// one: nil, or a [*MismatchError].
func (w Want) Check(serial string, spki []byte) error {
	if serial != w.Serial {
		return &MismatchError{What: WhatSerial, Want: w.Serial, Got: serial}
	}
	if !bytes.Equal(spki, w.SPKI) {
		return &MismatchError{What: WhatKey, Want: fingerprint(w.SPKI), Got: fingerprint(spki)}
	}
	return nil
}

func fingerprint(spki []byte) string {
	d := sha256.Sum256(spki)
	return hex.EncodeToString(d[:])
}
