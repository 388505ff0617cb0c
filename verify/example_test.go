package verify_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/rootmoot/rootmoot/verify"
)

// From a root that comes with a program to the newest one that is published,
// each step judged as it is read.
func ExampleChain() {
	o := verify.Options{At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	shipped, err := os.ReadFile("../testdata/sigstore/13.root.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	trusted, report := verify.TrustFile(shipped, o)
	if trusted.IsZero() {
		fmt.Println(report.Failures())
		return
	}
	published := verify.Files{}
	for _, name := range []string{"14.root.json", "15.root.json"} {
		if published[name], err = os.ReadFile("../testdata/sigstore/" + name); err != nil {
			fmt.Println(err)
			return
		}
	}
	newest, report, err := verify.Chain(context.Background(), trusted, published, o, func(s verify.Step) error {
		fmt.Println(s.Name, s.Report.Verdict())
		return nil
	})
	fmt.Println(newest.Version(), report.Verdict(), err)
	// Output:
	// 14.root.json accepted
	// 15.root.json accepted
	// 15 accepted <nil>
}
