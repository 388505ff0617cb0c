package pivcard

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"
)

// FuzzCard sends a card any conversation: two bytes of length, then an APDU,
// repeated. It must answer each with a status word and never a panic.
func FuzzCard(f *testing.F) {
	talk := func(apdus ...string) []byte {
		var b []byte
		for _, a := range apdus {
			raw := unhex(f, a)
			b = append(binary.BigEndian.AppendUint16(b, uint16(len(raw))), raw...)
		}
		return b
	}
	f.Add(talk(selectPIV, goodPIN, "0087119C24 7C22 8200 8120"+"00000000000000000000000000000000000000000000000000000000000000"+"00"))
	f.Add(talk(selectPIV, "00870A9B04 7C02 8000", "00870A9B04 7C02 8100"))
	f.Add(talk(selectPIV, "00CB3FFF05 5C03 5FFF01", "00C0000000", "00F7009C00", "00F99C0000"))
	f.Add(talk(selectPIV, "1087E09C01 7C", "0087E09C01 00"))
	f.Add(talk("00A4040008A000000527471117", "001D000000"))
	fresh := newCard(f, v574, Config{})
	inner := NewClient(fresh)
	err := inner.Transaction(context.Background(), func(tx *Tx) error {
		if err := admin(context.Background(), tx, v574); err != nil {
			return err
		}
		_, err := tx.Generate(context.Background(), SlotSignature, KeySpec{Algorithm: Ed25519})
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	state, err := fresh.State()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		card, err := Load(state, Config{Rand: seeded(4)})
		if err != nil {
			t.Fatal(err)
		}
		card.session.applet = appletPIV
		card.session.mgmVerified = true
		for len(b) >= 2 {
			n := min(int(binary.BigEndian.Uint16(b)), len(b)-2)
			got, err := card.Transmit(t.Context(), b[2:2+n])
			if err != nil || len(got) < 2 || len(got) > maxAnswer+2 {
				t.Fatalf("%x answered %x, %v", b[2:2+n], got, err)
			}
			b = b[2+n:]
		}
		after, err := card.State()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load(after, Config{Rand: seeded(4)}); err != nil {
			t.Errorf("the card's own state does not load: %v", err)
		}
	})
}

// script answers with what it was given, one piece a command.
type script struct{ rest []byte }

func (s *script) Transmit(context.Context, []byte) ([]byte, error) {
	if len(s.rest) < 2 {
		return []byte{0x6F, 0x00}, nil
	}
	n := min(int(binary.BigEndian.Uint16(s.rest)), len(s.rest)-2)
	b := s.rest[2 : 2+n]
	s.rest = s.rest[2+n:]
	return b, nil
}

// FuzzClient gives a client any answers. It must neither panic nor go on for
// ever, and what it takes for a key must be one.
func FuzzClient(f *testing.F) {
	answers := func(as ...string) []byte {
		b := []byte{0}
		for _, a := range as {
			raw := unhex(f, a)
			b = append(binary.BigEndian.AppendUint16(b, uint16(len(raw))), raw...)
		}
		return b
	}
	sel := "61114F0600001000010079074F05A0000003089000"
	for op := range byte(9) {
		for _, a := range []string{
			"0507049000", "00AE17FB9000", "0101FF050101060203039000", "01010A020200010501019000", "AA6100", "63C2", "9000",
			"0101E0020203020301010422" + "8620" + "0000000000000000000000000000000000000000000000000000000000000001" + "9000",
		} {
			b := answers(sel, a)
			b[0] = op
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		op := b[0]
		_ = NewClient(&script{b[1:]}).Transaction(t.Context(), func(tx *Tx) (err error) {
			ctx := t.Context()
			switch op % 9 {
			case 0:
				_, err = tx.Version(ctx)
			case 1:
				_, err = tx.Serial(ctx)
			case 2:
				var m SecretMetadata
				if m, err = tx.PINMetadata(ctx); err == nil && m.Left > m.Total {
					t.Errorf("impossible tries %+v", m)
				}
			case 3:
				_, err = tx.ManagementMetadata(ctx)
			case 4:
				var k KeyMetadata
				pairs := []Algorithm{RSA1024, RSA2048, RSA3072, RSA4096, P256, P384, Ed25519, X25519}
				k, err = tx.KeyMetadata(ctx, SlotSignature)
				// A key of no kind that is known has no public key here.
				if err == nil && AlgorithmOf(k.Public) != k.Algorithm && (k.Public != nil || slices.Contains(pairs, k.Algorithm)) {
					t.Errorf("key %T of algorithm %s", k.Public, k.Algorithm)
				}
			case 5:
				_, err = tx.Certificate(ctx, SlotSignature)
			case 6:
				_, err = tx.Attest(ctx, SlotSignature)
			case 7:
				_, err = tx.Sign(ctx, SlotSignature, P256, make([]byte, 32))
			case 8:
				err = tx.AuthenticateManagement(ctx, FactoryManagementKey(v574), seeded(5))
			}
			return err
		})
	})
}
