package pivcard

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"testing"
)

// A key that was made elsewhere signs, says so, and is never attested.
func TestImportedKey(t *testing.T) {
	card := newCard(t, v574, Config{})
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	inTx(t, card, func(ctx context.Context, tx *Tx) error {
		if err := tx.ImportKey(ctx, SlotSignature, KeySpec{Algorithm: Ed25519}, seed); !errors.Is(err, ErrNotSatisfied) {
			t.Errorf("without management key: %v", err)
		}
		if err := admin(ctx, tx, v574); err != nil {
			return err
		}
		if err := tx.ImportKey(ctx, SlotSignature, KeySpec{Algorithm: P256}, seed[:20]); err == nil {
			t.Error("takes a scalar cut short")
		}
		if err := tx.ImportKey(ctx, SlotSignature, KeySpec{Algorithm: Ed25519, PIN: PINNever}, seed); err != nil {
			return err
		}
		m, err := tx.KeyMetadata(ctx, SlotSignature)
		if err != nil || m.Origin != OriginImported || m.Touch != TouchNever {
			t.Errorf("metadata %+v, %v", m, err)
		}
		sig, err := tx.Sign(ctx, SlotSignature, Ed25519, []byte("m"))
		if err != nil || !ed25519.Verify(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey), []byte("m"), sig) {
			t.Errorf("signature %x, %v", sig, err)
		}
		if _, err := tx.Attest(ctx, SlotSignature); !errors.Is(err, ErrNotFound) {
			t.Errorf("attest: %v, want ErrNotFound", err)
		}
		scalar := sha256.Sum256([]byte("scalar"))
		return tx.ImportKey(ctx, SlotAuthentication, KeySpec{Algorithm: P256}, scalar[:])
	})
	state, err := card.State()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(state, Config{}); err != nil {
		t.Errorf("state with imported keys: %v", err)
	}
}

func TestPINComplexity(t *testing.T) {
	strict, err := New(Model{Firmware: v574, PINComplexity: true}, Config{Rand: seeded(1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pin     string
		trivial bool
	}{
		{"111111", true}, {"234567", true}, {"987654", true}, {"24681357", false}, {"135790", false}, {"246802", false}, {"845127", false},
	} {
		for _, card := range []*Card{strict, newCard(t, v574, Config{})} {
			inTx(t, card, func(ctx context.Context, tx *Tx) error {
				err := tx.ChangePIN(ctx, []byte(factoryPIN), []byte(c.pin))
				if refuses := c.trivial && card == strict; refuses != errors.Is(err, ErrPolicy) {
					t.Errorf("%s: %v", c.pin, err)
				}
				if err != nil {
					return nil
				}
				card.state.PIN = newSecret(factoryPIN, factoryRetries)
				return nil
			})
		}
	}
	if m, err := strict.State(); err != nil {
		t.Fatal(err)
	} else if again, err := Load(m, Config{}); err != nil || !again.state.PINComplexity {
		t.Errorf("not kept: %v", err)
	}
}

func TestDevice(t *testing.T) {
	for _, v := range []Version{{4, 3, 7}, v574} {
		inTx(t, newCard(t, v, Config{}), func(ctx context.Context, tx *Tx) error {
			if err := tx.VerifyPIN(ctx, []byte(factoryPIN)); err != nil {
				return err
			}
			if d, err := tx.Device(ctx); err != nil || d != (Device{Serial: 0x00AE17FB, FormFactor: 1}) {
				t.Errorf("%s: %+v, %v", v, d, err)
			}
			if _, known, err := tx.PINTries(ctx); !known || err != nil { // PIV is selected again, its PIN forgotten
				t.Errorf("%s: pin state kept: %v", v, err)
			}
			return nil
		})
	}
	// A card without that applet, as PIV cards of other makers are.
	answers := new(script)
	for _, a := range []string{"61114F0600001000010079074F05A0000003089000", "6A82", "61114F0600001000010079074F05A0000003089000"} {
		b := unhex(t, a)
		answers.rest = append(binary.BigEndian.AppendUint16(answers.rest, uint16(len(b))), b...)
	}
	inTx(t, answers, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Device(ctx); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v, want ErrNotFound", err)
		}
		return nil
	})
}

// The serial number where clients ask cards before firmware 5: in the OTP
// applet.
func TestSerialOfOldCards(t *testing.T) {
	card := newCard(t, Version{4, 3, 7}, Config{})
	transmit(t, card, "00A4040008A000000527200101")
	if got := transmit(t, card, "0001100000"); !bytes.Equal(got, unhex(t, "00AE17FB9000")) {
		t.Errorf("serial number %X", got)
	}
}

func TestKeptManagementKey(t *testing.T) {
	key := bytes.Repeat([]byte{5}, 24)
	card := newCard(t, v574, Config{})
	inTx(t, card, func(ctx context.Context, tx *Tx) error {
		if kept, err := tx.KeepsManagementKey(ctx); kept || err != nil {
			t.Errorf("new card keeps one: %v, %v", kept, err)
		}
		if err := errors.Join(admin(ctx, tx, v574), tx.KeepManagementKey(ctx, key)); err != nil {
			return err
		}
		if kept, err := tx.KeepsManagementKey(ctx); !kept || err != nil {
			t.Errorf("says %v, %v", kept, err)
		}
		if _, err := tx.KeptManagementKey(ctx); !errors.Is(err, ErrNotSatisfied) {
			t.Errorf("without PIN: %v", err)
		}
		if err := tx.VerifyPIN(ctx, []byte(factoryPIN)); err != nil {
			return err
		}
		if got, err := tx.KeptManagementKey(ctx); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%X, %v", got, err)
		}
		// The bytes that ykman and piv-go write.
		if got := card.state.Objects["5fff00"]; !bytes.Equal(got, unhex(t, "8003810102")) {
			t.Errorf("administrative data %X", got)
		}
		if got := card.state.Objects["5fc109"]; !bytes.Equal(got, append(unhex(t, "881A8918"), key...)) {
			t.Errorf("printed object %X", got)
		}
		if err := tx.KeepManagementKey(ctx, nil); err != nil {
			return err
		}
		if _, err := tx.KeptManagementKey(ctx); !errors.Is(err, ErrNotFound) {
			t.Errorf("forgotten: %v", err)
		}
		if err := tx.PutObject(ctx, ObjectAdmin, []byte("nonsense")); err != nil {
			return err
		}
		if _, err := tx.KeepsManagementKey(ctx); !errors.Is(err, ErrBadAnswer) {
			t.Errorf("nonsense: %v", err)
		}
		return nil
	})
}

func TestCertificateObjects(t *testing.T) {
	zip := func(b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		z.Write(b)
		z.Close()
		return out.Bytes()
	}
	for _, c := range []struct {
		name   string
		object []byte
		want   string // "" for an error
	}{
		{"plain", certificateObject([]byte("der")), "der"},
		{"no info", appendTLV(nil, tagCert, []byte("der")), "der"},
		{"compressed", appendTLV(appendTLV(nil, tagCert, zip([]byte("der"))), tagCertInfo, []byte{1}), "der"},
		{"compressed bomb", appendTLV(appendTLV(nil, tagCert, zip(make([]byte, 1<<20))), tagCertInfo, []byte{1}), ""},
		{"not compressed", appendTLV(appendTLV(nil, tagCert, []byte("der")), tagCertInfo, []byte{1}), ""},
		{"unknown encoding", appendTLV(appendTLV(nil, tagCert, []byte("der")), tagCertInfo, []byte{2}), ""},
		{"no certificate", appendTLV(nil, tagCertInfo, []byte{0}), ""},
		{"garbage", []byte("garbage"), ""},
	} {
		got, err := parseCertificate(c.object)
		if string(got) != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: %d bytes, %v", c.name, len(got), err)
		}
	}
}

// RSA and X25519 keys of other slots are read, and refused when their size is
// not what they claim.
func TestForeignPublicKeys(t *testing.T) {
	modulus := append([]byte{0x80}, make([]byte, 255)...)
	key := appendTLV(appendTLV(nil, tagModulus, modulus), tagExponent, []byte{1, 0, 1})
	for _, c := range []struct {
		name string
		a    Algorithm
		b    []byte
		ok   bool
	}{
		{"rsa-2048", RSA2048, key, true},
		{"rsa-2048 as rsa-4096", RSA4096, key, false},
		{"exponent missing", RSA2048, appendTLV(nil, tagModulus, modulus), false},
		{"exponent too long", RSA2048, appendTLV(appendTLV(nil, tagModulus, modulus), tagExponent, make([]byte, 5)), false},
		{"x25519", X25519, appendTLV(nil, tagECPoint, bytes.Repeat([]byte{9}, 32)), true},
		{"x25519 cut short", X25519, appendTLV(nil, tagECPoint, make([]byte, 31)), false},
	} {
		pub, err := parsePublicKey(c.a, c.b)
		if (err == nil) != c.ok || c.ok && AlgorithmOf(pub) != c.a {
			t.Errorf("%s: %T, %v", c.name, pub, err)
		}
	}
	if pub, err := parsePublicKey(0x77, nil); pub != nil || err != nil {
		t.Errorf("unknown algorithm: %v, %v, want neither", pub, err)
	}
}
