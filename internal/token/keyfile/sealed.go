package keyfile

import (
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/secure-systems-lab/go-securesystemslib/encrypted"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A sealed is the JSON object of a key file, which was held to its bounds.
type sealed struct{ raw []byte }

// An object is how it is written.
type object struct {
	KDF struct {
		Name   string   `json:"name"`
		Params settings `json:"params"`
		Salt   []byte   `json:"salt"`
	} `json:"kdf"`
	Cipher struct {
		Name  string `json:"name"`
		Nonce []byte `json:"nonce"`
	} `json:"cipher"`
	Ciphertext []byte `json:"ciphertext"`
}

// settings are scrypt's: it takes 128·N·r bytes, and a time like N·r·p.
type settings struct {
	N int64 `json:"N"`
	R int64 `json:"r"`
	P int64 `json:"p"`
}

// allowed are all settings that sigstore writes, of a weak password's strength
// from then to now. They take 32, 64 and 128 MiB.
func (s settings) allowed() bool {
	return s.R == 8 && s.P == 1 && (s.N == 1<<15 || s.N == 1<<16 || s.N == 1<<17)
}

const (
	nonceSize = 24
	minSalt   = 16
	maxSalt   = 64
	maxSealed = 512 // an Ed25519 key as PKCS #8 has 48 bytes, the seal 16 more
)

// parseSealed refuses what it would not be safe, or of no use, to try a password
// on.
func parseSealed(raw []byte) (sealed, error) {
	var o object
	if err := json.Unmarshal(raw, &o, json.RejectUnknownMembers(true)); err != nil {
		return sealed{}, fmt.Errorf("in the PEM block: %w", err)
	}
	switch {
	case o.KDF.Name != "scrypt":
		return sealed{}, fmt.Errorf("kdf %q, want scrypt", clip(o.KDF.Name))
	case !o.KDF.Params.allowed():
		return sealed{}, fmt.Errorf("scrypt with N=%d, r=%d, p=%d: sigstore writes N=32768, 65536 or 131072 with r=8 and p=1, and no other is run", o.KDF.Params.N, o.KDF.Params.R, o.KDF.Params.P)
	case o.Cipher.Name != "nacl/secretbox":
		return sealed{}, fmt.Errorf("cipher %q, want nacl/secretbox", clip(o.Cipher.Name))
	case len(o.Cipher.Nonce) != nonceSize:
		return sealed{}, fmt.Errorf("a nonce of %d bytes, want %d", len(o.Cipher.Nonce), nonceSize)
	case len(o.KDF.Salt) < minSalt || len(o.KDF.Salt) > maxSalt:
		return sealed{}, fmt.Errorf("a salt of %d bytes, want %d to %d", len(o.KDF.Salt), minSalt, maxSalt)
	case len(o.Ciphertext) == 0 || len(o.Ciphertext) > maxSealed:
		return sealed{}, fmt.Errorf("a sealed key of %d bytes, at most %d are read: it may be RSA's, and key files are for Ed25519", len(o.Ciphertext), maxSealed)
	}
	return sealed{raw}, nil
}

// open opens it with a password. The library makes copies of what it works with,
// and wipes none of them.
func (s sealed) open(password token.Secret) (ed25519.PrivateKey, error) {
	if len(password.Bytes()) == 0 {
		return nil, errors.New("the password is empty: nothing was tried")
	}
	der, err := encrypted.Decrypt(s.raw, password.Bytes())
	if err != nil {
		// All else that the library refuses was refused before.
		return nil, fmt.Errorf("%w (%w)", &token.WrongPINError{Password: true, Left: -1}, err)
	}
	defer clear(der)
	k, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("the password fits, but this is no key: %w", err)
	}
	private, is := k.(ed25519.PrivateKey)
	if !is {
		return nil, otherAlgorithm(k)
	}
	return private, nil
}

// seal seals a key under a password.
func seal(private ed25519.PrivateKey, password token.Secret) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	defer clear(der)
	return encrypted.Encrypt(der, password.Bytes())
}
