package channel_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// From a trusted root through the chain and the key manager to each record.
func Example() {
	const folder = "../../testdata/channel/"
	ctx := context.Background()
	files := verify.Files{}
	for _, name := range []string{"1.root.json", "2.root.json", verify.KeyManagerFile} {
		raw, err := os.ReadFile(folder + "metadata/" + name)
		if err != nil {
			fmt.Println(err)
			return
		}
		files[name] = raw
	}
	o := verify.Options{At: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
	trusted, _ := verify.TrustFile(files["1.root.json"], o)
	newest, chain, err := verify.Chain(ctx, trusted, files, o, nil)
	manager, _, delegated, err2 := verify.Delegated(ctx, newest, files, o)
	if err != nil || err2 != nil || chain.Verdict() != verify.Accepted || manager == nil {
		fmt.Println("not accepted:", chain.Failures(), delegated.Failures(), err, err2)
		return
	}
	text, err := os.ReadFile(folder + "packages/linux-64/repodata.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := repodata.Parse(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	j := channel.NewJudge(manager, "linux-64", channel.Options{})
	err = j.Each(ctx, x, 2, func(r channel.Result) error {
		fmt.Println(r.Verdict(), string(r.File))
		return nil
	})
	fmt.Println(err)
	// Output:
	// trusted library-1.2-h1_0.tar.bz2
	// trusted compiler-14.2-h1_0.conda
	// trusted library-1.3-h1_0.conda
	// <nil>
}
