package rehearse

import (
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// cannot is the errand that somebody's token cannot sign.
func cannot(name, why string) people.Errand {
	return people.Errand{At: "signatures", Act: sitting.ActCannot, Says: map[string]string{"participant": name, "reason": why}}
}

func lostToken() Scenario {
	return Scenario{
		Name: "lost-token", Line: "a token is gone: the others sign, and then its key leaves",
		Tells: []string{"The root is to be renewed. On the day chennai's bag is empty. Nobody can say where the token is."},
		Stages: join([]Stage{
			{
				Title: "the sitting goes on without it",
				Event: []Event{renewal(), Loses{"chennai", "lost"}},
				Tells: []string{"Three of five are enough, so the root can be made today. That chennai does not sign is recorded; without the key it is a claim, and counts nothing."},
				Run:   opens,
				Task:  "at Signatures record that chennai cannot sign; three others sign",
				Comes: []string{"amsterdam", "boston", "chennai", "dakar", auditor},
				Cast: people.Cast{
					Errands: []people.Errand{cannot("chennai", "the token is lost: its bag was empty")},
				},
				Signed: []string{"amsterdam", "boston", "dakar"},
			},
			{
				Title: "what the record says", Run: "rootmoot status next",
				Says:   []string{"chennai cannot or will not sign"},
				Proves: "the record says why chennai did not sign, and calls it a claim",
			},
		}, audited("next", "the evidence has the claim, and by it nothing is proven", "chennai refuses, and no key has stated it: the token is lost"), published("the root holds without chennai's signature"), []Stage{
			{
				Title: "chennai's key leaves", After: 7 * day,
				Tells: []string{"Whoever finds the token has a key of the root, and still needs its PIN. It leaves as soon as another is there: edinburgh joins with a token of their own."},
				Event: []Event{Drafts{File: "replace.yaml", Follows: "chain/2.root.json", Draft: Draft{
					Purpose: plan.Rotate, Holders: []string{"amsterdam", "boston", "dakar", "edinburgh", "fukuoka"}, Leaving: []string{"chennai"}, Tokenless: []string{"chennai"},
				}}},
				Run:  "rootmoot plan lint replace.yaml --trust chain/2.root.json --chain chain",
				Says: []string{"Leaving: chennai"},
			},
			{
				Run:   "rootmoot open replace.yaml --trust chain/2.root.json --chain chain --tokens tokens",
				Title: "the second sitting",
				Task:  "enrol edinburgh; enough sign for both quorums; go on to the end",
				Comes: []string{"amsterdam", "boston", "dakar", "edinburgh", "fukuoka", auditor},
			},
			{Title: "it is published", Run: "rootmoot publish replace chain --trust @chain --rehearsal"},
			{Run: "rootmoot diff chain/2.root.json chain/3.root.json", Says: []string{"- leaves", "+ joins"}, Proves: "chennai's key has left, edinburgh's has joined"},
			{Run: verifies, Says: []string{"accepted version 3"}, Proves: "clients accept both roots from the pin alone"},
		}),
	}
}

func blockedPIN() Scenario {
	chennai, _ := holderOf("chennai")
	return Scenario{
		Name: "blocked-pin", Line: "three wrong PINs: one has the PUK, another has not",
		Tells: []string{
			"The root is to be renewed. Dakar comes with a token that is blocked already, and without the envelope of its PUK. Chennai has the envelope, and a PIN that is not the right one.",
			"The PUK of chennai is " + chennai.puk() + ". Let chennai type a wrong PIN three times; 000000 is one. A new PIN could be 314159.",
		},
		Stages: join([]Stage{
			{
				Title: "two blocked tokens",
				Event: []Event{renewal(), Blocks{"dakar"}},
				Tells: []string{"Both are exceptions or claims in the record. Neither keeps the root from being made: amsterdam, chennai and fukuoka are three."},
				Run:   opens,
				Task:  "block chennai's PIN, unblock it, sign; dakar cannot: record that",
				Comes: []string{"amsterdam", "chennai", "dakar", "fukuoka", auditor},
				Cast: people.Cast{
					PUKs: map[string]string{"chennai": chennai.puk()}, NewPINs: map[string]string{"chennai": "314159"},
					Mishaps: map[string]people.Mishap{"chennai": people.Forgets},
					Errands: []people.Errand{cannot("dakar", "the PIN is blocked, and the envelope with the PUK is lost")},
					Says:    map[string]string{"decision": "the PIN on the paper was an old one; its holder had the PUK in a sealed envelope, and has chosen another PIN"},
				},
				Signed: []string{"amsterdam", "chennai", "fukuoka"},
			},
			{
				Title: "what the record says", Run: "rootmoot status next",
				Says:   []string{"chennai signed", "dakar cannot or will not sign"},
				Proves: "chennai has signed with the new PIN; that dakar cannot is a claim",
			},
		}, audited("next", "the evidence has both, and what was decided", "the PIN of chennai was blocked", "dakar refuses, and no key has stated it"), published("the root holds")),
	}
}
