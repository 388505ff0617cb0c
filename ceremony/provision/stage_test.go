package provision_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/provision/provisiontest"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// The token of most tests, and what its holder chooses.
const (
	serial    = "90000123"
	holderPIN = "pin#Z7"
	holderPUK = "pukZ#9xw"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// A stage is one token, a hand that may pull it out, and somebody at the
// keyboard.
type stage struct {
	t      *testing.T
	dir    string
	hand   *hand
	wire   pivcard.Transport        // to the card, past the hand
	says   func(apdu []byte) []byte // if not nil, what is answered instead of the card; nil: what the card does
	card   *rehearsal.Token
	cfg    provision.Config
	holder *provisiontest.Holder
	p      *provision.Provisioning
	said   []string // of the last act
	seen   func(v sitting.View)
}

// newStage has a token lie there as its maker leaves it.
func newStage(t *testing.T) *stage {
	t.Helper()
	st := &stage{t: t, dir: t.TempDir(), hand: new(hand), holder: &provisiontest.Holder{PIN: holderPIN, PUK: holderPUK}}
	st.blank("ada", 90000123)
	st.card = st.insert("ada")
	bundle, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	st.cfg = provision.Config{
		Token: st.card, Options: provision.Options{Serial: serial}, Rehearsal: true,
		Bundle: bundle, Now: noon, Rand: rand.Reader, Place: "vault", Tool: "test",
	}
	return st
}

func (st *stage) blank(name string, serial uint32) {
	st.t.Helper()
	if err := rehearsal.Create(st.t.Context(), st.dir, rehearsal.Spec{Name: name, Serial: serial, Blank: true}, rand.Reader); err != nil {
		st.t.Fatal(err)
	}
}

func (st *stage) insert(name string) *rehearsal.Token {
	st.t.Helper()
	card, err := rehearsal.Open(st.dir, name, rehearsal.Options{Wrap: func(honest pivcard.Transport) pivcard.Transport {
		st.wire = honest
		return &evil.Transport{Honest: honest, Lie: st.lie}
	}})
	if err != nil {
		st.t.Fatal(err)
	}
	st.t.Cleanup(func() { card.Close() })
	return card
}

func (st *stage) lie(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
	if st.says != nil {
		if b := st.says(apdu); b != nil {
			return b, nil
		}
	}
	return st.hand.lie(ctx, card, apdu)
}

// planned has a plan say what the token is to become.
func (st *stage) planned(changes ...string) {
	st.t.Helper()
	text := strings.NewReplacer(changes...).Replace(planText)
	p, err := plan.Load([]byte(text))
	if err != nil {
		st.t.Fatalf("%v\n%s", err, text)
	}
	st.cfg.Plan, st.cfg.Participant, st.cfg.Options, st.cfg.Rehearsal = p, "ada", provision.Options{}, false
}

const planText = `rootmoot: 1
name: Simple
format: tuf
purpose: genesis
mode: rehearsal
document: root
signing_time: 2026-12-01T12:00:00Z
deadline: 2026-12-15T00:00:00Z
consistent_snapshot: true
root:
  expires: 2027-12-01T00:00:00Z
  threshold: 1
  keyholders: [ada]
roles:
  timestamp: {threshold: 1, keys: [online]}
  snapshot: {threshold: 1, keys: [online]}
  targets: {threshold: 1, keys: [online]}
keys:
  ada: {type: ecdsa-p256}
  online: {type: ed25519, hex: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}
participants:
  ada: {token: {kind: rehearsal, serial: 90000123}}
policy: {management_key: protected}
tool: {version: 1.0.0}
`

// open begins a run, as the command does each time.
func (st *stage) open() {
	st.t.Helper()
	if st.p != nil {
		st.p.Close()
	}
	p, err := provision.New(st.t.Context(), st.cfg)
	if err != nil {
		st.t.Fatal(err)
	}
	st.p = p
	st.t.Cleanup(func() { p.Close() })
}

// do carries out an act. What comes of it is always a refusal, or nothing.
func (st *stage) do(a sitting.Act) error {
	st.t.Helper()
	st.said = nil
	err := st.p.Do(st.t.Context(), a, func(p sitting.Progress) { st.said = append(st.said, p.Text) })
	var r *sitting.Refusal
	if err != nil && (!errors.As(err, &r) || r.Kind == "" || r.Hint == "") {
		st.t.Fatalf("%s: %v is no refusal with a hint", a.ID, err)
	}
	if st.seen != nil {
		st.seen(st.p.View())
	}
	return err
}

// fill is an act that is offered, filled in by the holder.
func (st *stage) fill(id string) sitting.Act {
	st.t.Helper()
	v := st.p.View()
	o, offered := v.Offer(id, "")
	if !offered {
		st.t.Fatalf("%s is not offered at %q: %v", id, v.Heading, ids(v))
	}
	return st.holder.Fill(v, o)
}

func (st *stage) must(id string) {
	st.t.Helper()
	if err := st.do(st.fill(id)); err != nil {
		st.t.Fatalf("%s: %v", id, err)
	}
}

// refused wants an act to be refused as a kind, for a reason.
func (st *stage) refused(a sitting.Act, kind sitting.RefusalKind, why string) {
	st.t.Helper()
	var r *sitting.Refusal
	if err := st.do(a); !errors.As(err, &r) || r.Kind != kind || !strings.Contains(err.Error(), why) {
		st.t.Errorf("%s: %v, want it refused as %q because of %q", a.ID, err, kind, why)
	}
}

// walk goes on until an act is offered, or all is done.
func (st *stage) walk(id string) {
	st.t.Helper()
	for v := st.p.View(); !v.Done; v = st.p.View() {
		if _, there := v.Offer(id, ""); there {
			return
		}
		a, known := st.holder.Answer(v)
		if !known {
			st.t.Fatalf("%q waits for nothing: %v", v.Heading, ids(v))
		}
		if err := st.do(a); err != nil {
			st.t.Fatalf("%s: %v", a.ID, err)
		}
	}
	if id != "" {
		st.t.Fatalf("%s was never offered", id)
	}
}

func ids(v sitting.View) []string {
	var out []string
	for _, o := range v.Acts {
		out = append(out, o.ID)
	}
	return out
}

func (st *stage) info() token.Info {
	st.t.Helper()
	info, err := st.card.Inspect(st.t.Context())
	if err != nil {
		st.t.Fatal(err)
	}
	return info
}

// file is the card as it lies on the disk.
func (st *stage) file() string {
	st.t.Helper()
	raw, err := os.ReadFile(filepath.Join(st.dir, "ada.token.json"))
	if err != nil {
		st.t.Fatal(err)
	}
	return string(raw)
}

// lay puts a card on the disk that was read from there.
func (st *stage) lay(card string) {
	st.t.Helper()
	if err := os.WriteFile(filepath.Join(st.dir, "ada.token.json"), []byte(card), 0o600); err != nil {
		st.t.Fatal(err)
	}
}

// shows reports whether a text is somewhere in the view.
func shows(v sitting.View, text string) bool { return strings.Contains(fmt.Sprint(v), text) }

// step is the step that is on.
func step(v sitting.View) string {
	for _, i := range v.Agenda {
		if i.State == sitting.AgendaNow {
			return i.Step
		}
	}
	return ""
}
