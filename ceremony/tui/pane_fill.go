package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// filling asks for the fields of an act, one by one. Each is judged by the
// engine before the next is asked for, so that a PIN is typed last and only
// when everything else holds.
type filling struct {
	offer   sitting.Offer
	act     sitting.Act
	from    choosing
	at      int // the field that is asked for
	input   input
	refused *sitting.Refusal // why it is asked again
}

func newFilling(o sitting.Offer, from choosing) *filling {
	p := &filling{offer: o, act: o.Act(), from: from}
	p.ask(0)
	return p
}

// ask asks for a field.
func (p *filling) ask(at int) {
	p.at = at
	p.input.clear()
	p.input = newInput(p.field().Kind == sitting.FieldSecret)
}

func (p *filling) field() sitting.Field { return p.offer.Fields[p.at] }

func (p *filling) keys(a *app) []binding {
	return []binding{a.keys.enter, a.keys.back}
}

func (p *filling) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case a.keys.back.matches(k):
		p.wipe()
		a.pane = &choosing{at: p.from.at}
	case a.keys.enter.matches(k):
		return p.enter(a)
	case k.Code == tea.KeyPgDown, k.Code == tea.KeyPgUp:
		return a.turnPage(k)
	default:
		p.input.press(k)
	}
	return nil
}

// wipe forgets what was typed.
func (p *filling) wipe() {
	p.input.clear()
	p.act.Wipe()
}

// enter takes the field as it stands. An empty one is asked for again, unless
// it may stay empty.
func (p *filling) enter(a *app) tea.Cmd {
	f := p.field()
	if len(p.input.typed) == 0 && !f.Optional {
		a.hint = "Nothing was typed, and nothing is taken for granted. Esc goes back."
		return nil
	}
	if f.Kind == sitting.FieldSecret {
		p.act.Secrets[f.Name] = sitting.NewSecret(p.input.take())
	} else {
		p.act.Fields[f.Name] = string(p.input.take())
	}
	p.refused = nil
	// At once, and not by a command: it takes no time and waits for nothing, and
	// whoever types ahead must not lose the beginning of a PIN to it.
	if err := a.engine.Check(p.act, f.Name); err != nil {
		return p.again(a, err)
	}
	if p.at+1 < len(p.offer.Fields) {
		p.ask(p.at + 1)
		return a.play()
	}
	if !p.typedSecret() {
		return tea.Batch(a.confirm(p.offer, p.act, p.from), a.play())
	}
	return a.carryOut(p.offer, p.act, p.from)
}

// again asks for the field that did not hold. Other words may be asked for now,
// so the offer is taken anew; what was answered before stays.
func (p *filling) again(a *app, err error) tea.Cmd {
	var refusal *sitting.Refusal
	if !errors.As(err, &refusal) {
		return a.end(err)
	}
	a.take(a.engine.View())
	offer, at, still := a.view.Again(p.offer, p.act, p.field().Name)
	if !still {
		p.wipe()
		a.pane = &outcome{offer: p.offer, refused: refusal, from: p.from}
		return a.play()
	}
	p.offer, p.refused = offer, refusal
	p.ask(at)
	return a.play()
}

// typedSecret reports whether more was typed than texts, which anything may have
// typed: words that were read, a phrase, a PIN. What has none is confirmed by y.
func (p *filling) typedSecret() bool {
	return slices.ContainsFunc(p.offer.Fields, func(f sitting.Field) bool { return f.Kind != sitting.FieldText })
}

// page is what the question is about: the digest whose words are asked for,
// the token that gets the PIN; else the step's own.
func (p *filling) page(a *app, c canvas) (page, bool) {
	switch p.field().Kind {
	case sitting.FieldText:
		return page{}, false
	case sitting.FieldSecret, sitting.FieldPhrase:
		return p.tokenPage(a, c), true
	}
	for _, b := range a.view.Body {
		if b.Digest == p.offer.Digest && len(b.Words) > 0 {
			title := b.Title
			b.Title = ""
			return c.blocks(title, []sitting.Block{b}), true
		}
	}
	return page{}, false
}

// tokenPage is which token gets the PIN, and what it signs.
func (p *filling) tokenPage(a *app, c canvas) page {
	out := c.turn(a.view, page{title: a.view.Heading})
	if !p.offer.Digest.IsZero() {
		out.add(c.block(sitting.Block{Title: "It signs", Digest: p.offer.Digest})...)
	}
	rows := [][2]string{{"token", a.view.Turn.Serial}, {"of", a.view.Turn.Participant}, {"in reader", a.view.Turn.Reader}}
	out.add(c.rows(slices.DeleteFunc(rows, func(r [2]string) bool { return r[1] == "" }))...)
	return out
}

// lines are what is being done, or why it is asked again; what was answered,
// unless the words on the page need the room; and the question.
func (p *filling) lines(a *app, c canvas) []string {
	out := c.few(2, c.after(c.prompt.Render(c.cursor+" "), p.offer.Label))
	if p.refused != nil {
		out = c.few(3, c.after(c.bad.Render(c.fail+" "), p.refused.What+"; "+p.refused.Hint))
	}
	f := p.field()
	for _, f := range p.offer.Fields[:p.at] {
		if p.field().Kind != sitting.FieldWords {
			out = append(out, c.good.Render("  "+c.pass+" ")+canvas{c.look, c.width - 4}.fit(answered(f, p.act)))
		}
	}
	prompt := c.strong.Render(f.Prompt) + ":"
	out = append(out, c.after("  ", prompt)...)
	if pin, told := a.opt.PINs[f.Who]; told && f.Kind == sitting.FieldSecret && f.Name == sitting.PINField {
		out = append(out, c.faint.Render(fmt.Sprintf("  (a rehearsal: the PIN of %s is %s)", f.Who, pin)))
	}
	return append(out, c.prompt.Render("  "+c.cursor+" ")+p.input.draw(c, c.width-4))
}

// answered is one line about a field that holds.
func answered(f sitting.Field, act sitting.Act) string {
	switch {
	case f.Kind == sitting.FieldWords && f.Who != "":
		return fmt.Sprintf("the words of %s", f.Who)
	case f.Kind == sitting.FieldWords:
		return "the words"
	case f.Name == sitting.PINField:
		return "the PIN"
	case f.Kind == sitting.FieldSecret:
		return f.Prompt + ": typed"
	case strings.TrimSpace(act.Fields[f.Name]) == "":
		return f.Prompt + ": nothing"
	}
	return f.Prompt + ": " + visible.Line(act.Fields[f.Name])
}
