//go:build cgo

package pkcs11

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A place is a slot and the token in it.
type place struct {
	slot   uint
	serial string
	info   p11.TokenInfo
	err    error // why the token could not be read
}

// patience is how long a slot may take to say which token lies in it, before
// the others are asked without it. It is asked again when it has answered.
const patience = 5 * time.Second

// places lists the slots with an initialised token, and those whose token does
// not answer.
func (m *Module) places(ctx context.Context) ([]place, error) {
	slots, err := m.lib.GetSlotList(true)
	if err != nil {
		return nil, err
	}
	var out []place
	for _, slot := range slots {
		p, err := m.ask(ctx, slot)
		if err != nil {
			return nil, err
		}
		gone := errors.Is(p.err, token.ErrRemoved)
		if !gone && (p.err != nil || p.info.Flags&p11.CKF_TOKEN_INITIALIZED != 0) {
			out = append(out, p)
		}
	}
	return out, nil
}

// ask looks at a slot that may hang, which is an error of the place.
func (m *Module) ask(ctx context.Context, slot uint) (place, error) {
	p, err := lane.Within(ctx, patience, token.ErrStuck, func(ctx context.Context) (place, error) {
		return lane.Run(ctx, m.slot(slot), func(*lane.Caller) (place, error) { return look(m.lib, slot), nil })
	})
	if errors.Is(err, token.ErrStuck) {
		return place{slot: slot, err: err}, nil
	}
	return p, err
}

func look(lib cryptoki, slot uint) place {
	info, err := lib.GetTokenInfo(slot)
	if err != nil {
		return place{slot: slot, err: translate(err)}
	}
	// The standard pads with blanks; some modules end the number like a C string.
	serial, _, _ := strings.Cut(info.SerialNumber, "\x00")
	return place{slot: slot, serial: strings.TrimSpace(serial), info: info}
}

// find is where the token with this serial number lies now. If it is nowhere
// and a slot is stuck, it may be there.
func (m *Module) find(ctx context.Context, serial string) (place, error) {
	places, err := m.places(ctx)
	if err != nil {
		return place{}, err
	}
	missing := token.ErrRemoved
	if slices.ContainsFunc(places, func(p place) bool { return errors.Is(p.err, token.ErrStuck) }) {
		missing = token.ErrStuck
	}
	places = slices.DeleteFunc(places, func(p place) bool { return p.err != nil || p.serial != serial })
	switch len(places) {
	case 0:
		return place{}, missing
	case 1:
		return places[0], nil
	}
	return place{}, fmt.Errorf("%w: %d tokens say that they have the serial number %s", token.ErrOtherToken, len(places), serial)
}

// Tokens lists the keys that can sign, each as a token of its own, in the order
// of slots and key ids; a token without any is one without a key. One that
// cannot be read is listed too: its methods say why. The tokens share the
// module and are worthless once it is closed.
func (m *Module) Tokens(ctx context.Context) ([]token.Token, error) {
	places, err := lane.Run(ctx, m.list, func(*lane.Caller) ([]place, error) {
		if err := m.check(); err != nil {
			return nil, err
		}
		places, err := m.places(ctx)
		return places, translate(err)
	})
	if err != nil {
		return nil, fmt.Errorf("list tokens of %s: %w", m.path, err)
	}
	var out []token.Token
	seen := make(map[string]bool)
	for _, p := range places {
		if p.err == nil && p.serial == "" {
			p.err = fmt.Errorf("%w: it has no serial number", token.ErrBadAnswer)
		}
		if p.err != nil {
			out = append(out, &Token{module: m, fault: fmt.Errorf("token in slot %d of %s: %w", p.slot, m.path, p.err)})
			continue
		}
		if !seen[p.serial] {
			out = append(out, m.tokensOf(ctx, p.serial)...)
		}
		seen[p.serial] = true
	}
	return out, ctx.Err()
}

// tokensOf makes a token of each key that lies on one.
func (m *Module) tokensOf(ctx context.Context, serial string) []token.Token {
	bare := &Token{module: m, serial: serial, lane: m.lane(serial)}
	keys, err := visit(ctx, bare, func(s *session) ([]key, error) { return s.keys() })
	if err != nil {
		bare.fault = fmt.Errorf("%v: %w", bare, err)
		return []token.Token{bare}
	}
	var out []token.Token
	for _, k := range keys {
		if k.fault != nil || k.spki != nil {
			out = append(out, &Token{module: m, serial: serial, lane: bare.lane, id: k.id})
		}
	}
	if len(out) == 0 {
		out = []token.Token{bare}
	}
	return out
}

// where is a slot's name for people.
func (m *Module) where(slot uint) string {
	name := filepath.Base(m.path)
	if info, err := m.lib.GetSlotInfo(slot); err == nil && info.SlotDescription != "" {
		return name + ": " + info.SlotDescription
	}
	return fmt.Sprintf("%s: slot %d", name, slot)
}
