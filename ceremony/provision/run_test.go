package provision_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// TestRun provisions tokens as plans and options say, from end to end.
func TestRun(t *testing.T) {
	for _, c := range []struct {
		name    string
		tune    func(*stage)
		want    token.Info
		steps   []string
		sealed  bool
		planned bool
	}{
		{name: "defaults", tune: func(*stage) {}, want: token.Info{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always", PINTotal: 5, PUKTotal: 5}},
		{name: "plan", tune: func(st *stage) { st.planned() }, want: token.Info{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always", PINTotal: 5, PUKTotal: 5}},
		{
			name: "sealed, ed25519, other policies, own tries",
			tune: func(st *stage) {
				st.planned("ecdsa-p256", "ed25519", "management_key: protected", "management_key: sealed, pin: once, touch: cached")
				st.cfg.Options.Tries = provision.Tries{PIN: 7, PUK: 4}
			},
			want:   token.Info{Algorithm: "ed25519", PINPolicy: "once", TouchPolicy: "cached", PINTotal: 7, PUKTotal: 4},
			sealed: true,
		},
		{
			name:  "tries are the factory's: no step for them",
			tune:  func(st *stage) { st.cfg.Options.Tries = provision.Tries{PIN: 3, PUK: 3} },
			want:  token.Info{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always", PINTotal: 3, PUKTotal: 3},
			steps: []string{"token-look", "token-empty", "token-pin", "token-puk", "token-management", "token-key", "token-attest", "token-certificate", "token-read-back", "token-seal"},
		},
		{
			name: "a plan that wants no PIN gets one",
			tune: func(st *stage) { st.planned("management_key: protected", "pin: never, touch: never") },
			want: token.Info{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "never", PINTotal: 5, PUKTotal: 5},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			c.tune(st)
			var steps []string
			st.seen = func(v sitting.View) {
				if s := step(v); !slices.Contains(steps, s) {
					steps = append(steps, s)
				}
			}
			st.open()
			st.seen(st.p.View())
			if _, done := st.p.Record(); done {
				t.Error("there is a record of nothing")
			}
			st.walk("")
			if want := c.steps; want != nil && !slices.Equal(steps, want) {
				t.Errorf("steps %v, want %v", steps, want)
			}
			i := st.info()
			got := token.Info{Algorithm: i.Algorithm, PINPolicy: i.PINPolicy, TouchPolicy: i.TouchPolicy, PINTotal: i.PINTotal, PUKTotal: i.PUKTotal}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("token (-want +got):\n%s", diff)
			}
			if i.DefaultPIN != token.No || i.DefaultPUK != token.No || i.DefaultManagement != token.No || i.ManagementProtected == c.sealed || i.Origin != "generated" {
				t.Errorf("token %+v", i)
			}
			recorded(t, st, i)
			signs(t, st.card, i)
		})
	}
}

// recorded wants a record that says what the token is, and that goes through
// JSON whole.
func recorded(t *testing.T, st *stage, i token.Info) {
	t.Helper()
	r, done := st.p.Record()
	if !done || r.Schema != provision.RecordSchema || r.Serial != serial || r.Firmware != i.Firmware || !r.Written || !r.Time.Equal(noon()) || r.Tool != "test" || len(r.Checks) < 15 || !r.Rehearsal {
		t.Errorf("record %v %+v", done, r)
	}
	block, _ := pem.Decode([]byte(r.PublicKey))
	if block == nil || !slices.Equal(block.Bytes, i.SPKI) {
		t.Error("the record has another key")
	}
	leaf, _ := pem.Decode([]byte(r.Attestation[0]))
	if leaf == nil || !slices.Equal(leaf.Bytes, i.Certificate) {
		t.Error("the attestation in the record is not the certificate in the slot")
	} else if _, err := x509.ParseCertificate(leaf.Bytes); err != nil {
		t.Error(err)
	}
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back provision.Record
	if err := json.Unmarshal(raw, &back); err != nil || cmp.Diff(r, back) != "" {
		t.Errorf("%v %s", err, cmp.Diff(r, back))
	}
}

// signs proves that the PIN is the one that was typed.
func signs(t *testing.T, card token.Token, i token.Info) {
	t.Helper()
	touch := func(token.TouchRequest) { card.(token.Toucher).Touch() }
	s, err := card.Open(t.Context(), token.Want{Serial: i.Serial, SPKI: i.SPKI}, token.NewSecret([]byte(holderPIN)), touch)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.SignMessage(strings.NewReader("message")); err != nil {
		t.Error(err)
	}
}

// TestAlready: a token that is ready is recognised, nothing is written to it, and
// it is read back all the same.
func TestAlready(t *testing.T) {
	st := newStage(t)
	st.planned()
	st.open()
	st.walk("")
	before, written := st.file(), st.hand.counted()
	st.open()
	if st.p.View().Done {
		t.Fatal("it was not looked at")
	}
	st.must(provision.ActSerial)
	if v := st.p.View(); step(v) != "token-read-back" || !shows(v, "says that it is provisioned already") {
		t.Errorf("at %s: %v", step(v), v.Body)
	}
	st.must(provision.ActReadBack)
	r, done := st.p.Record()
	if !done || r.Written || !shows(st.p.View(), "nothing was written to it") {
		t.Errorf("done %v, written %v", done, r.Written)
	}
	if st.file() != before {
		t.Error("the card has changed")
	}
	if st.hand.counted() == written {
		t.Error("the card was not read")
	}
}

// TestOptions: what cannot be is told before the token is touched.
func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name string
		tune func(*stage)
		want string
	}{
		{"no serial number", func(st *stage) { st.cfg.Options.Serial = "" }, "serial number of the token is missing"},
		{"too many tries", func(st *stage) { st.cfg.Options.Tries.PIN = 16 }, "16 tries for the pin: want 1 to 15"},
		{"plan and options", func(st *stage) { st.planned(); st.cfg.Options.Algorithm = "ed25519" }, "the plan says what the token is to become"},
		{"nobody", func(st *stage) { st.planned(); st.cfg.Participant = "bob" }, `no participant "bob"`},
		{"other slot", func(st *stage) { st.planned("serial: 90000123", "serial: 90000123, slot: 9a") }, "in slot 9a, and this program makes keys in 9c only"},
		{
			"an HSM",
			func(st *stage) {
				st.planned("{token: {kind: rehearsal, serial: 90000123}}", "{token: {kind: pkcs11, serial: X1}, attestation: none}")
			},
			"is a PKCS#11 token",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			c.tune(st)
			before := st.hand.counted()
			_, err := provision.New(t.Context(), st.cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if st.hand.counted() != before {
				t.Error("the token was touched")
			}
		})
	}
}

// TestPlanTime: certificates must hold when the plan signs, whatever this
// machine's clock says.
func TestPlanTime(t *testing.T) {
	st := newStage(t)
	st.planned()
	st.cfg.Now = func() time.Time { return time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) }
	st.open()
	st.walk("")
	if _, done := st.p.Record(); !done {
		t.Error("not done")
	}
}
