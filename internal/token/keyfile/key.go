package keyfile

import (
	"context"
	"crypto/ed25519"
	"sync"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A Key is the key of a file that was opened once, to sign very many times: its
// secret is in memory until it is closed. What signs once goes through a
// [token.Session].
type Key struct {
	public ed25519.PublicKey

	mu      sync.RWMutex
	private ed25519.PrivateKey // nil once it is closed
}

// Unlock opens the wanted key with its password, which stays the caller's.
func (t *Token) Unlock(ctx context.Context, w token.Want, password token.Secret) (*Key, error) {
	private, err := t.unlock(ctx, w, password)
	if err != nil {
		return nil, err
	}
	return &Key{public: private.Public().(ed25519.PublicKey), private: private}, nil
}

// Public is the public key.
func (k *Key) Public() [ed25519.PublicKeySize]byte { return [ed25519.PublicKeySize]byte(k.public) }

// Sign signs a message: always the same signature for the same message (RFC 8032,
// 5.1.6). It may be called from several goroutines.
func (k *Key) Sign(message []byte) (sig [ed25519.SignatureSize]byte, err error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.private == nil {
		return sig, token.ErrClosed
	}
	copy(sig[:], ed25519.Sign(k.private, message))
	return sig, nil
}

// Close wipes the secret. What the standard library has computed from it stays in
// memory until that is used for something else.
func (k *Key) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.private)
	k.private = nil
	return nil
}
