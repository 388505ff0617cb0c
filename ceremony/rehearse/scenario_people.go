package rehearse

import (
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// atSignatures is a sitting that some come to, sign, and leave for others to
// answer from elsewhere.
func atSignatures(s Stage) Stage {
	s.Run, s.Code, s.Cast.Until = opens, 4, "signatures"
	return s
}

func missingKeyholder() Scenario {
	return Scenario{
		Name: "missing-keyholder", Line: "somebody is silent until the deadline has passed",
		Tells: []string{"The root is to be renewed. Amsterdam and boston meet and sign. Chennai was asked for the third signature, and says nothing."},
		Stages: join([]Stage{
			atSignatures(Stage{
				Title: "two sign", Event: []Event{renewal()},
				Task:  "sign as amsterdam and boston, and leave at Signatures",
				Comes: []string{"amsterdam", "boston", auditor}, Signed: []string{"amsterdam", "boston"},
			}),
			{Title: "chennai is asked", Run: "rootmoot request next chennai"},
			{
				Title: "who has not answered", After: 15 * day,
				Tells: []string{"Fifteen days have passed, and with them the deadline of the plan. The status says who is silent, and who else could sign: now is the time to ask dakar or fukuoka as well."},
				Run:   "rootmoot status next", Code: 4, Says: []string{"ago", "chennai silent, asked for a signature", "2 of 3: 1 more", "from chennai, dakar, fukuoka"},
				Proves: "the status names who is silent, and who could stand in",
			},
		}, answers("chennai", "next", Stage{
			Title: "chennai answers after all", After: day,
			Tells: []string{"A deadline is a label, and no lock: a signature that is late counts."},
			Task:  "sign as chennai, and go on to the end",
		})[1:], []Stage{
			{Run: "rootmoot status next", Code: 4, Says: []string{"chennai signed", "after the deadline"}, Proves: "chennai's signature counts, and is labelled late"},
			{Title: "the sitting is ended", Run: opens, Task: "check, seal and hand over", Comes: []string{"amsterdam", "boston", auditor}},
		}, published("the root holds, with the late signature")),
	}
}

func refusal() Scenario {
	return Scenario{
		Name: "refusal", Line: "a keyholder refuses, and says why; the others make the root",
		Tells: []string{"The root is to be renewed. Chennai gets a request, looks at the expiry, and does not sign. A refusal is an answer like any other: it is signed, and stays in the record."},
		Stages: join([]Stage{
			atSignatures(Stage{
				Title: "two sign", Event: []Event{renewal()},
				Task:  "sign as amsterdam and boston, and leave at Signatures",
				Comes: []string{"amsterdam", "boston", auditor}, Signed: []string{"amsterdam", "boston"},
			}),
		}, answers("chennai", "next", Stage{
			Task: "refuse as chennai, and say why; go on to the end",
			Cast: people.Cast{Mishaps: map[string]people.Mishap{"chennai": people.Refuses}},
		}), []Stage{
			{
				Title: "who could still sign", Run: "rootmoot status next", Code: 4,
				Says:   []string{"chennai refused (stated): ", "2 of 3: 1 more", "from dakar, fukuoka"},
				Proves: "the refusal is stated by chennai's own key, with its reason, and counts for nothing else",
			},
			{
				Title: "dakar comes instead", After: day, Run: opens, Task: "sign in dakar and sign as dakar; go on to the end",
				Comes: []string{"amsterdam", "boston", "dakar", auditor}, Signed: []string{"amsterdam", "boston", "dakar"},
			},
		}, audited("next", "the evidence proves the refusal, by chennai's own signature", "the key of chennai refused, and states: the expiry is not what our board decided"), published("the root holds")),
	}
}

func noWitness() Scenario {
	return Scenario{
		Name: "no-witness", Line: "the witness does not come, though the plan requires one",
		Tells: []string{"The root is to be renewed. The witness's train stands in a field. The sitting can begin without them, but not silently."},
		Stages: join([]Stage{
			{
				Title: "the sitting begins without a witness", Event: []Event{renewal()}, Run: opens,
				Task:  "record that no witness is here; three sign; close it; go on",
				Comes: []string{"amsterdam", "boston", "dakar"},
				Cast: people.Cast{
					Errands: []people.Errand{{
						At: "open", Act: sitting.ActException, Target: "witness",
						Says: map[string]string{"why": "the witness's train is stuck"},
					}},
					Says: map[string]string{"decision": "the root expires too soon to wait for another day; the room was filmed", "by": "amsterdam and dakar"},
				},
				Signed: []string{"amsterdam", "boston", "dakar"},
			},
			{Title: "what the record says", Run: "rootmoot status next"},
		}, audited("next", "the evidence says that nobody watched, and who decided that", "exception at open: no witness is here: the witness's train is stuck", "decided by amsterdam and dakar"), published("the root holds")),
	}
}

func brokenSeal() Scenario {
	return Scenario{
		Name: "broken-seal", Line: "a bag has another number than on paper",
		Tells: []string{"The root is to be renewed. The bag with boston's token has number 1041. The record of the last sitting says 1014, and the seal looks touched."},
		Stages: join([]Stage{
			{
				Title: "the token stays in its bag", Event: []Event{renewal()},
				Tells: []string{"An exception says what was expected and what was found. The token does not sign: whoever opened the bag may have put another in it, or watched the PIN. Afterwards its key leaves, as in lost-token."},
				Run:   opens,
				Task:  "record it at Tokens; boston cannot sign; three others do; close it",
				Comes: []string{"amsterdam", "boston", "chennai", "dakar", auditor},
				Cast: people.Cast{
					Errands: []people.Errand{
						{At: "tokens", Act: sitting.ActException, Says: map[string]string{
							"expected": "boston's token in bag 1014, sealed", "happened": "it came in bag 1041, and the seal looks touched",
						}},
						cannot("boston", "the bag was not the one on paper: the token is not used"),
					},
					Says: map[string]string{"decision": "the token goes back unopened, with photographs; its key leaves with the next root"},
				},
				Signed: []string{"amsterdam", "chennai", "dakar"},
			},
			{Title: "what the record says", Run: "rootmoot status next", Says: []string{"boston cannot or will not sign"}, Proves: "boston's token was not used, and the record says why"},
		}, audited("next", "the evidence has both numbers", "exception at tokens: it came in bag 1041, and the seal looks touched", "expected: boston's token in bag 1014"), published("the root holds without it")),
	}
}
