package token

import (
	"crypto"
	"crypto/x509"
	"fmt"
)

// SPKI is a public key as DER SubjectPublicKeyInfo, the form in which keys are
// compared here.
func SPKI(pub crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("public key of type %T: %w", pub, err)
	}
	return der, nil
}
