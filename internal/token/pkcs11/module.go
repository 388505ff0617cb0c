//go:build cgo

package pkcs11

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/token"
)

// cryptoki is what is used of a module. Tests put a faulty one before a real
// one.
type cryptoki interface {
	Finalize() error
	GetSlotList(tokenPresent bool) ([]uint, error)
	GetSlotInfo(slot uint) (p11.SlotInfo, error)
	GetTokenInfo(slot uint) (p11.TokenInfo, error)
	OpenSession(slot, flags uint) (p11.SessionHandle, error)
	CloseSession(h p11.SessionHandle) error
	Login(h p11.SessionHandle, user uint, pin string) error
	Logout(h p11.SessionHandle) error
	FindObjectsInit(h p11.SessionHandle, template []*p11.Attribute) error
	FindObjects(h p11.SessionHandle, most int) ([]p11.ObjectHandle, bool, error)
	FindObjectsFinal(h p11.SessionHandle) error
	GetAttributeValue(h p11.SessionHandle, o p11.ObjectHandle, a []*p11.Attribute) ([]*p11.Attribute, error)
	SignInit(h p11.SessionHandle, m []*p11.Mechanism, o p11.ObjectHandle) error
	Sign(h p11.SessionHandle, input []byte) ([]byte, error)
}

// A Module is a PKCS#11 module that has been loaded and initialised. A process
// can have a module open once.
type Module struct {
	lib  cryptoki
	path string
	list *lane.Lane // the calls that concern no token in particular

	mu     sync.Mutex
	closed bool
	lanes  map[string]*lane.Lane // one a token, by serial number: its keys share the login
	slots  map[uint]*lane.Lane   // one a slot, for the question which token lies there
}

// Open loads the module at an absolute path and initialises it. It is an error
// if this process has it open already.
func Open(path string) (*Module, error) {
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("pkcs#11 module %q: give its absolute path, so that no other file is taken for it", path)
	}
	switch at, err := os.Stat(path); {
	case err != nil:
		return nil, fmt.Errorf("pkcs#11 module: %w", err)
	case !at.Mode().IsRegular():
		return nil, fmt.Errorf("pkcs#11 module %s: not a file", path)
	}
	lib := p11.New(path)
	if lib == nil {
		return nil, fmt.Errorf("pkcs#11 module %s: not a module for this machine, or a library that it needs is missing", path)
	}
	err := lib.Initialize()
	if errors.Is(err, p11.Error(p11.CKR_CRYPTOKI_ALREADY_INITIALIZED)) {
		return nil, fmt.Errorf("pkcs#11 module %s: open already in this program: name it once (%w)", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("pkcs#11 module %s: does not start: look at its own settings (%w)", path, err)
	}
	return newModule(lib, path), nil
}

func newModule(lib cryptoki, path string) *Module {
	return &Module{lib: lib, path: path, list: newLane(), lanes: make(map[string]*lane.Lane), slots: make(map[uint]*lane.Lane)}
}

// Close waits for the calls that are going on and ends the module's work. It is
// [token.ErrStuck] if one of them was given up; the module is then left alone.
func (m *Module) Close() error {
	m.mu.Lock()
	already := m.closed
	m.closed = true
	lanes := slices.Concat([]*lane.Lane{m.list}, slices.Collect(maps.Values(m.lanes)), slices.Collect(maps.Values(m.slots)))
	m.mu.Unlock()
	if already {
		return nil
	}
	for _, l := range lanes {
		release, err := l.Hold(context.Background())
		if err != nil {
			return fmt.Errorf("close pkcs#11 module %s: %w", m.path, err)
		}
		defer release()
	}
	// The library stays in memory: many leave threads and exit handlers behind,
	// which would run into nothing.
	if err := m.lib.Finalize(); err != nil {
		return fmt.Errorf("close pkcs#11 module %s: %w", m.path, err)
	}
	return nil
}

func (m *Module) check() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return token.ErrClosed
	}
	return nil
}

// lane is that of the token with this serial number.
func (m *Module) lane(serial string) *lane.Lane { return laneOf(m, m.lanes, serial) }

// slot is the lane of a slot.
func (m *Module) slot(slot uint) *lane.Lane { return laneOf(m, m.slots, slot) }

func laneOf[K comparable](m *Module, lanes map[K]*lane.Lane, key K) *lane.Lane {
	m.mu.Lock()
	defer m.mu.Unlock()
	if lanes[key] == nil {
		lanes[key] = newLane()
	}
	return lanes[key]
}

func newLane() *lane.Lane { return lane.New(token.ErrStuck, nil) }
