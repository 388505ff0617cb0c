package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A condaChain is conda's test chain with its key manager.
type condaChain struct {
	roots   [][]byte
	manager []byte
	trusted verify.Trusted // the root that delegates to the manager
	options verify.Options
	tasks   []task
	alone   []task // the manager's
}

func readConda() (c condaChain, err error) {
	c.options.At = time.Date(2023, 11, 17, 0, 0, 0, 0, time.UTC)
	if c.roots, err = read("conda-test-chain", 1, 3); err != nil {
		return c, err
	}
	if c.tasks, err = tasksOf(c.roots); err != nil {
		return c, err
	}
	if c.manager, err = os.ReadFile(filepath.Join(data("conda-test-chain"), "key_mgr.json")); err != nil {
		return c, err
	}
	if c.trusted, _ = verify.TrustFile(c.roots[0], c.options); c.trusted.IsZero() {
		return c, errors.New("version 1 is refused")
	}
	m, err := root.ParseKeyManager(c.manager)
	if err != nil {
		return c, err
	}
	role, _ := c.trusted.Root().Role("key_mgr")
	for _, e := range m.Envelope.Entries {
		more, err := tasksFor(m.Signed(), e, role)
		if err != nil {
			return c, err
		}
		c.alone = append(c.alone, more...)
	}
	return c, nil
}

func (c condaChain) follow() error { return ours(c.roots, c.options) }

func (c condaChain) manage() error {
	if m, rep := verify.KeyManager(c.trusted, c.manager, c.options); m == nil {
		return fmt.Errorf("the key manager is refused: %v", rep.Failures())
	}
	return nil
}

func condas() ([]row, error) {
	c, err := readConda()
	if err != nil {
		return nil, err
	}
	const n = 100
	chain, err := clock(worked).compare(9, times(n, c.follow), times(n, func() error { return bare(c.tasks) }))
	if err != nil {
		return nil, err
	}
	manager, err := clock(worked).compare(9, times(5*n, c.manage), times(5*n, func() error { return bare(c.alone) }))
	if err != nil {
		return nil, err
	}
	chain, manager = chain.each(n), manager.each(5*n)
	return []row{
		{
			what: fmt.Sprintf("conda v1 to v3: its %d signatures alone", len(c.tasks)),
			ours: chain.ours.took(), theirs: chain.theirs.took(), ratio: chain.ratio,
		},
		{
			what: "conda key manager: its signature alone",
			ours: manager.ours.took(), theirs: manager.theirs.took(), ratio: manager.ratio,
		},
	}, nil
}

func TestCondaIsTheSameWork(t *testing.T) {
	c, err := readConda()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.tasks) < 4 || len(c.alone) != 1 {
		t.Errorf("%d and %d signatures", len(c.tasks), len(c.alone))
	}
	for name, err := range map[string]error{"chain": c.follow(), "manager": c.manage(), "bare": bare(append(c.tasks, c.alone...))} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
