package pcsc_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func newOpenSCBench(t *testing.T) *bench {
	t.Helper()
	return newBench(t, map[string]string{"opensc-tool": "opensc", "pkcs15-tool": "opensc", "pkcs11-tool": "opensc", "piv-tool": "opensc", "openssl": "openssl"})
}

// OpenSC knows the card by its standard only, and signs with a key of ours.
func TestOpenSC(t *testing.T) {
	b := newOpenSCBench(t)
	var stored []byte
	b.ours(func(tx *pivcard.Tx) (err error) {
		pub := generate(t, tx, pivcard.TouchNever)
		der, err := x509.MarshalPKIXPublicKey(pub)
		if err != nil {
			return err
		}
		b.write("pub.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
		if stored, err = tx.Attest(t.Context(), pivcard.SlotSignature); err != nil {
			return err
		}
		return tx.PutCertificate(t.Context(), pivcard.SlotSignature, stored)
	})
	b.run("Personal Identity Verification Card", "opensc-tool", "--reader", b.reader, "--name")
	b.run("Personal Identity Verification Card", "piv-tool", "--reader", b.reader, "--name")
	b.run("SIGN key", "pkcs15-tool", "--reader", b.reader, "--list-keys")
	b.run("", "pkcs15-tool", "--reader", b.reader, "--read-certificate", "02", "--output", "certificate.pem")
	if !bytes.Equal(b.der("certificate.pem"), stored) {
		t.Error("another certificate than ours")
	}

	b.write("data", "what is signed")
	digest := sha256.Sum256([]byte("what is signed"))
	b.write("digest", string(digest[:]))
	pkcs11 := []string{"--module", "opensc-pkcs11.so", "--slot-index", "0", "--login", "--pin", "123456"}
	b.run("always authenticate", "pkcs11-tool", append(pkcs11, "--list-objects", "--type", "privkey")...)
	b.run("ECDSA", "pkcs11-tool", append(pkcs11, "--sign", "--mechanism", "ECDSA", "--id", "02",
		"--signature-format", "openssl", "--input-file", "digest", "--output-file", "signature")...)
	b.run("Verified OK", "openssl", "dgst", "-sha256", "-verify", "pub.pem", "-signature", "signature", "data")

	pkcs11[len(pkcs11)-1] = "000000"
	b.refuse("CKR_PIN_INCORRECT", "pkcs11-tool", append(pkcs11, "--list-objects")...)
	b.wantTries(3, 2, 3, 3)
}

// Another program may reset the card while we are not there, and not while we
// are.
func TestResetByOthers(t *testing.T) {
	b := newOpenSCBench(t)
	r := pcsc.NewReader(b.reader)
	wantSerial(t, r, 4711)
	b.run("", "opensc-tool", "--reader", b.reader, "--reset")
	wantSerial(t, r, 4711)

	begin(t, r)
	b.refuse("", "opensc-tool", "--reader", b.reader, "--send-apdu", "00A4040005A000000308")
	answer, err := r.Transmit(t.Context(), []byte{0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08})
	if err != nil || !bytes.HasSuffix(answer, []byte{0x90, 0x00}) {
		t.Errorf("after others tried: % X, %v", answer, err)
	}
}
