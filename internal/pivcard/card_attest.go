package pivcard

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
)

// attestArc is Yubico's arc of attestation extensions; the last number is .3
// firmware, .7 serial number, .8 policies, .9 form factor.
var attestArc = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 41482, 3}

// attest signs a certificate for a slot's key with the key in F9. It carries
// no nonce and no name of a person: it proves where a key lives, not when it
// was asked nor who holds it.
func (c *Card) attest(cmd command) ([]byte, status) {
	slot := Slot(cmd.p1)
	switch {
	case !c.state.Firmware.has(hasAttest):
		return nil, swUnknownIns
	case cmd.p2 != 0x00:
		return nil, swWrongP1P2
	}
	k, ok := c.state.Keys[slot.String()]
	if !ok || k.Imported {
		return nil, swWrongData
	}
	der, err := c.attestation(slot, k)
	if err != nil {
		return nil, swMemory
	}
	return der, swOK
}

func (c *Card) attestation(slot Slot, k key) ([]byte, error) {
	signer, err := k.signer()
	if err != nil {
		return nil, err
	}
	f9, cert, err := c.state.Attester.load()
	if err != nil {
		return nil, err
	}
	serial, err := randomSerial(c.cfg.Rand)
	if err != nil {
		return nil, err
	}
	exts, err := c.state.extensions(k)
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber:    serial,
		Subject:         pkix.Name{CommonName: c.state.Attester.Prefix + " " + slot.String()},
		NotBefore:       cert.NotBefore,
		NotAfter:        cert.NotAfter,
		ExtraExtensions: exts,
	}
	return x509.CreateCertificate(nil, leaf, cert, signer.Public(), f9)
}

// extensions are the four facts of an attestation, each in the odd form that
// YubiKeys use: raw bytes, except that the serial number is an INTEGER.
func (s *state) extensions(k key) ([]pkix.Extension, error) {
	serial, err := asn1.Marshal(int64(s.Serial))
	if err != nil {
		return nil, err
	}
	ext := func(last int, value ...byte) pkix.Extension {
		return pkix.Extension{Id: append(append(asn1.ObjectIdentifier(nil), attestArc...), last), Value: value}
	}
	v := s.Firmware
	return []pkix.Extension{
		ext(3, v.Major, v.Minor, v.Patch),
		ext(7, serial...),
		ext(8, byte(k.PIN), byte(k.Touch)),
		ext(9, s.FormFactor),
	}, nil
}

// randomSerial is a positive certificate serial number of 16 bytes.
func randomSerial(rand io.Reader) (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, err
	}
	b[0] = b[0]&0x7F | 0x40
	return new(big.Int).SetBytes(b), nil
}

func (a attester) load() (crypto.Signer, *x509.Certificate, error) {
	private, err := x509.ParsePKCS8PrivateKey(a.Private)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(a.Cert)
	if err != nil {
		return nil, nil, err
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return nil, nil, fmt.Errorf("attestation key of type %T cannot sign", private)
	}
	return signer, cert, nil
}
