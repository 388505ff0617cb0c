package provision_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// swapped is a reader in which somebody puts another token.
type swapped struct {
	token.Provisionable
}

// TestSwapped: another token in the reader is neither written to nor taken for
// the first, and when the first is back the work goes on.
func TestSwapped(t *testing.T) {
	for _, at := range []string{provision.ActEmpty, provision.ActPIN, provision.ActKey, provision.ActAttest, provision.ActCertificate, provision.ActReadBack} {
		t.Run(at, func(t *testing.T) {
			st := newStage(t)
			st.blank("bob", 90000124)
			reader := &swapped{st.card}
			st.cfg.Token = reader
			st.open()
			st.walk(at)
			reader.Provisionable = st.insert("bob")
			before, err := reader.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			st.refused(st.fill(at), sitting.WrongToken, "that is not token 90000123: serial 90000124, want 90000123")
			after, err := reader.Inspect(t.Context())
			if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("the other token has changed: %v", err)
			}
			if v := st.p.View(); step(v) != "token-look" || v.Turn.Serial != serial || !shows(v, "Insert token 90000123") {
				t.Errorf("at %s", step(v))
			}
			reader.Provisionable = st.card
			st.walk("")
		})
	}
}

// TestBlocked: wrong PINs in another run cost tries, which are told; the last one
// wants a phrase; and a token that is blocked has to be emptied.
func TestBlocked(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk(provision.ActKey)
	st.again()
	for left := 5; left >= 1; left-- {
		o, _ := st.p.View().Offer(provision.ActKey, "")
		pin := o.Fields[len(o.Fields)-1]
		if pin.Tries != left || len(o.Fields) != map[bool]int{true: 2, false: 1}[left == 1] || st.p.View().Turn.PINLeft != left {
			t.Fatalf("%d left: fields %+v", left, o.Fields)
		}
		a := st.fill(provision.ActKey)
		a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("wr0ng#"))
		kind := map[int]sitting.RefusalKind{2: sitting.LastTry, 1: sitting.PINBlocked}[left]
		if kind == "" {
			kind = sitting.WrongPIN
		}
		if left == 1 {
			b := st.fill(provision.ActKey)
			delete(b.Fields, "last-try")
			st.refused(b, sitting.NotDone, "the phrase was not typed")
		}
		st.refused(a, kind, "PIN")
	}
	if v := st.p.View(); step(v) != "token-empty" || !shows(v, "its PIN is blocked") {
		t.Errorf("at %s", step(v))
	}
	st.walk("")
	signs(t, st.card, st.info())
}

// TestAttestationFails: a token whose attestation does not hold is not finished,
// and no certificate says that it is.
func TestAttestationFails(t *testing.T) {
	st := newStage(t)
	st.cfg.Bundle = attest.Bundle{Name: "none"}
	st.open()
	st.walk(provision.ActAttest)
	st.refused(st.fill(provision.ActAttest), sitting.BadToken, "the attestation of token 90000123 does not hold: ATTEST-")
	v := st.p.View()
	if step(v) != "token-attest" || !shows(v, "The attestation does not hold. Do not use this token") {
		t.Errorf("at %s: %v", step(v), v.Body)
	}
	if _, offered := v.Offer(provision.ActCertificate, ""); offered || st.info().Certificate != nil {
		t.Error("a certificate may be stored")
	}
	if _, done := st.p.Record(); done {
		t.Error("there is a record")
	}
}

// TestInUse: a token whose key the plan knows is not emptied by mistake.
func TestInUse(t *testing.T) {
	st := newStage(t)
	st.planned()
	st.open()
	st.walk("")
	r, _ := st.p.Record()
	known := strings.NewReplacer("ada: {type: ecdsa-p256}", "bob: {type: ecdsa, pem: "+fmt.Sprintf("%q", r.PublicKey)+"}\n  ada: {type: ecdsa-p384}", "[ada]", "[ada, bob]")
	p, err := plan.Load([]byte(known.Replace(planText)))
	if err != nil {
		t.Fatal(err)
	}
	st.cfg.Plan = p
	st.open()
	st.must(provision.ActSerial)
	v := st.p.View()
	if step(v) != "token-empty" || !shows(v, "STOP. This token is in use: its key is that of bob.") {
		t.Fatalf("at %s: %v", step(v), v.Body)
	}
	if o := v.Acts; len(o) != 1 || o[0].Next || len(o[0].Fields) != 2 {
		t.Errorf("offers %+v", o)
	}
	before := st.file()
	a := st.fill(provision.ActEmpty)
	a.Fields["destroy-1"] = "destroy the key"
	st.refused(a, sitting.NotDone, "the phrase was not typed as it is: destroy the key of bob")
	if st.file() != before {
		t.Error("the card has changed")
	}
	st.must(provision.ActEmpty)
	st.walk("")
	if got := st.info().Algorithm; got != "ecdsa-p384" {
		t.Error(got)
	}
}

// TestForeign: what this engine never makes is not gone on with.
func TestForeign(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("") // with P-256
	st.cfg.Options.Algorithm = "ecdsa-p384"
	st.open()
	st.must(provision.ActSerial)
	v := st.p.View()
	if _, offered := v.Offer(provision.ActGoOn, ""); offered || !shows(v, "It cannot be gone on with: its key is another than wanted: algorithm ecdsa-p256, want ecdsa-p384.") {
		t.Errorf("at %s: %v", step(v), v.Body)
	}
	st.must(provision.ActEmpty)
	st.walk("")
}

// TestUnfit: a token that may not be used is told why, and never written to.
func TestUnfit(t *testing.T) {
	for _, c := range []struct {
		name string
		tune func(*stage)
		want string
	}{
		{"old firmware", func(st *stage) { st.cfg.Options.MinFirmware = attest.Version{5, 7, 5} }, "firmware 5.7.4, wanted 5.7.5 or later"},
		{"rehearsal token in production", func(st *stage) { st.cfg.Rehearsal = false }, "a token of kind rehearsal, and one of kind piv is wanted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			c.tune(st)
			st.open()
			v := st.p.View()
			if !shows(v, c.want) || !shows(v, "This token cannot be used") || len(v.Acts) != 1 || v.Acts[0].ID != provision.ActLook {
				t.Errorf("%v, offered %v", v.Body, ids(v))
			}
		})
	}
	st := newStage(t)
	st.hand.pull(1, false, false)
	st.open() // without a token
	if v := st.p.View(); v.Heading != "Look at the token" || !shows(v, "Insert token 90000123") {
		t.Errorf("%v", v.Body)
	}
	st.hand.insert()
	st.walk("")
}

// TestOtherCertificate: a certificate that is no attestation of the key is found
// when a token that says it is ready is read back, and is replaced.
func TestOtherCertificate(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("")
	a, err := st.card.Attest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pin := token.NewSecret([]byte(holderPIN))
	if err := st.card.Provisioner(serial).StoreCertificate(t.Context(), token.Access{PIN: pin}, a.Chain[0]); err != nil {
		t.Fatal(err)
	}
	st.open()
	st.must(provision.ActSerial)
	st.refused(st.fill(provision.ActReadBack), sitting.BadToken, "the certificate in slot 9c is an attestation of its key")
	if v := st.p.View(); step(v) != "token-certificate" || !shows(v, "there is another one, which is replaced") {
		t.Errorf("at %s: %v", step(v), v.Body)
	}
	st.walk("")
	if r, done := st.p.Record(); !done || !r.Written {
		t.Errorf("done %v, written %v", done, r.Written)
	}
}

// idle is a token that says that it did what it was told, and did not.
type idle struct{ token.Provisionable }

func (i idle) Provisioner(serial string) token.Provisioner {
	return lazy{i.Provisionable.Provisioner(serial)}
}

type lazy struct{ token.Provisioner }

func (lazy) ChangePUK(context.Context, token.Secret, token.Secret) error { return nil }

func (lazy) Reset(context.Context) error { return nil }

// TestIdle: what a token says it did has to show.
func TestIdle(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk(provision.ActKey)
	st.cfg.Token = idle{st.card}
	st.open()
	st.must(provision.ActSerial)
	st.refused(st.fill(provision.ActEmpty), sitting.BadToken, "it says that it was done, and does not show it")
	if v := st.p.View(); step(v) != "token-empty" {
		t.Errorf("at %s", step(v))
	}
	st.cfg.Token = st.card
	st.open()
	st.must(provision.ActSerial)
	st.must(provision.ActEmpty)
	st.walk(provision.ActPUK)
	st.cfg.Token = idle{st.card}
	st.again()
	st.refused(st.fill(provision.ActPUK), sitting.BadToken, "it says that it was done, and does not show it")
}
