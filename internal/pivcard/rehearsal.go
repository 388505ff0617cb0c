package pivcard

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"time"
)

// RehearsalRootName is the common name of the rehearsal root, and what a
// person reads wherever a rehearsal attestation is shown.
const RehearsalRootName = "Rootmoot REHEARSAL attestation root - NOT A REAL DEVICE"

// rehearsalSentence is the rehearsal root's private key, on purpose. Whoever
// can read this file, and that is everybody, can make rehearsal tokens: a
// rehearsal must work on any machine, without a secret that somebody would
// have to keep. Nothing rests on this key. It is the mark by which production
// refuses such tokens, and it would be worthless as anything else.
const rehearsalSentence = "rootmoot rehearsal attestation root v1: everybody has this key, it proves nothing"

// rehearsalRootKey is the P-256 key whose scalar is the SHA-256 of the
// sentence.
func rehearsalRootKey() (*ecdsa.PrivateKey, error) {
	d := sha256.Sum256([]byte(rehearsalSentence))
	return ecdsa.ParseRawPrivateKey(elliptic.P256(), d[:])
}

// An Issuer certifies the attestation keys of cards.
type Issuer struct {
	Key  crypto.Signer
	Cert *x509.Certificate
	// DeviceName is the common name of an attestation key's certificate, and
	// KeyPrefix that of what it attests, without the slot: "Yubico PIV
	// Attestation" and "YubiKey PIV Attestation" in the real hierarchy.
	DeviceName, KeyPrefix string
}

// RehearsalIssuer certifies rehearsal tokens.
func RehearsalIssuer() *Issuer {
	key, err := rehearsalRootKey()
	if err != nil {
		panic("pivcard: the rehearsal sentence gives no key: " + err.Error()) // a constant: a test would have failed
	}
	cert, err := x509.ParseCertificate(RehearsalRoot())
	if err != nil {
		panic("pivcard: the rehearsal root does not parse: " + err.Error()) // likewise
	}
	return &Issuer{Key: key, Cert: cert, DeviceName: "REHEARSAL PIV Attestation", KeyPrefix: "REHEARSAL PIV Attestation"}
}

// RehearsalRoot is the rehearsal root's certificate, DER. It is the same bytes
// each time: nothing in it is random (RFC 6979), and package verify/attest
// carries it as a file.
func RehearsalRoot() []byte {
	key, err := rehearsalRootKey()
	if err != nil {
		panic("pivcard: the rehearsal sentence gives no key: " + err.Error())
	}
	name := pkix.Name{CommonName: RehearsalRootName}
	root := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               name,
		NotBefore:             time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLen:            1,
	}
	der, err := x509.CreateCertificate(nil, root, root, key.Public(), key)
	if err != nil {
		panic("pivcard: the rehearsal root cannot be made: " + err.Error())
	}
	return der
}

// attester makes a card's attestation key and certifies it. The certificate
// names the card's serial number and lives as long as the issuer's.
func (i *Issuer) attester(m Model, rand io.Reader) (attester, error) {
	signer, private, err := generateKey(P256, rand)
	if err != nil {
		return attester{}, fmt.Errorf("attestation key: %w", err)
	}
	serial, err := randomSerial(rand)
	if err != nil {
		return attester{}, fmt.Errorf("attestation certificate: %w", err)
	}
	v := m.Firmware
	device := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: i.DeviceName, SerialNumber: strconv.FormatUint(uint64(m.Serial), 10)},
		NotBefore:             i.Cert.NotBefore,
		NotAfter:              i.Cert.NotAfter,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		ExtraExtensions: []pkix.Extension{
			{Id: append(append([]int(nil), attestArc...), 3), Value: []byte{v.Major, v.Minor, v.Patch}},
		},
	}
	der, err := x509.CreateCertificate(nil, device, i.Cert, signer.Public(), i.Key)
	if err != nil {
		return attester{}, fmt.Errorf("attestation certificate: %w", err)
	}
	return attester{Prefix: i.KeyPrefix, Private: private, Cert: der}, nil
}
