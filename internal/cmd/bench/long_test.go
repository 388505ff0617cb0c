package bench

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A long chain has 9 Ed25519 keys of which 5 sign. In each root the oldest key
// leaves and a new one joins, and the five that sign are in both.
const (
	keyholders = 9
	quorum     = 5
)

// A maker makes the roots of a long chain as a ceremony does: draft, message,
// signature, assembly.
type maker struct {
	before *root.Root
	oldest int // the number of the oldest key
}

func secret(n int) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	binary.BigEndian.PutUint64(seed, uint64(n)+1)
	return ed25519.NewKeyFromSeed(seed)
}

func public(n int) (root.PublicKey, error) {
	return root.NewEd25519(secret(n).Public().(ed25519.PublicKey))
}

func (m *maker) next() ([]byte, error) {
	spec, err := m.spec()
	if err != nil {
		return nil, err
	}
	c, err := root.Draft(m.before, spec)
	if err != nil {
		return nil, err
	}
	var sigs []root.Signature
	for n := m.oldest; n < m.oldest+quorum; n++ {
		k, err := public(n)
		if err != nil {
			return nil, err
		}
		msg, err := c.Message(k.Fingerprint(), nil)
		if err != nil {
			return nil, err
		}
		sig, err := msg.Finish(ed25519.Sign(secret(n), msg.Bytes()))
		if err != nil {
			return nil, err
		}
		sigs = append(sigs, sig)
	}
	raw, err := c.Assemble(sigs)
	if err != nil {
		return nil, err
	}
	m.before, err = root.Parse(raw)
	return raw, err
}

// spec is what the plan of the next root says.
func (m *maker) spec() (root.Spec, error) {
	s := root.Spec{Format: root.TUF, Expires: sigstoreTime().At.AddDate(1, 0, 0)}
	if m.before != nil {
		left, err := public(m.oldest)
		if err != nil {
			return s, err
		}
		s.Leaving = []root.PublicKey{left}
		m.oldest++
	}
	keys := make([]root.PublicKey, keyholders)
	for i := range keys {
		var err error
		if keys[i], err = public(m.oldest + i); err != nil {
			return s, err
		}
	}
	s.Roles = []root.RoleSpec{{Name: "root", Threshold: quorum, Keys: keys}}
	if m.before == nil {
		consistent := true
		s.ConsistentSnapshot = &consistent
		online, err := public(-1)
		if err != nil {
			return s, err
		}
		for _, name := range []string{"timestamp", "snapshot", "targets"} {
			s.Roles = append(s.Roles, root.RoleSpec{Name: name, Threshold: 1, Keys: []root.PublicKey{online}})
		}
	}
	return s, nil
}

// A tape is a long chain in one file, so that the chain itself takes no memory.
// It is a source that has the first roots only, if limit says so.
type tape struct {
	file  *os.File
	ends  []int64 // where each root ends; version 1 is the first
	limit int64
}

func record(file *os.File, n int) (*tape, error) {
	t := &tape{file: file, limit: int64(n)}
	end := int64(0)
	for m := new(maker); len(t.ends) < n; {
		raw, err := m.next()
		if err != nil {
			return nil, fmt.Errorf("version %d: %w", len(t.ends)+1, err)
		}
		if _, err := file.Write(raw); err != nil {
			return nil, err
		}
		end += int64(len(raw))
		t.ends = append(t.ends, end)
	}
	return t, nil
}

func (t *tape) root(version int64) ([]byte, error) {
	from := int64(0)
	if version > 1 {
		from = t.ends[version-2]
	}
	raw := make([]byte, t.ends[version-1]-from)
	_, err := t.file.ReadAt(raw, from)
	return raw, err
}

// Read makes a tape a source.
func (t *tape) Read(_ context.Context, name string, _ int64) ([]byte, error) {
	version, err := strconv.ParseInt(strings.TrimSuffix(name, ".root.json"), 10, 64)
	if err != nil || version > t.limit {
		return nil, verify.ErrNotFound
	}
	return t.root(version)
}

// follow walks the chain up to a version. What it is given for each step it
// does not keep.
func (t *tape) follow(to int64, each func(verify.Step) error) error {
	t.limit = to
	first, err := t.root(1)
	if err != nil {
		return err
	}
	trusted, rep := verify.TrustFile(first, sigstoreTime())
	if trusted.IsZero() {
		return fmt.Errorf("refused: %v", rep.Failures())
	}
	end, rep, err := verify.Chain(context.Background(), trusted, t, sigstoreTime(), each)
	if err != nil || rep.Verdict() != verify.Accepted || end.Version() != to {
		return fmt.Errorf("ended at %d: %v, %v", end.Version(), rep.Failures(), err)
	}
	return nil
}

// heap follows the chain and tells how much memory was in use at most, beside
// what was before: what is left after a collection, at every hundredth step.
func (t *tape) heap(to int64) (uint64, error) {
	before, most := inUse(), uint64(0)
	err := t.follow(to, func(s verify.Step) error {
		if s.Root.Version%100 == 0 {
			most = max(most, inUse())
		}
		return nil
	})
	return most - min(before, most), err
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// long compares a chain of 1,000 roots with one of 10,000, and with its bare
// signatures.
func long() ([]row, error) {
	const few, many = 1000, 10_000
	file, err := os.CreateTemp("", "rootmoot-bench-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	t, err := record(file, many)
	if err != nil {
		return nil, err
	}
	tasks, err := t.tasks(few)
	if err != nil {
		return nil, err
	}
	floor, err := clock(worked).compare(3, func() error { return t.follow(few, nil) }, func() error { return bare(tasks) })
	if err != nil {
		return nil, err
	}
	tasks = nil // gone before memory is looked at
	// Ten short walks beside a long one.
	growth, err := clock(worked).compare(1, func() error { return t.follow(many, nil) }, func() error {
		for range many / few {
			if err := t.follow(few, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	memory, small, large, err := t.memory(few, many)
	if err != nil {
		return nil, err
	}
	return []row{
		{
			what: fmt.Sprintf("%d roots, %d of %d keys: their signatures alone", few, quorum, keyholders),
			ours: floor.ours.took(), theirs: floor.theirs.took(), ratio: floor.ratio,
		},
		{
			what: fmt.Sprintf("%d roots: %d times %d roots", many, many/few, few),
			ours: growth.ours.took(), theirs: growth.theirs.took(), ratio: growth.ratio, most: 1.1,
		},
		{
			what: fmt.Sprintf("memory for %d roots: for %d", many, few),
			ours: fmt.Sprintf("%d kB", large/1000), theirs: fmt.Sprintf("%d kB", small/1000), ratio: memory, most: 1.1,
		},
	}, nil
}

func (t *tape) tasks(to int64) ([]task, error) {
	var roots [][]byte
	for v := int64(1); v <= to; v++ {
		raw, err := t.root(v)
		if err != nil {
			return nil, err
		}
		roots = append(roots, raw)
	}
	return tasksOf(roots)
}

// memory is the ratio of what a long and a short chain need, and the medians.
func (t *tape) memory(few, many int64) (ratio figure, small, large uint64, err error) {
	var short, long, ratios []float64
	for range rounds {
		a, err := t.heap(few)
		if err != nil {
			return ratio, 0, 0, err
		}
		b, err := t.heap(many)
		if err != nil {
			return ratio, 0, 0, err
		}
		short, long, ratios = append(short, float64(a)), append(long, float64(b)), append(ratios, float64(b)/float64(a))
	}
	return figureOf(ratios), uint64(figureOf(short).median), uint64(figureOf(long).median), nil
}

func TestLongIsTheSameWork(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/tape")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	const n = 30
	tape, err := record(file, n)
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := tape.tasks(n)
	if err != nil || len(tasks) != n*quorum {
		t.Errorf("%d signatures, %v", len(tasks), err)
	}
	var last time.Time
	seen := 0
	for name, err := range map[string]error{
		"all": tape.follow(n, func(s verify.Step) error { seen++; last = s.Root.Expires.Time; return nil }),
		"one": tape.follow(1, nil), "bare": bare(tasks),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if seen != n-1 || last.IsZero() {
		t.Errorf("%d steps", seen)
	}
}
