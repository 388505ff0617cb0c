package chain_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// A consumer follows a folder of roots and remembers what it has accepted. When
// the folder is rolled back, the next walk refuses it.
func ExampleState() {
	o := verify.Options{At: time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)}
	published, seen := temporary(), temporary()
	defer os.RemoveAll(published.Name())
	defer os.RemoveAll(seen.Name())
	for _, name := range []string{"1.root.json", "2.root.json"} {
		raw, err := os.ReadFile("../../testdata/sigstore/" + name)
		if err != nil {
			panic(err)
		}
		if err := published.WriteFile(name, raw, 0o644); err != nil {
			panic(err)
		}
	}
	first, err := published.ReadFile("1.root.json")
	if err != nil {
		panic(err)
	}
	trusted, _ := verify.TrustFile(first, o)
	follow := func() {
		state, err := chain.OpenState(seen)
		if err != nil {
			panic(err)
		}
		o.Seen = state
		newest, report, err := verify.Chain(context.Background(), trusted, chain.Open(published), o, func(s verify.Step) error {
			if s.Remembered || s.Trusted.IsZero() {
				return nil
			}
			return state.Keep(s.Trusted.Raw(), s.Trusted.Root())
		})
		fmt.Println(newest.Version(), report.Verdict(), err)
		for _, c := range report.Failures() {
			fmt.Println(c.Rule)
		}
	}
	follow()
	if err := published.Remove("2.root.json"); err != nil {
		panic(err)
	}
	follow()
	// Output:
	// 2 accepted <nil>
	// 2 refused <nil>
	// STATE-ROLLBACK
}

func temporary() *os.Root {
	path, err := os.MkdirTemp("", "chain")
	if err != nil {
		panic(err)
	}
	dir, err := os.OpenRoot(path)
	if err != nil {
		panic(err)
	}
	return dir
}
