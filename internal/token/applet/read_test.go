package applet_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// All slots, on firmware that tells and on firmware that does not.
func TestInspect(t *testing.T) {
	for _, c := range []struct {
		version pivcard.Version
		want    token.Info
	}{
		{v574, token.Info{
			Algorithm: "ed25519", PINPolicy: "once", TouchPolicy: "cached", Origin: "imported", MaxMessage: pivcard.MaxMessage,
			PINLeft: 2, PINTotal: 3, PUKLeft: 3, PUKTotal: 3, DefaultPIN: token.Yes, DefaultPUK: token.Yes, DefaultManagement: token.Yes,
			Others: []token.Key{
				{Slot: "9a", Algorithm: "ecdsa-p384", PINPolicy: "once", TouchPolicy: "never", Origin: "generated"},
				{Slot: "95", Algorithm: "ecdsa-p256", PINPolicy: "never", TouchPolicy: "always", Origin: "generated"},
			},
		}},
		{v527, token.Info{
			Algorithm: "ecdsa-p384", // the certificate says so; nobody tells the rest
			PINLeft:   2, PINTotal: -1, PUKLeft: -1, PUKTotal: -1, DefaultPIN: token.Unknown, DefaultPUK: token.Unknown, DefaultManagement: token.Unknown,
			Others: []token.Key{
				{Slot: "9a", Algorithm: "ecdsa-p384", PINPolicy: "once", TouchPolicy: "never", Origin: "generated"},
				{Slot: "95", Algorithm: "ecdsa-p256", PINPolicy: "never", TouchPolicy: "always", Origin: "generated"},
			},
		}},
	} {
		t.Run(c.version.String(), func(t *testing.T) {
			r := blank(t, c.version)
			r.directly(t, func(ctx context.Context, tx *pivcard.Tx) error { return furnish(ctx, tx, c.version) })
			got, err := r.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			c.want.Kind, c.want.Reader, c.want.Serial = token.PIV, "memory", serial
			c.want.Slot, c.want.Firmware, c.want.FormFactor = "9c", c.version.String(), "usb-c keychain"
			if d := cmp.Diff(c.want, got, cmpopts.IgnoreFields(token.Info{}, "SPKI", "Certificate"), cmpopts.IgnoreFields(token.Key{}, "SPKI")); d != "" {
				t.Errorf("info (-want +got):\n%s", d)
			}
			if len(got.SPKI) == 0 {
				t.Error("no key")
			}
		})
	}
}

// furnish fills a card's slots: an imported key in 9c, of which old firmware
// only knows the certificate, and keys in two others.
func furnish(ctx context.Context, tx *pivcard.Tx, v pivcard.Version) error {
	if _, err := tx.Generate(ctx, pivcard.SlotAuthentication, pivcard.KeySpec{Algorithm: pivcard.P384}); err != nil {
		return err
	}
	if _, err := tx.Generate(ctx, 0x95, pivcard.KeySpec{Algorithm: pivcard.P256, PIN: pivcard.PINNever, Touch: pivcard.TouchAlways}); err != nil {
		return err
	}
	if err := tx.VerifyPIN(ctx, []byte("000000")); err == nil {
		return errors.New("a wrong PIN was taken")
	}
	spec := pivcard.KeySpec{Algorithm: pivcard.Ed25519, PIN: pivcard.PINOnce, Touch: pivcard.TouchCached}
	private := make([]byte, ed25519.SeedSize)
	if !v.DeletesKeys() {
		spec.Algorithm, private = pivcard.P384, append(make([]byte, 47), 1)
		leaf, err := tx.Attest(ctx, pivcard.SlotAuthentication) // any certificate will do
		if err != nil {
			return err
		}
		if err := tx.PutCertificate(ctx, applet.Slot, leaf); err != nil {
			return err
		}
	}
	return tx.ImportKey(ctx, applet.Slot, spec, private)
}

// What somebody put where a certificate belongs does not hide the rest, and is
// not used.
func TestUnreadableCertificate(t *testing.T) {
	r := blank(t, v527)
	r.directly(t, func(ctx context.Context, tx *pivcard.Tx) error {
		return errors.Join(tx.PutCertificate(ctx, applet.Slot, []byte("nonsense")), tx.PutCertificate(ctx, pivcard.SlotCardAuth, []byte("nonsense")))
	})
	info, err := r.Inspect(t.Context())
	if err != nil || info.SPKI != nil || info.Algorithm != "unknown" || !info.Occupied() || string(info.Certificate) != "nonsense" {
		t.Errorf("info %+v, %v", info, err)
	}
	if d := cmp.Diff([]token.Key{{Slot: "9e", Algorithm: "unknown"}}, info.Others); d != "" {
		t.Errorf("others (-want +got):\n%s", d)
	}
	if _, err := r.Open(t.Context(), token.Want{Serial: serial}, token.Secret{}, nil); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("open: %v, want ErrNoKey", err)
	}
}

// A key of a kind that is not known here, such as one of a later firmware, is
// not taken for an empty slot.
func TestUnknownAlgorithm(t *testing.T) {
	const insMetadata = 0xF7
	for algorithm, want := range map[byte]string{0xD1: "unknown (0xd1)", 0: "unknown"} {
		r := blank(t, v574)
		r.lie = func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
			if s := pivcard.Slot(apdu[3]); apdu[1] == insMetadata && (s == applet.Slot || s == pivcard.SlotCardAuth) {
				return []byte("\x01\x01" + string([]byte{algorithm}) + "\x02\x02\x03\x02\x03\x01\x01\x04\x04\x86\x02\xAA\xBB\x90\x00"), nil
			}
			return card.Transmit(ctx, apdu)
		}
		info, err := r.Inspect(t.Context())
		if err != nil || info.SPKI != nil || info.Algorithm != want || !info.Occupied() || info.PINPolicy != "always" || info.Origin != "generated" {
			t.Errorf("info %+v, %v", info, err)
		}
		if d := cmp.Diff([]token.Key{{Slot: "9e", Algorithm: want, PINPolicy: "always", TouchPolicy: "always", Origin: "generated"}}, info.Others); d != "" {
			t.Errorf("others (-want +got):\n%s", d)
		}
	}
	if info, err := blank(t, v574).Inspect(t.Context()); err != nil || info.Occupied() {
		t.Errorf("an empty slot: %+v, %v", info, err)
	}
}

// A card of another maker has no management applet. What it answers to being
// asked does not matter.
func TestFormFactorUntold(t *testing.T) {
	const insReadConfig = 0x1D
	for _, a := range []string{"\x6D\x00", "\x6F\x00", "\x90\x00", "\x05\x04\x90\x00", "\x02\x04\x00\x90\x00"} {
		r := blank(t, v574)
		r.lie = answer(insReadConfig, []byte(a))
		if info, err := r.Inspect(t.Context()); err != nil || info.FormFactor != "" || info.Serial != serial {
			t.Errorf("%X: %+v, %v", a, info, err)
		}
	}
}

// Only a key that was generated on the card is attested.
func TestImportedKeyIsNotAttested(t *testing.T) {
	r := blank(t, v574)
	r.directly(t, func(ctx context.Context, tx *pivcard.Tx) error { return furnish(ctx, tx, v574) })
	if _, err := r.Attest(t.Context()); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("%v, want ErrNoKey", err)
	}
}

// A card that was pulled between the note of a kept management key and the key
// itself still has the factory's. New firmware tells; with old firmware one
// finds out.
func TestNotedButNotSet(t *testing.T) {
	for _, v := range firmware {
		t.Run(v.String(), func(t *testing.T) {
			r := blank(t, v)
			r.directly(t, func(ctx context.Context, tx *pivcard.Tx) error { return tx.KeepManagementKey(ctx, make([]byte, 24)) })
			info, err := r.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if tells := info.DefaultManagement == token.Yes; tells == info.ManagementProtected {
				t.Errorf("says default %s, kept %v", info.DefaultManagement, info.ManagementProtected)
			}
			pin := token.FactoryPIN
			if info.DefaultManagement == token.Yes {
				pin = "918273" // is not needed, so it costs nothing
			}
			if _, err = r.Provisioner(serial).Generate(t.Context(), token.Access{PIN: secret(pin)}, p256()); err != nil {
				t.Error(err)
			}
			if now, err := r.Inspect(t.Context()); err != nil || now.PINLeft != info.PINLeft {
				t.Errorf("%d tries left, %v", now.PINLeft, err)
			}
		})
	}
}

func p256() token.KeySpec {
	return token.KeySpec{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always"}
}

func TestTooOldForEd25519(t *testing.T) {
	r := blank(t, pivcard.Version{Major: 5, Minor: 4, Patch: 3})
	_, err := r.Provisioner(serial).Generate(t.Context(), token.Access{}, token.KeySpec{Algorithm: "ed25519", PINPolicy: "always", TouchPolicy: "always"})
	if !errors.Is(err, token.ErrOld) {
		t.Errorf("%v, want ErrOld", err)
	}
}

func TestTranslate(t *testing.T) {
	other := errors.New("other")
	for _, c := range []struct{ err, want error }{
		{fmt.Errorf("read: %w", pivcard.ErrRemoved), token.ErrRemoved},
		{pivcard.ErrBadAnswer, token.ErrBadAnswer},
		{&pivcard.StatusError{Status: 0x6A82}, token.ErrNoKey},
		{&pivcard.StatusError{Status: 0x6D00}, token.ErrOld},
		{token.ErrNoTouch, token.ErrNoTouch},
		{other, other},
		{nil, nil},
	} {
		got := applet.Translate(c.err)
		if !errors.Is(got, c.want) || !errors.Is(got, c.err) {
			t.Errorf("%v becomes %v", c.err, got)
		}
		if again := applet.Translate(got); fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("translated twice, %v becomes %v", got, again)
		}
	}
}
