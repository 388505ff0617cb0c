package rehearse

import (
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
)

// The commands that most scenarios have in common.
const (
	opens     = "rootmoot open next.yaml --trust chain/1.root.json --chain chain --tokens tokens"
	publishes = "rootmoot publish next chain --trust @chain --rehearsal"
	verifies  = "rootmoot-verify chain --rehearsal --trust @chain chain"
)

// renewal keeps the keys of the first root.
func renewal() Drafts {
	return Drafts{File: "next.yaml", Follows: "chain/1.root.json", Draft: Draft{Purpose: plan.Renew, Holders: firstHolders()}}
}

// published are the last two stages of most scenarios: a root that clients
// accept from the pin alone.
func published(proves string) []Stage {
	return []Stage{
		{Title: "the root is published, on another machine", Run: publishes, Says: []string{"chain/2.root.json"}},
		{Run: verifies, Says: []string{"accepted version 2"}, Proves: proves},
	}
}

// audited is the stage in which somebody who was not there reads the evidence of
// a sitting, and what they find in it.
func audited(sitting, proves string, says ...string) []Stage {
	return []Stage{{
		Title: "an auditor reads the evidence", Run: "rootmoot-verify evidence --rehearsal --trust @chain " + sitting + "/evidence.tar",
		Says: append([]string{"accepted version 2"}, says...), Proves: proves,
	}}
}

// answers are the stages in which a keyholder answers a request at a place of
// their own, and the file comes back to the sitting.
func answers(name, sitting string, own Stage) []Stage {
	request := name + ".request.json"
	contribution := name + ".contribution.json"
	if own.Title == "" {
		own.Title = name + " answers, at a place of their own"
	}
	own.Event = []Event{Carries{sitting + "/" + request, "stick/" + request}}
	own.Run = "rootmoot sign stick/" + request + " --sitting " + name + " --trust @chain --tokens tokens"
	own.Comes = []string{name, auditor} // who is on the telephone
	return []Stage{
		{Title: name + " is asked", Run: "rootmoot request " + sitting + " " + name},
		own,
		{
			Title: "what " + name + " gave comes back", Event: []Event{Carries{name + "/" + contribution, "stick/" + contribution}},
			Run: "rootmoot merge " + sitting + " stick/" + contribution,
		},
	}
}

// join is a sequence of stages.
func join(parts ...[]Stage) []Stage {
	var out []Stage
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func places() Scenario {
	const (
		amsterdam = "rootmoot open next.yaml --place amsterdam --trust chain/1.root.json --chain chain --tokens tokens"
		boston    = "rootmoot open next.yaml --sitting boston --place boston --join stick/amsterdam.journal --trust chain/1.root.json --chain chain --tokens tokens"
	)
	until := func(step string) people.Cast { return people.Cast{Until: step} }
	lead := func(where string, s Stage) Stage {
		s.Run, s.Comes, s.Code = amsterdam, []string{"amsterdam", auditor}, 4
		if where == "boston" {
			s.Run, s.Comes = boston, []string{"boston", auditor}
		}
		return s
	}
	return Scenario{
		Name: "places", Line: "two leads, three keyholders, each at a place of their own",
		Tells: []string{
			"The ordinary case. Nobody travels: amsterdam and boston each lead the sitting at a place of their own, and sign there. Edinburgh joins, fukuoka leaves. The others answer requests at their desks, on another day. Files travel by stick; here, a stick is a folder.",
		},
		Stages: join([]Stage{
			lead("amsterdam", Stage{
				Title: "amsterdam begins",
				Event: []Event{Drafts{File: "next.yaml", Follows: "chain/1.root.json", Draft: Draft{
					Purpose: plan.Rotate, Holders: []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh"}, Leaving: []string{"fukuoka"},
				}}},
				Task: "sign in amsterdam and the witness; leave at Tokens",
				Cast: until("tokens"),
			}),
		}, answers("edinburgh", "next", Stage{
			After: day,
			Tells: []string{"A key joins only when its token has proven that it holds it. Edinburgh does so a day later, at home."},
			Task:  "enrol edinburgh's key, and go on to the end",
		}), []Stage{
			lead("boston", Stage{
				Title: "boston leads too",
				Tells: []string{"Boston joins the attempt that amsterdam has begun: the journal says which."},
				Event: []Event{Carries{"next/journal", "stick/amsterdam.journal"}},
				Task:  "sign in boston and the witness; leave at Tokens",
				Cast:  until("tokens"),
			}),
			{Run: "rootmoot merge boston stick/edinburgh.contribution.json"},
			lead("amsterdam", Stage{
				Title: "amsterdam signs", After: day,
				Task: "sign as amsterdam, and leave at Signatures",
				Cast: until("signatures"), Signed: []string{"amsterdam"},
			}),
			lead("boston", Stage{
				Title: "boston signs",
				Task:  "sign as boston, and leave at Signatures",
				Cast:  until("signatures"), Signed: []string{"boston"},
			}),
		}, answers("dakar", "next", Stage{
			After: 2 * day, Task: "sign as dakar, and go on to the end",
		}), answers("chennai", "boston", Stage{
			After: day, Task: "sign as chennai, and go on to the end",
		}), []Stage{
			{
				Title: "the two leads tell each other", After: day,
				Tells: []string{"Each place has half of the signatures. Their journals have the rest; which one is merged first does not matter, nor how often."},
				Event: []Event{Carries{"next/journal", "stick/amsterdam.journal"}, Carries{"boston/journal", "stick/boston.journal"}},
				Run:   "rootmoot merge next stick/boston.journal",
			},
			{Run: "rootmoot merge boston stick/amsterdam.journal"},
			{Run: "rootmoot merge boston stick/amsterdam.journal", Says: []string{"taken before"}, Proves: "a file that is merged twice changes nothing"},
			{Run: "rootmoot status next", Code: 4, Says: []string{"quorum old 4 of 3: met", "quorum new 4 of 3: met"}, Proves: "amsterdam counts the signatures of both places"},
			{Run: "rootmoot status boston", Code: 4, Says: []string{"quorum old 4 of 3: met", "quorum new 4 of 3: met"}, Proves: "boston counts the same"},
			finishes(lead("amsterdam", Stage{Title: "amsterdam ends the sitting", Task: "check, seal and hand over"})),
			finishes(lead("boston", Stage{Title: "boston ends the sitting", Task: "check, seal and hand over"})),
			{Event: []Event{Same{"next/2.root.json", "boston/2.root.json"}}, Proves: "the two places made the same root, to the byte"},
			{
				Title: "an auditor reads the evidence of both", Run: "rootmoot-verify evidence --rehearsal --trust @chain next/evidence.tar --beside boston/evidence.tar",
				Says: []string{"quorum new: 4 keys have signed", "accepted version 2"}, Proves: "the records of both places hold, and fit together",
			},
		}, published("clients accept it from the pin alone")),
	}
}

// finishes leads a sitting to its end.
func finishes(s Stage) Stage {
	s.Code, s.Cast.Until = 0, ""
	return s
}
