package provision

import (
	"context"
	"errors"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// look: is this the token, and is it one that may be used?
type look struct{}

func (look) id() string { return "token-look" }

func (look) title() string { return "Look at the token" }

func (look) short() string { return "Look" }

// fieldSerial is typed off the case, so that the device that is written to is
// the one that people see.
const fieldSerial = "serial"

func (look) show(p *Provisioning, v *sitting.View) {
	again := sitting.Offer{ID: ActLook, Looks: true, Label: "look at it again"}
	if !p.there {
		again.Next, again.Label = true, "look at it"
		v.Body = []sitting.Block{p.missing()}
		v.Acts = []sitting.Offer{again}
		return
	}
	block := p.tokenBlock()
	block.Checks = p.fits()
	if p.unfit() {
		v.Body = []sitting.Block{block, text("This token cannot be used: take another one. Nothing was written to it.")}
		v.Acts = []sitting.Offer{again}
		return
	}
	v.Body = []sitting.Block{text("Nothing is written yet. Read the number that is printed on the case; it must be the token's own, or another one lies in the reader."), block}
	v.Acts = []sitting.Offer{{
		ID: ActSerial, Next: true, Verb: "go on with this token", Label: "say the serial number, as it is printed on the token",
		Fields: []sitting.Field{{Name: fieldSerial, Kind: sitting.FieldText, Prompt: "The number on the case"}},
	}, again}
}

// missing is about a token that does not answer, or another one.
func (p *Provisioning) missing() sitting.Block {
	b := text("Insert " + p.name() + " and look at it. Nothing is lost: what it has taken, it says itself.")
	var r *sitting.Refusal
	if errors.As(p.trouble, &r) && r.Kind != sitting.TokenRemoved { // that is what the text says
		b.Checks = []sitting.CheckLine{{Mark: sitting.MarkFail, Text: visible.Line(r.Error())}}
	}
	return b
}

// fits says whether the token is one that may be used at all.
func (p *Provisioning) fits() []sitting.CheckLine {
	i, out := p.info, []sitting.CheckLine(nil)
	add := func(ok bool, mark sitting.Mark, format string, args ...any) {
		if ok {
			mark = sitting.MarkPass
		}
		out = append(out, sitting.CheckLine{Mark: mark, Text: safe(format, args...)})
	}
	add(true, "", "serial number %s is the wanted one", i.Serial)
	if i.Kind != p.cfg.kind() {
		add(false, sitting.MarkFail, "a token of kind %s, and one of kind %s is wanted", i.Kind, p.cfg.kind())
	}
	if i.Slot != slot {
		add(false, sitting.MarkFail, "it signs with slot %s, and %s is wanted", i.Slot, slot)
	}
	add(p.firmware().Compare(p.want.MinFirmware) >= 0, sitting.MarkFail, "firmware %s, wanted %s or later", i.Firmware, p.want.MinFirmware)
	for _, a := range sitting.Advisories(i, p.want.Algorithm) {
		add(false, sitting.MarkWarn, "%s, %s: %s", a.ID, a.Title, a.What)
	}
	if i.DefaultPIN == token.Unknown || i.DefaultPUK == token.Unknown || i.DefaultManagement == token.Unknown {
		add(false, sitting.MarkFail, "it does not tell whether PIN, PUK and management key are the factory's: nobody could prove that they are not")
	}
	if p.cfg.Plan != nil {
		if k, known := p.cfg.Plan.KeyOf(p.cfg.Participant); known && k.Fingerprint().Short() != short(i.SPKI) {
			add(false, sitting.MarkWarn, "the plan has the key of %s already (%s): a key that is made now is another one", p.cfg.Participant, k.Fingerprint().Short())
		}
	}
	return out
}

// unfit reports whether it may not.
func (p *Provisioning) unfit() bool {
	for _, c := range p.fits() {
		if c.Mark == sitting.MarkFail {
			return true
		}
	}
	return false
}

func (p *Provisioning) fillsSerial(a sitting.Act) error {
	if typed := strings.Join(strings.Fields(a.Fields[fieldSerial]), ""); typed != p.want.Serial {
		return sitting.Refuse(sitting.WrongToken, "look at the case again; if that is the number on it, take this token out: it is another one",
			"%s", safe("%s was typed, and the token in the reader says that it is %s", typed, p.want.Serial))
	}
	return nil
}

func (look) do(ctx context.Context, p *Provisioning, _ sitting.Act, say func(sitting.Progress)) error {
	if err := p.look(ctx); err != nil {
		return err
	}
	p.typed = true
	pass(say, "the number on the case is that of %s", p.name())
	return nil
}
