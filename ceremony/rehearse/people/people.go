// Package people plays the participants of a rehearsal: it looks at the view,
// as they would look at the screen, and answers with an act. It has nothing
// else to go by, and no other way to do anything: what it does, people at the
// same screen can do.
package people

import (
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// People plays a cast. Make one for each sitting.
type People struct {
	cast      Cast
	done      map[string]bool // mishaps that have happened
	gone      map[int]bool    // errands that were gone on
	unblocked map[string]bool // whose token has a new PIN
}

// New plays the cast.
func New(c Cast) *People {
	return &People{cast: c, done: make(map[string]bool), gone: make(map[int]bool), unblocked: make(map[string]bool)}
}

// A deed is an act that the people would do now, and what it settles.
type deed struct {
	act    sitting.Act
	errand int // its number, -1 for none
}

// Answer is what the people do at this view; false if they do not know how to
// go on, or have gone home ([People.Leaves]).
func (p *People) Answer(v sitting.View) (sitting.Act, bool) {
	d, ok := p.next(v)
	if !ok {
		return d.act, false
	}
	if signer := turn(v); signer != "" && !p.forgets(v, signer) {
		p.done[signer] = true
	}
	if d.errand >= 0 {
		p.gone[d.errand] = true
	}
	if d.act.ID == sitting.ActUnblock {
		p.unblocked[d.act.Target] = true
	}
	return d.act, true
}

// Leaves reports whether everybody goes home at this view: it stands at the
// step until which they came, and nothing is left for them to do there.
func (p *People) Leaves(v sitting.View) bool {
	if p.cast.Until == "" || v.Done || step(v) != p.cast.Until {
		return false
	}
	_, more := p.next(v)
	return !more
}

// next is the first thing that they would do and know how to.
func (p *People) next(v sitting.View) (deed, bool) {
	for i, e := range p.cast.Errands {
		if o, due := p.errand(v, i, e); due {
			if a, ok := p.act(v, o, e.Says); ok {
				return deed{a, i}, true
			}
		}
	}
	for _, o := range p.order(v) {
		if a, ok := p.act(v, o, nil); ok {
			return deed{a, -1}, true
		}
	}
	return deed{errand: -1}, false
}

// order puts the mishaps that are due first, then the arrivals, which nothing
// waits for but which come first in a room, then what the step waits for. A
// token that can do nothing is put away.
func (p *People) order(v sitting.View) []sitting.Offer {
	var due, arrivals, next, rest []sitting.Offer
	for _, o := range v.Acts {
		switch {
		case p.due(v, o):
			due = append(due, o)
		case o.ID == sitting.ActSignIn && !p.absent(o.Target):
			arrivals = append(arrivals, o)
		case p.goesOn(v, o):
			continue // they came until this step only
		case o.Next && !p.absent(o.Target):
			next = append(next, o)
		case o.ID == sitting.ActClose, o.ID == sitting.ActPutAway:
			rest = append(rest, o)
		}
	}
	return slices.Concat(due, arrivals, next, rest)
}

func (p *People) absent(name string) bool { return slices.Contains(p.cast.Absent, name) }

// goesOn reports whether an act leads on from the step until which they came.
func (p *People) goesOn(v sitting.View, o sitting.Offer) bool {
	if p.cast.Until == "" || step(v) != p.cast.Until {
		return false
	}
	switch o.ID {
	case sitting.ActContinue, sitting.ActResume, sitting.ActReadBack, sitting.ActTypeBack, sitting.ActConfirm, sitting.ActCheck, sitting.ActHandOver:
		return true
	}
	return false
}

// errand is how an errand is gone on now, if it is due.
func (p *People) errand(v sitting.View, i int, e Errand) (sitting.Offer, bool) {
	if p.gone[i] || step(v) != e.At || v.Turn.Participant != "" || len(v.Meters) > 0 && v.Meters[0].Have < e.Signed {
		return sitting.Offer{}, false
	}
	return v.Offer(e.Act, e.Target)
}

// due reports whether o is how a mishap happens now: at the participant's turn
// to sign.
func (p *People) due(v sitting.View, o sitting.Offer) bool {
	signer := turn(v)
	if signer == "" || p.done[signer] {
		return false
	}
	switch p.cast.Mishaps[signer] {
	case Refuses:
		return o.ID == sitting.ActRefuse
	case Exception:
		return o.ID == sitting.ActException
	}
	return false
}

// forgets reports whether the signer does not know their PIN: they try until it
// is blocked.
func (p *People) forgets(v sitting.View, signer string) bool {
	return p.cast.Mishaps[signer] == Forgets && !p.unblocked[signer]
}

// turn is whose signature is offered.
func turn(v sitting.View) string {
	for _, o := range v.Acts {
		if o.ID == sitting.ActSign {
			return o.Target
		}
	}
	return ""
}

// step is the one that the view stands at.
func step(v sitting.View) string {
	for _, item := range v.Agenda {
		if item.State == sitting.AgendaNow {
			return item.Step
		}
	}
	return ""
}
