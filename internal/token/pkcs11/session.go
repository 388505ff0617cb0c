//go:build cgo

package pkcs11

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A session is one visit to a token, read-only.
type session struct {
	place
	lib    cryptoki
	handle p11.SessionHandle
}

// visit calls do in a session with t, in its lane.
func visit[T any](ctx context.Context, t *Token, do func(*session) (T, error)) (T, error) {
	var none T
	if t.fault != nil {
		return none, t.fault
	}
	return lane.Run(ctx, t.lane, func(*lane.Caller) (T, error) {
		s, err := t.module.enter(ctx, t.serial)
		if err != nil {
			return none, translate(err)
		}
		defer s.lib.CloseSession(s.handle) //nolint:errcheck // nothing is lost with a session
		value, err := do(s)
		return value, translate(err)
	})
}

// enter opens a session and reads the serial number in it: a session ends when
// its token is taken out, so that from here on it is that token or none.
func (m *Module) enter(ctx context.Context, serial string) (*session, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	p, err := m.find(ctx, serial)
	if err != nil {
		return nil, err
	}
	handle, err := m.lib.OpenSession(p.slot, p11.CKF_SERIAL_SESSION)
	if err != nil {
		return nil, err
	}
	s := &session{lib: m.lib, handle: handle, place: look(m.lib, p.slot)}
	err = s.err
	if err == nil && s.serial != serial {
		err = &token.MismatchError{What: token.WhatSerial, Want: serial, Got: s.serial}
	}
	if err != nil {
		return nil, errors.Join(err, m.lib.CloseSession(handle))
	}
	return s, nil
}

// maxObjects bounds how many objects of one kind are listed.
const maxObjects = 1024

// objects lists the token's objects of a class; those with this id, or all if
// it is nil.
func (s *session) objects(class uint, id []byte) (found []p11.ObjectHandle, err error) {
	template := []*p11.Attribute{p11.NewAttribute(p11.CKA_TOKEN, true), p11.NewAttribute(p11.CKA_CLASS, class)}
	if id != nil {
		template = append(template, p11.NewAttribute(p11.CKA_ID, id))
	}
	if err := s.lib.FindObjectsInit(s.handle, template); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.lib.FindObjectsFinal(s.handle)) }()
	for len(found) <= maxObjects {
		some, _, err := s.lib.FindObjects(s.handle, 64)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return found, nil
		}
		found = append(found, some...)
	}
	return nil, fmt.Errorf("%w: more than %d objects of class %d", token.ErrBadAnswer, maxObjects, class)
}

// value reads one attribute; nil if the token does not tell it. Attributes are
// read one by one, for the library drops all of them if one is not told.
func (s *session) value(o p11.ObjectHandle, attribute uint) ([]byte, error) {
	got, err := s.lib.GetAttributeValue(s.handle, o, []*p11.Attribute{p11.NewAttribute(attribute, nil)})
	if isAny(err, p11.CKR_ATTRIBUTE_TYPE_INVALID, p11.CKR_ATTRIBUTE_SENSITIVE) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return got[0].Value, nil
}

// says reads an attribute that is a yes or a no.
func (s *session) says(o p11.ObjectHandle, attribute uint) (token.Default, error) {
	v, err := s.value(o, attribute)
	switch {
	case err != nil || len(v) == 0:
		return token.Unknown, err
	case len(v) != 1:
		return token.Unknown, fmt.Errorf("%w: attribute 0x%x has %d bytes, want 1", token.ErrBadAnswer, attribute, len(v))
	case v[0] == 0:
		return token.No, nil
	}
	return token.Yes, nil
}

// number reads an attribute that is a CK_ULONG.
func (s *session) number(o p11.ObjectHandle, attribute uint) (uint, error) {
	v, err := s.value(o, attribute)
	if err != nil {
		return 0, err
	}
	switch len(v) {
	case 4: // as on Windows
		return uint(binary.NativeEndian.Uint32(v)), nil
	case 8:
		return uint(binary.NativeEndian.Uint64(v)), nil
	}
	return 0, fmt.Errorf("%w: attribute 0x%x has %d bytes, want a number", token.ErrBadAnswer, attribute, len(v))
}
