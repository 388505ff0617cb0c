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

// again begins another run, which goes on with a token that is half done.
func (st *stage) again() {
	st.t.Helper()
	st.open()
	st.must(provision.ActSerial)
	st.must(provision.ActGoOn)
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

// groups begins a run and has a management key made that is to be sealed: what
// is to be written down.
func (st *stage) groups() []string {
	st.t.Helper()
	st.sealed()
	st.open()
	st.walk(provision.ActMakeManagement)
	st.must(provision.ActMakeManagement)
	groups := st.p.View().Body[0].Words
	if len(groups) != 12 {
		st.t.Fatalf("%d groups", len(groups))
	}
	return groups
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
