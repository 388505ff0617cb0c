package provision

import (
	"context"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

// A step is one step's view and acts.
type step interface {
	id() string    // in the agenda
	title() string // and above the step
	short() string // for the margin, in at most 13 columns
	show(p *Provisioning, v *sitting.View)
	do(ctx context.Context, p *Provisioning, a sitting.Act, say func(sitting.Progress)) error
}

// stepID is the place of a step in the agenda.
type stepID int

const (
	stepLook stepID = iota
	stepEmpty
	stepTries
	stepPIN
	stepPUK
	stepManagement
	stepKey
	stepAttest
	stepCertificate
	stepReadBack
	stepSeal
)

// steps are the agenda.
func steps() []step {
	return []step{look{}, empty{}, tries{}, newPIN{}, newPUK{}, management{}, key{}, attestation{}, certificate{}, readBack{}, seal{}}
}

// refresh makes the view anew.
func (p *Provisioning) refresh() {
	v := p.compose()
	p.viewing.Lock()
	defer p.viewing.Unlock()
	p.view = v
}

func (p *Provisioning) compose() sitting.View {
	now := p.current()
	v := sitting.View{
		Title: titled(p.name()), Rehearsal: p.cfg.rehearsal(), Format: string(p.cfg.kind()), Purpose: "provision", Place: visible.Line(p.cfg.Place),
		What: "provisioning", Kept: []string{
			"What the token has taken, it keeps. The same command recognises it and goes on there.",
			"A PIN that was typed is forgotten, and asked for again. A management key that is on the screen and not yet set is gone; another is made.",
		},
		Turn: sitting.Turn{Participant: visible.Line(p.cfg.Participant), Serial: visible.Line(p.want.Serial), PINLeft: -1},
	}
	if p.there {
		v.Turn.Reader, v.Turn.PINLeft = visible.Line(p.info.Reader), p.info.PINLeft
	}
	for i, s := range steps() {
		item := sitting.AgendaItem{Step: s.id(), Title: s.title(), Short: s.short(), State: sitting.AgendaTodo}
		switch {
		case stepID(i) == now:
			item.State = sitting.AgendaNow
		case stepID(i) < now:
			item.State = sitting.AgendaDone
		}
		v.Agenda = append(v.Agenda, item)
	}
	v.Heading = steps()[now].title()
	steps()[now].show(p, &v)
	if p.notice != "" { // in the body, since it may be several lines long
		v.Body = slices.Insert(v.Body, 0, text(safe("%s is back: %s.", titled(p.name()), p.notice)))
	}
	if now > stepEmpty && now < stepSeal {
		v.Acts = append(v.Acts, p.emptying("empty the token and begin again"))
	}
	return v
}

// tokenBlock is what the token says of itself.
func (p *Provisioning) tokenBlock() sitting.Block {
	i := p.info
	rows := [][2]string{
		{"serial number", safe("%s", i.Serial)},
		{"reader", safe("%s", i.Reader)},
		{"firmware", safe("%s", i.Firmware)},
		{"form factor", safe("%s", i.FormFactor)},
		{"PIN", secretLine(i.DefaultPIN, i.PINLeft, i.PINTotal)},
		{"PUK", secretLine(i.DefaultPUK, i.PUKLeft, i.PUKTotal)},
		{"management key", p.managementLine()},
		{"slot " + slot, p.keyLine()},
	}
	if i.FormFactor == "" {
		rows[3][1] = "not told"
	}
	for _, k := range i.Others {
		rows = append(rows, [2]string{safe("slot %s", k.Slot), safe("%s key %s, %s", k.Algorithm, short(k.SPKI), k.Origin)})
	}
	return sitting.Block{Title: titled(p.name()), Rows: rows}
}

func secretLine(d token.Default, left, total int) string {
	out := map[token.Default]string{token.Yes: "the factory's", token.No: "set"}[d]
	if out == "" {
		out = "not told whether it is the factory's"
	}
	switch {
	case left == 0:
		return out + ", BLOCKED"
	case left > 0 && total > 0:
		return fmt.Sprintf("%s, %d of %d tries left", out, left, total)
	}
	return out
}

func (p *Provisioning) managementLine() string {
	switch {
	case p.info.DefaultManagement == token.Yes:
		return "the factory's"
	case p.info.ManagementProtected:
		return "set, kept by the token behind the PIN"
	case p.info.DefaultManagement == token.No:
		return "set, not kept by the token"
	}
	return "not told whether it is the factory's"
}

func (p *Provisioning) keyLine() string {
	i := p.info
	if !i.Occupied() {
		if i.Certificate != nil {
			return "no key, and a certificate"
		}
		return "empty"
	}
	out := safe("%s key %s, %s, PIN %s, touch %s", i.Algorithm, short(i.SPKI), i.Origin, i.PINPolicy, i.TouchPolicy)
	if i.Certificate == nil {
		out += ", no certificate"
	}
	return out
}

// short is the fingerprint of a key, in short.
func short(spki []byte) string {
	k, err := root.ParseSPKI(spki)
	if err != nil {
		return "that no root takes"
	}
	return k.Fingerprint().Short()
}

// titled begins with a capital.
func titled(s string) string { return "T" + s[1:] } // all names begin with "token"

// text is a part of the page in words.
func text(paragraphs ...string) sitting.Block { return sitting.Block{Text: paragraphs} }
