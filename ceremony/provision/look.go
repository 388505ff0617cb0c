package provision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// patience is how long a token is waited for that is read again after a
// failure: nobody is to be kept by one that hangs.
const patience = 20 * time.Second

// look reads the token, and learns from it what it took. A token that is not
// there, or that is another one, is not worked with until it is looked at again.
func (p *Provisioning) look(ctx context.Context) error {
	info, err := p.cfg.Token.Inspect(ctx)
	if err == nil && info.Serial != p.want.Serial {
		err = &token.MismatchError{What: token.WhatSerial, Want: p.want.Serial, Got: info.Serial}
	}
	back := !p.there && p.typed
	if err != nil {
		p.trouble = p.failed(ctx, err)
		p.there = false
		return p.trouble
	}
	p.info, p.there, p.trouble = info, true, nil
	p.learn()
	if back {
		p.notice = p.tells()
	}
	return nil
}

// learn takes a secret for the token's once the token says that it has one: the
// answer to the command that set it may have been lost.
func (p *Provisioning) learn() {
	if p.info.DefaultPIN == token.Yes {
		p.pin.Wipe()
		p.trying.Wipe()
	}
	if known(p.trying) {
		p.pin, p.trying = p.trying, token.Secret{}
	}
	if p.info.DefaultManagement == token.Yes {
		p.management.Wipe()
		p.setting.Wipe() // it is still on the screen, and may be set again
		p.stale = false
	}
	if known(p.setting) && !p.managementDue() {
		p.fresh.Wipe()
		p.management, p.setting, p.groups = p.setting, token.Secret{}, nil
	}
}

func known(s token.Secret) bool { return len(s.Bytes()) > 0 }

func clone(s token.Secret) token.Secret { return token.NewSecret(bytes.Clone(s.Bytes())) }

// write has the token do one thing, and reads it before and after: before, so
// that what was asked is done to the token that was shown, with the keys and the
// tries for which phrases were typed; after, whatever came of it, so that tries
// and progress are what the token says. holds says whether it shows what was
// done.
func (p *Provisioning) write(ctx context.Context, f func(token.Provisioner) error, holds func(token.Info) bool) error {
	shown := p.info
	if err := p.look(ctx); err != nil {
		return err
	}
	if !reflect.DeepEqual(p.info, shown) {
		return sitting.Refuse(sitting.NotDone, "look at what it says now", "%s has changed since it was shown; nothing was written", p.name())
	}
	p.wrote = true
	err := f(p.cfg.Token.Provisioner(p.want.Serial))
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	lookErr := p.look(after)
	switch {
	case err != nil:
		return p.failed(ctx, err)
	case lookErr != nil:
		return lookErr
	case !holds(p.info):
		return p.failed(ctx, fmt.Errorf("%w: it says that it was done, and does not show it", token.ErrBadAnswer))
	}
	p.notice = ""
	return nil
}

// failed says what became of an act that the token failed. It is for a person,
// who reads the kind first.
func (p *Provisioning) failed(ctx context.Context, err error) error {
	refusal := p.failing().Refusal(ctx, err)
	switch {
	case errors.Is(err, token.ErrManagement): // it was mistyped, or is no longer the token's
		p.management.Wipe()
		p.stale = p.info.ManagementProtected
		refusal.Hint = "type the management key that was sealed, or empty the token and begin again"
	case errors.Is(err, token.ErrOld), errors.Is(err, token.ErrNotEmpty):
		refusal.Hint = "take another token"
	}
	switch refusal.Kind {
	case sitting.TokenRemoved, sitting.TokenStuck, sitting.WrongToken, sitting.ReaderBusy, sitting.NoService, sitting.NotAllowed:
		p.there, p.trouble = false, refusal // whatever is there now is looked at first
		refusal.Err = inShort(refusal.Err)
	}
	return refusal
}

// inShort is what is the matter with a token that cannot be reached, without
// the calls that failed one inside the other: they help nobody at the table.
func inShort(err error) error {
	for _, short := range []error{token.ErrStuck, token.ErrRemoved, token.ErrBusy, token.ErrNoService, token.ErrDenied} {
		if errors.Is(err, short) {
			return short
		}
	}
	return err
}

// failing words what becomes of a failure. Nothing of worth is on the token yet.
func (p *Provisioning) failing() sitting.Failing {
	const anew = "empty the token and begin again; nothing of worth is on it yet"
	return sitting.Failing{Name: p.name(), Look: "look at %s", Again: "do it again", But: map[sitting.RefusalKind]string{
		sitting.PINBlocked: anew,
		sitting.PUKBlocked: anew,
		sitting.BadToken:   "put the token aside, and do not use it",
		sitting.NotDone:    "look at the token, then do it once more; if that fails too, take another token",
	}}
}

// name is the token, as every screen calls it.
func (p *Provisioning) name() string {
	name := "token " + p.want.Serial
	if p.cfg.Participant != "" {
		name += " of " + p.cfg.Participant
	}
	return visible.Line(name)
}

func safe(format string, args ...any) string { return visible.Line(fmt.Sprintf(format, args...)) }

// list joins words for people.
func list(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
