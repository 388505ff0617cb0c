package rehearse

import (
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

func emergency() Scenario {
	return Scenario{
		Name: "emergency", Line: "a token is stolen: its key leaves today",
		Tells: []string{
			"Boston's token was taken from a hotel room, and with it the paper with the PIN. Whoever has it has one signature of the three that a root needs.",
			"Its key leaves with a root of its own, today, by those who can come. That root is valid for a month, so that nobody forgets the ordinary rotation which has to follow: five keyholders again, and a look at everything else.",
		},
		Stages: join([]Stage{
			{
				Title: "the plan",
				Event: []Event{Loses{"boston", "stolen"}, Drafts{File: "next.yaml", Follows: "chain/1.root.json", Draft: Draft{
					Purpose: plan.Emergency, Holders: []string{"amsterdam", "chennai", "dakar", "fukuoka"}, Leaving: []string{"boston"}, Tokenless: []string{"boston"}, Days: 30,
				}}},
				Run:    "rootmoot plan lint next.yaml --trust chain/1.root.json --chain chain",
				Says:   []string{"PLAN-EXPIRY-NEAR", "PLAN-KEYS-FEWER"},
				Proves: "the plan can be signed by those who are left; what is unusual in it is said",
			},
			{
				Title: "the sitting, the same day", Run: opens,
				Task:   "have three sign, for the old quorum and the new; go on to the end",
				Comes:  []string{"amsterdam", "chennai", "dakar", auditor},
				Signed: []string{"amsterdam", "chennai", "dakar"},
			},
		}, published("clients accept it from the pin alone: both quorums are met without the stolen key"), []Stage{
			{Title: "what changed", Run: "rootmoot diff chain/1.root.json chain/2.root.json", Says: []string{"3 of 4, was 3 of 5", "- leaves"}, Proves: "the stolen key has left"},
		}),
	}
}

func outOfReach() Scenario {
	lost := func(name string) people.Errand { return cannot(name, "the token burnt with the office") }
	return Scenario{
		Name: "out-of-reach", Line: "too many tokens are gone: there will be no next root",
		Tells: []string{"A renewal has begun, and dakar has signed. Then amsterdam, boston and chennai lose their tokens in one fire: all three had been in the same safe."},
		Stages: []Stage{
			atSignatures(Stage{
				Title: "one signs", Event: []Event{renewal()},
				Task:  "sign as dakar, and leave at Signatures",
				Comes: []string{"dakar", auditor}, Signed: []string{"dakar"},
			}),
			atSignatures(Stage{
				Title: "three tokens are gone", After: day,
				Event: []Event{Loses{"amsterdam", "burnt"}, Loses{"boston", "burnt"}, Loses{"chennai", "burnt"}},
				Task:  "record that amsterdam, boston, chennai cannot sign; leave",
				Comes: []string{"dakar", auditor}, Cast: people.Cast{Errands: []people.Errand{lost("amsterdam"), lost("boston"), lost("chennai")}},
			}),
			{
				Title: "what is left", Run: "rootmoot status next", Code: 4, Says: []string{"OUT OF REACH"},
				Proves: "the status says that the quorum is out of reach",
			},
			{
				Title: "another plan does not help",
				Tells: []string{"Whatever the plan says, three keys of the old root have to agree, and two are left."},
				Event: []Event{Drafts{File: "rescue.yaml", Follows: "chain/1.root.json", Draft: Draft{
					Purpose: plan.Emergency, Holders: []string{"dakar", "edinburgh", "fukuoka"}, Leaving: []string{"amsterdam", "boston", "chennai"}, Tokenless: []string{"amsterdam", "boston", "chennai"},
				}}},
				Run: "rootmoot plan lint rescue.yaml --trust chain/1.root.json --chain chain", Code: 1, Says: []string{"PLAN-OLD-QUORUM"},
				Proves: "the review refuses a plan that the old quorum cannot sign",
			},
			{
				Title: "the sitting is aborted", Run: opens, Task: "abort the sitting: its quorum is out of reach",
				Comes: []string{"dakar", auditor},
				Cast: people.Cast{Errands: []people.Errand{{
					At: "signatures", Act: sitting.ActAbort, Says: map[string]string{"why": "the old quorum is out of reach"},
				}}},
			},
			{
				Title: "a new chain", After: 7 * day,
				Tells: []string{"What is left is a new genesis, with new tokens for everybody: a key belongs to one chain. And every client has to be given the new pin, by a way that it trusts already. No program can do that."},
				Event: []Event{
					Loses{"dakar", "retired"},
					Loses{"fukuoka", "retired"},
					Replaces{"amsterdam"},
					Replaces{"boston"},
					Replaces{"chennai"},
					Replaces{"dakar"},
					Replaces{"fukuoka"},
					Drafts{File: "genesis.yaml", Draft: Draft{Purpose: plan.Genesis, Holders: firstHolders()}},
				},
				Run: "rootmoot open genesis.yaml --tokens tokens", Task: "enrol all five; have three sign; go on to the end",
				Comes: []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka", auditor},
			},
			{Title: "it is published in a folder of its own", Event: []Event{Makes{"new"}}, Run: "rootmoot publish genesis new --rehearsal", Says: []string{"new/1.root.json"}},
			{Run: "rootmoot-verify chain --rehearsal --trust @new new", Says: []string{"accepted version 1"}, Proves: "who has the new pin accepts the new chain"},
			{
				Run: "rootmoot-verify chain --rehearsal --trust @chain new", Code: 2,
				Proves: "who has the old pin alone does not: clients have to be told",
			},
		},
	}
}
