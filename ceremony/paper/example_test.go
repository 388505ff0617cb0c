package paper_test

import (
	"fmt"
	"os"

	"github.com/rootmoot/rootmoot/ceremony/paper"
	"github.com/rootmoot/rootmoot/ceremony/plan"
)

// A script is data first: here are the steps of the day, with their estimates.
func ExampleScript() {
	raw, err := os.ReadFile("../../ceremony.example.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := plan.Load(raw)
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := paper.Script(p, paper.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range d.Sections {
		if s.Minutes > 0 {
			fmt.Printf("%2s %s, %s\n", s.Number, s.Title, s.Estimate)
		}
	}
	// Output:
	//  1 Open: the plan, and who is here, estimate: 26 minutes = 10 + 2 for each person (8)
	//  2 Room and machine, estimate: 20 minutes
	//  3 Trusted root, estimate: 10 minutes
	//  4 Tokens, estimate: 35 minutes = 5 + 6 for each keyholder who enrols (5)
	//  5 Freeze: read the plan's digest back, estimate: 15 minutes
	//  6 Candidate: what will be signed, estimate: 15 minutes
	//  7 Signatures, estimate: 47 minutes = 5 + 7 for each keyholder (6)
	//  8 Check from scratch, estimate: 10 minutes
	//  9 Seal the record, estimate: 34 minutes = 10 + 4 for each keyholder (6)
	// 10 Hand over, estimate: 32 minutes = 20 + 2 for each token (6)
}
