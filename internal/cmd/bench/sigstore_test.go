package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/theupdateframework/go-tuf/v2/metadata/trustedmetadata"
)

// data is the folder of a chain in the repository.
func data(name string) string { return filepath.Join("..", "..", "..", "testdata", name) }

func read(folder string, from, to int) ([][]byte, error) {
	var out [][]byte
	for v := from; v <= to; v++ {
		raw, err := os.ReadFile(filepath.Join(data(folder), fmt.Sprintf("%d.root.json", v)))
		if err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	return out, nil
}

// sigstoreTime is one at which version 15 of sigstore's root is fresh.
func sigstoreTime() verify.Options {
	return verify.Options{At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
}

// ours trusts the first root and follows the others. It must take them all, as
// a user would ask for it; freshness is judged too.
func ours(roots [][]byte, o verify.Options) error {
	t, rep := verify.TrustFile(roots[0], o)
	if t.IsZero() {
		return fmt.Errorf("refused: %v", rep.Failures())
	}
	files := make(verify.Files, len(roots))
	for i, raw := range roots[1:] {
		files[fmt.Sprintf("%d.root.json", t.Version()+int64(i)+1)] = raw
	}
	end, rep, err := verify.Chain(context.Background(), t, files, o, nil)
	if err != nil || rep.Verdict() != verify.Accepted || end.Version() != t.Version()+int64(len(files)) {
		return fmt.Errorf("ended at %d: %v, %v", end.Version(), rep.Failures(), err)
	}
	return nil
}

// goTUF does the same with go-tuf, which judges no freshness yet.
func goTUF(roots [][]byte) error {
	t, err := trustedmetadata.New(roots[0])
	for _, raw := range roots[1:] {
		if err != nil {
			return err
		}
		_, err = t.UpdateRoot(raw)
	}
	return err
}

// production compares on sigstore's chain, from its version 5 on: go-tuf 2.4.2
// does not take the older ones.
func production() ([]row, error) {
	roots, err := read("sigstore", 5, 15)
	if err != nil {
		return nil, err
	}
	tasks, err := tasksOf(roots)
	if err != nil {
		return nil, err
	}
	mine := func() error { return ours(roots, sigstoreTime()) }
	const n = 10
	other, err := clock(worked).compare(7, times(n, mine), times(n, func() error { return goTUF(roots) }))
	if err != nil {
		return nil, err
	}
	floor, err := clock(worked).compare(15, times(n, mine), times(n, func() error { return bare(tasks) }))
	if err != nil {
		return nil, err
	}
	other, floor = other.each(n), floor.each(n)
	return []row{
		{
			what: "sigstore v5 to v15: go-tuf 2.4.2, times faster",
			ours: other.ours.took(), theirs: other.theirs.took(), ratio: other.inverse(), least: 5,
		},
		{
			what: fmt.Sprintf("sigstore v5 to v15: its %d signatures alone", len(tasks)),
			ours: floor.ours.took(), theirs: floor.theirs.took(), ratio: floor.ratio, most: 1.3,
		},
	}, nil
}

func TestProductionIsTheSameWork(t *testing.T) {
	roots, err := read("sigstore", 5, 15)
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := tasksOf(roots)
	if err != nil || len(tasks) != 59 {
		t.Errorf("%d signatures, %v", len(tasks), err)
	}
	for name, err := range map[string]error{"ours": ours(roots, sigstoreTime()), "go-tuf": goTUF(roots), "bare": bare(tasks)} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
