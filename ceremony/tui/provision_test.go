package tui

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/provision/provisiontest"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// provisioning begins to make a token ready that is as its maker leaves it. Its
// management key is to be sealed, since that has the most screens.
func provisioning(t *testing.T) (*provision.Provisioning, *provisiontest.Holder) {
	t.Helper()
	dir := t.TempDir()
	if err := rehearsal.Create(t.Context(), dir, rehearsal.Spec{Name: "reader-1", Serial: 90000123, Blank: true}, rand.Reader); err != nil {
		t.Fatal(err)
	}
	card, err := rehearsal.Open(dir, "reader-1", rehearsal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { card.Close() })
	bundle, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	p, err := provision.New(t.Context(), provision.Config{
		Token: card, Rehearsal: true, Bundle: bundle, Now: noon, Rand: new(counted), Place: "vault", Tool: "test",
		Options: provision.Options{Serial: "90000123", Management: plan.ManagementSealed},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p, &provisiontest.Holder{PIN: "k7#mQ2", PUK: "84512784"}
}

// counted is the same in each run, and looks random.
type counted struct{ n uint64 }

func (c *counted) Read(b []byte) (int, error) {
	for i := range b {
		c.n++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, c.n))
		b[i] = sum[0]
	}
	return len(b), nil
}

// TestProvisionGolden has a token made ready in each form, and compares every
// screen. The key differs from run to run: what is of it is masked.
func TestProvisionGolden(t *testing.T) {
	for _, f := range []form{{name: "80x24", width: 80, height: 24}, {name: "80x24-ascii", width: 80, height: 24, ascii: true}} {
		t.Run(f.name, func(t *testing.T) {
			p, holder := provisioning(t)
			s := newStage(t, p, Options{Actor: holder, ASCII: f.ascii})
			s.take(tea.WindowSizeMsg{Width: f.width, Height: f.height})
			film := s.film(map[string]string{"the holder": holder.PIN, "nobody": holder.PUK}, func(drawn string) string {
				drawn = ansi.Strip(drawn)
				if !strings.Contains(drawn, "90000123") {
					t.Errorf("the token is not named:\n%s", drawn)
				}
				return masked(drawn)
			})
			golden.Compare(t, "testdata/provision-"+f.name+".golden", film)
		})
	}
}

// masked hides what is of the key, and keeps its width.
func masked(text string) string {
	text = regexp.MustCompile(`\b[0-9a-f]{8,}\b`).ReplaceAllStringFunc(text, func(s string) string {
		if s == "90000123" {
			return s
		}
		return strings.Repeat("x", len(s))
	})
	return regexp.MustCompile(`\d{3} bytes;`).ReplaceAllString(text, "nnn bytes;")
}

// TestProvisionByHand: a PIN that is not taken is told before it is typed again,
// and so is a second that is not the first; leaving says what stays.
func TestProvisionByHand(t *testing.T) {
	p, holder := provisioning(t)
	for v := p.View(); ; v = p.View() {
		if _, there := v.Offer(provision.ActPIN, ""); there {
			break
		}
		a, _ := holder.Answer(v)
		if err := p.Do(t.Context(), a, nil); err != nil {
			t.Fatal(err)
		}
	}
	d := &desk{stage: newStage(t, p, Options{Still: true})}
	d.shows("token 90000123", "PIN: 5 tries left")
	d.choose(provision.ActPIN, "")
	for _, c := range []struct{ first, second, says string }{
		{"123456", "", "this PIN is not taken: it is the factory's"},
		{"12321", "", "it has fewer than 6 characters"},
		{"k7#mQ2", "k7#mQ3", "the second is not what the first was"},
	} {
		d.types(c.first)
		d.press("enter")
		if c.second != "" {
			d.shows("The new PIN once more")
			d.types(c.second)
			d.press("enter")
		}
		d.shows(c.says, "New PIN, 6 to 8 characters")
		for _, secret := range []string{c.first, c.second} {
			if secret != "" && strings.Contains(d.screen(), secret) {
				t.Errorf("%q is shown:\n%s", secret, d.screen())
			}
		}
	}
	d.press("esc", "q")
	d.shows("Leave the provisioning?", "What the token has taken, it keeps.")
	d.press("esc", "?")
	d.shows("The PIN belongs to the keyholder alone")
}

// TestLookingIsNotAsked: an act that only looks is done at once; one that writes
// says what it does, and wants a y.
func TestLookingIsNotAsked(t *testing.T) {
	p, _ := provisioning(t)
	d := &desk{stage: newStage(t, p, Options{Still: true})}
	d.choose(provision.ActLook, "")
	if _, back := d.pane.(*choosing); !back {
		t.Errorf("it is asked whether to look:\n%s", d.screen())
	}
	d.choose(provision.ActSerial, "")
	d.types("90000123")
	d.press("enter")
	d.shows("Press y to go on with this token, esc to go back.")
	if _, asked := d.pane.(*confirming); !asked {
		t.Errorf("it is not asked:\n%s", d.screen())
	}
}

// TestEveryScreenHasAStep: each screen is of a step, and each step has its
// screen.
func TestEveryScreenHasAStep(t *testing.T) {
	p, _ := provisioning(t)
	r := folder(t, plan.TUF)
	steps := make(map[string]bool)
	for _, v := range []sitting.View{p.View(), open(t, r, rehearse.Genesis, verify.Trusted{}).View()} {
		for _, item := range v.Agenda {
			if _, has := screens()[item.Step]; !has || steps[item.Step] {
				t.Errorf("step %s has no screen of its own", item.Step)
			}
			steps[item.Step] = true
		}
	}
	for id := range screens() {
		if !steps[id] {
			t.Errorf("screen %s is of no step", id)
		}
	}
}
