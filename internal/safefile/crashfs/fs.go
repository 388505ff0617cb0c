package crashfs

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// Ability is what a file system can do to give a finished file its name.
type Ability int

// What there is: ext4 has links, FAT only a rename that replaces nothing, and
// some have neither.
const (
	Links Ability = iota
	RenameNew
	Neither
)

// FS is a medium with one folder, and what its system shows of it.
type FS struct {
	can Ability

	mu      sync.Mutex
	names   map[string]*inode // as programs see them
	medium  map[string]*inode // as the folder was last synced
	changes []change          // since then
	opened  *session          // by the running process
	n       int
	cutAt   int
	cut     bool
	fails   func(Op) *Fault
}

// change is what one operation did to names; nil takes a name away.
type change map[string]*inode

// session is one process's use of the folder.
type session struct{ over bool }

// New is an empty folder.
func New(can Ability) *FS {
	return &FS{
		can: can, names: map[string]*inode{}, medium: map[string]*inode{},
		opened: &session{}, fails: func(Op) *Fault { return nil },
	}
}

// Open is the folder as a program opens it.
func (m *FS) Open() safefile.Dir {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &folder{fs: m, from: m.opened}
}

// Ops is how many operations that change something there were.
func (m *FS) Ops() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.n
}

// CutAt lets the power go in the middle of the nth operation, counted like
// [FS.Ops], from 1; 0 is never.
func (m *FS) CutAt(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cutAt = n
}

// Fail has f asked before each operation what goes wrong with it; nil is nothing.
// f may draw crashes of m and look at it, but not use the folder.
func (m *FS) Fail(f func(Op) *Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails = f
}

// IsCut reports whether the power is gone.
func (m *FS) IsCut() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cut
}

// Kill ends the process that uses the folder: what it had open is closed, its
// locks are free, and what it wrote is there, though not on the medium. A power
// cut that was to come, or has come, is none.
func (m *FS) Kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opened.over = true
	m.opened, m.cut, m.cutAt = &session{}, false, 0
	for _, n := range m.names {
		n.lock = nil
	}
}

// Crash is the folder that is found after a power cut now. The same r draws the
// same; m stays as it is.
func (m *FS) Crash(r *rand.Rand) *FS {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := newDraw(r)
	left := m.leftNames(d)
	found, after := make(map[*inode]*inode), New(m.can)
	for _, name := range slices.Sorted(maps.Keys(left)) {
		n := left[name]
		if found[n] == nil {
			found[n] = n.crash(d)
		}
		after.names[name], after.medium[name] = found[n], found[n]
	}
	return after
}

// leftNames draws which names are found.
func (m *FS) leftNames(d draw) map[string]*inode {
	left := maps.Clone(m.medium)
	kept := m.changes
	if d.IntN(3) == 0 {
		kept = kept[:d.IntN(len(kept)+1)] // in their order
	} else {
		kept = m.scattered(d)
	}
	for _, c := range kept {
		for name, n := range c {
			left[name] = n
		}
	}
	maps.DeleteFunc(left, func(_ string, n *inode) bool { return n == nil })
	return left
}

// scattered draws for each name what became of it.
func (m *FS) scattered(d draw) []change {
	later := make(map[string][]*inode)
	for _, c := range m.changes {
		for name, n := range c {
			later[name] = append(later[name], n)
		}
	}
	var out []change
	for _, name := range slices.Sorted(maps.Keys(later)) {
		out = append(out, change{name: pick(d, m.medium[name], later[name])})
	}
	return out
}

// Put makes a file that stands on the medium, in place of any other of the name.
func (m *FS) Put(name string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := settled(0o644, data)
	m.names[name], m.medium[name] = n, n
}

// Get is what programs see under a name; nil if it is not there.
func (m *FS) Get(name string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := m.names[name]; n != nil {
		return append([]byte{}, n.data...)
	}
	return nil
}

// Names are those that programs see, sorted.
func (m *FS) Names() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.names))
}

// begin counts an operation and decides what becomes of it. With last the
// operation is the one in which the power goes: it may be done, and nobody
// hears of it. m is locked, but not while the one who decides is asked.
func (m *FS) begin(s *session, o Op) (fault *Fault, last bool) {
	if m.cut || s.over {
		return &Fault{Err: ErrCut}, false
	}
	if o.Kind.Changes() {
		m.n++
	}
	o.N = m.n
	if o.Kind.Changes() && m.n == m.cutAt {
		m.cut = true
		return nil, true
	}
	f := m.fails
	m.mu.Unlock()
	defer m.mu.Lock()
	return f(o), false
}

// change notes what an operation did to names.
func (m *FS) change(c change) {
	for name, n := range c {
		if n == nil {
			delete(m.names, name)
		} else {
			m.names[name] = n
		}
	}
	m.changes = append(m.changes, c)
}

// String lists the names with their sizes, for messages of tests.
func (m *FS) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(m.names)) {
		out = append(out, fmt.Sprintf("%s (%d)", name, len(m.names[name].data)))
	}
	return fmt.Sprint(out)
}
