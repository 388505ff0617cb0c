package rehearse

import (
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// renewalFor is a renewal with another expiry, in another file.
func renewalFor(days int, file string) Drafts {
	return Drafts{File: file, Follows: "chain/1.root.json", Draft: Draft{Purpose: plan.Renew, Holders: firstHolders(), Days: days}}
}

func lateChange() Scenario {
	return Scenario{
		Name: "late-change", Line: "the plan changes after two have signed, and once too late",
		Tells: []string{"The root is to be renewed for a year. Two have signed. Then the board decides that it should be half a year."},
		Stages: join([]Stage{
			atSignatures(Stage{
				Title: "two sign", Event: []Event{renewal()},
				Task:  "sign as amsterdam and boston, and leave at Signatures",
				Comes: []string{"amsterdam", "boston", auditor}, Signed: []string{"amsterdam", "boston"},
			}),
			{
				Title: "the plan changes", After: day,
				Tells: []string{"Nobody can take a signature back. Before the sitting is aborted the program says whose there are, and how many more would complete the candidate that is given up: one. From now on that is a root which one person can make, and everybody has to know it."},
				Event: []Event{renewalFor(180, "second.yaml")},
				Run:   opens, Task: "abort the sitting: the board wants half a year",
				Comes: []string{"amsterdam", "boston", auditor},
				Cast: people.Cast{Errands: []people.Errand{{
					At: "signatures", Act: sitting.ActAbort, Says: map[string]string{"why": "the board wants half a year, not a year"},
				}}},
			},
			{
				Run: "rootmoot status next", Code: 1, Says: []string{"aborted by the lead, with the witness", "2 of 3: 1 more"},
				Proves: "the record says that the old candidate lacks one signature, and from whom it could come",
			},
			{
				Title: "a new sitting takes its place",
				Tells: []string{"It is told which sitting it comes after, and its record has what that one leaves behind. The machine remembers what its keys have signed: amsterdam and boston have to say why they sign another version 2, and that is an exception."},
				Run:   "rootmoot open second.yaml --after next --trust chain/1.root.json --chain chain --tokens tokens",
				Task:  "sign as amsterdam, boston, dakar; close the exceptions; go on",
				Comes: []string{"amsterdam", "boston", "dakar", auditor},
				Cast: people.Cast{Says: map[string]string{
					"decision": "the board's decision is on file; the old candidate is listed in this record",
				}},
				Signed: []string{"amsterdam", "boston", "dakar"},
			},
			{
				Title: "and once more, too late", Tells: []string{"Somebody wants three months instead. But now the candidate is complete: it is a root, and whoever has the files can publish it."},
				Event: []Event{renewalFor(90, "third.yaml")},
				Run:   "rootmoot open third.yaml --after second --trust chain/1.root.json --chain chain --tokens tokens", Code: 1,
				Says:   []string{"its candidate is complete", "what should be different belongs into the version after it"},
				Proves: "a candidate that is complete cannot be given up",
			},
			audited("second", "the evidence lists the signatures over the candidate that was given up", "the key of amsterdam signed another version 2", "the key of boston signed another version 2", "that stays valid")[0],
			{Title: "the second plan's root is published", Run: "rootmoot publish second chain --trust @chain --rehearsal", Says: []string{"chain/2.root.json"}},
			{Run: verifies, Says: []string{"accepted version 2"}, Proves: "the root of the second plan holds"},
		}),
	}
}

func twoCandidates() Scenario {
	const other = "rootmoot open other.yaml --place boston --trust chain/1.root.json --chain chain --tokens tokens"
	return Scenario{
		Name: "two-candidates", Line: "two drafts circulate, and each gets signatures",
		Tells: []string{"The root is to be renewed. The draft was mailed round, and mended after that. Amsterdam opens the new one, next.yaml; boston still has the old one, other.yaml. Nobody has compared the words."},
		Stages: join([]Stage{
			atSignatures(Stage{
				Title: "amsterdam leads, by the new draft", Event: []Event{renewal(), renewalFor(180, "other.yaml")},
				Task:  "sign as amsterdam, and leave at Signatures",
				Comes: []string{"amsterdam", auditor}, Signed: []string{"amsterdam"},
			}),
			{
				Title: "boston wants to join", Event: []Event{Carries{"next/journal", "stick/amsterdam.journal"}},
				Tells: []string{"Here it could have come out."},
				Run:   other + " --join stick/amsterdam.journal", Code: 2, Says: []string{"two drafts are about"},
				Proves: "a sitting of another draft is not joined, and both digests are said",
			},
			{
				Title: "boston begins one of its own",
				Tells: []string{"Boston takes that for a fault of the program, and calls it without --join."},
				Run:   other, Code: 4, Task: "sign as boston, and leave at Signatures",
				Comes: []string{"boston", auditor}, Cast: people.Cast{Until: "signatures"}, Signed: []string{"boston"},
			},
			{Title: "boston asks chennai", Run: "rootmoot request other chennai"},
			{
				Title: "chennai signs what boston sent", Event: []Event{Carries{"other/chennai.request.json", "stick/old.request.json"}},
				Run:  "rootmoot sign stick/old.request.json --sitting chennai-old --trust @chain --tokens tokens",
				Task: "sign as chennai, and go on to the end", Comes: []string{"chennai", auditor},
			},
			{
				Title: "amsterdam gets chennai's contribution",
				Tells: []string{"It is over another plan. It is not taken, and kept aside; both digests are said. Now everybody knows that there are two drafts."},
				Event: []Event{Carries{"chennai-old/chennai.contribution.json", "stick/old.contribution.json"}},
				Run:   "rootmoot merge next stick/old.contribution.json", Code: 1, Says: []string{"NOT TAKEN", "plan: this sitting's is", "the one given is for"},
				Proves: "what was signed over the other draft is set aside, and both digests are said",
			},
			{
				Title: "the old draft is given up",
				Tells: []string{"What boston and chennai signed stays valid, and lacks one signature. Chennai's goes to boston first, where it belongs, so that boston's record knows of it. Then boston aborts."},
				Run:   "rootmoot merge other stick/old.contribution.json", Says: []string{"taken"},
			},
			{
				Run: other, Task: "abort the sitting: it was an old draft", Comes: []string{"boston", auditor},
				Cast: people.Cast{Errands: []people.Errand{{
					At: "signatures", Act: sitting.ActAbort, Says: map[string]string{"why": "it was an old draft"},
				}}},
			},
		}, answers("chennai", "next", Stage{
			After: day,
			Tells: []string{"Chennai's machine remembers that this key has signed another version 2, and wants to know why it signs one more. What is typed becomes an exception."},
			Task:  "sign as chennai, and say why a second time; go on to the end",
			Cast:  people.Cast{Says: map[string]string{"second": "what I signed first was an old draft"}},
		}), []Stage{
			{
				Title: "amsterdam ends the sitting",
				Tells: []string{"It is told whose place it takes: what boston's sitting leaves behind goes into the record."},
				Run:   "rootmoot open next.yaml --after other --trust chain/1.root.json --chain chain --tokens tokens",
				Task:  "sign in dakar and sign as dakar; go on to the end",
				Comes: []string{"amsterdam", "dakar", auditor},
				Cast: people.Cast{Says: map[string]string{
					"decision": "the old draft is given up; what it was signed by is listed in this record",
				}},
				Signed: []string{"amsterdam", "chennai", "dakar"},
			},
		}, audited("next", "the evidence lists the signatures over the old draft", "the key of boston signed another version 2", "the key of chennai signed another version 2", "that stays valid"), published("the root of the new draft holds")),
	}
}

func alteredStick() Scenario {
	const (
		request      = "stick/chennai.request.json"
		contribution = "stick/chennai.contribution.json"
		signs        = "rootmoot sign stick/chennai.request.json --sitting chennai --trust @chain --tokens tokens"
	)
	return Scenario{
		Name: "altered-stick", Line: "files are changed on their way, there and back",
		Tells: []string{"The root is to be renewed. Chennai is asked by mail, and somebody sits between."},
		Stages: join([]Stage{
			atSignatures(Stage{
				Title: "two sign", Event: []Event{renewal()},
				Task:  "sign as amsterdam and boston, and leave at Signatures",
				Comes: []string{"amsterdam", "boston", auditor}, Signed: []string{"amsterdam", "boston"},
			}),
			{Title: "chennai is asked", Run: "rootmoot request next chennai"},
			{
				Title: "the request is changed on its way",
				Tells: []string{"One digit of the expiry, in the plan. Chennai's machine works everything out from the plan, and compares it with what else the request says."},
				Event: []Event{Alters{"next/chennai.request.json", request, "expires: 20"}},
				Run:   signs, Code: 2,
				Proves: "a request that says something else than its own plan is refused before anybody is asked",
			},
		}, []Stage{
			{
				Title: "it is sent once more", Event: []Event{Carries{"next/chennai.request.json", request}},
				Run: signs, Comes: []string{"chennai", auditor}, Task: "sign as chennai, and go on to the end",
			},
			{
				Title: "the contribution is changed on its way", Event: []Event{Alters{"chennai/chennai.contribution.json", contribution, `"sig":"`}},
				Tells: []string{"One digit of the signature. The words would have told, and so does the program."},
				Run:   "rootmoot merge next " + contribution, Code: 1, Says: []string{"NOT TAKEN", "signature of chennai"},
				Proves: "a contribution that was changed is set aside, and nothing of it counts",
			},
			{
				Title: "it comes once more", Event: []Event{Carries{"chennai/chennai.contribution.json", contribution}},
				Run: "rootmoot merge next " + contribution, Says: []string{"taken"}, Proves: "the one that was not changed counts",
			},
			{
				Title: "the sitting is ended", Run: opens,
				Task:  "record an exception about the sticks; close it; go on to the end",
				Comes: []string{"amsterdam", "boston", auditor},
				Cast: people.Cast{
					Errands: []people.Errand{{At: "signatures", Act: sitting.ActException, Says: map[string]string{
						"expected": "files that arrive as they were sent", "happened": "two files for and from chennai were changed on their way",
					}}},
					Says: map[string]string{"decision": "both were noticed and sent again by hand; the changed ones are kept aside"},
				},
				Signed: []string{"amsterdam", "boston", "chennai"},
			},
		}, audited("next", "the evidence tells of the changed files", "two files for and from chennai were changed on their way"), published("the root holds")),
	}
}
