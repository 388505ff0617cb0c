package repodata_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
)

func TestForEach(t *testing.T) {
	x := parse(t, repodatatest.Channel{Records: 5000, Seed: 2}.Bytes())
	for _, workers := range []int{-1, 1, 2, 7} {
		calls := make([]atomic.Int32, x.Len())
		last := make([]int, max(1, workers))
		err := x.ForEach(t.Context(), workers, func(worker int, r repodata.Record) error {
			calls[r.Number].Add(1)
			if r.Number < last[worker] {
				return fmt.Errorf("worker %d has %d after %d", worker, r.Number, last[worker])
			}
			last[worker] = r.Number
			if want := x.Record(r.Number); string(want.File) != string(r.File) || string(want.Text) != string(r.Text) {
				return fmt.Errorf("record %d is another", r.Number)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range calls {
			if n := calls[i].Load(); n != 1 {
				t.Fatalf("%d workers: record %d was done %d times", workers, i, n)
			}
		}
	}
}

// Of several errors it is the first record's, always, and all before are done.
func TestForEachFails(t *testing.T) {
	x := parse(t, repodatatest.Channel{Records: 3000, Seed: 2}.Bytes())
	for range 50 {
		done := make([]atomic.Bool, x.Len())
		err := x.ForEach(t.Context(), 4, func(_ int, r repodata.Record) error {
			done[r.Number].Store(true)
			if r.Number >= 700 && r.Number%3 == 2 {
				return fmt.Errorf("record %d", r.Number)
			}
			return nil
		})
		if err == nil || err.Error() != "record 701" {
			t.Fatalf("got %v", err)
		}
		for i := range 701 {
			if !done[i].Load() {
				t.Fatalf("record %d was left out", i)
			}
		}
	}
}

func TestForEachEnds(t *testing.T) {
	x := parse(t, repodatatest.Channel{Records: 3000, Seed: 2}.Bytes())
	ctx, cancel := context.WithCancelCause(t.Context())
	var n atomic.Int32
	err := x.ForEach(ctx, 3, func(int, repodata.Record) error {
		if n.Add(1) == 100 {
			cancel(nil)
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := n.Load(); n < 100 || n > 110 {
		t.Errorf("%d records were done", n)
	}
	if err := parse(t, []byte(`{"packages":{}}`)).ForEach(t.Context(), 2, nil); err != nil {
		t.Errorf("of no records: %v", err)
	}
}

// Going over records, their members and their signatures takes no memory.
func TestForEachAllocates(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	x := parse(t, repodatatest.Channel{Records: 2000, Seed: 2, Keys: []ed25519.PrivateKey{key}}.Bytes())
	var canons [2]repodata.Canon
	var room [2][]byte
	n := testing.AllocsPerRun(3, func() {
		err := x.ForEach(context.Background(), 2, func(worker int, r repodata.Record) (err error) {
			good := 0
			for s := range r.Signatures() {
				if _, ok := s.Raw(); ok {
					good++
				}
			}
			for name, value := range r.Members() {
				if string(name) == "name" && len(value) > 2 {
					good++
				}
			}
			if good != 2 {
				return fmt.Errorf("record %d has no name or no signature", r.Number)
			}
			room[worker], err = canons[worker].Append(room[worker][:0], r.Text)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	if n > 30 {
		t.Errorf("%v allocations for %d records", n, x.Len())
	}
}
