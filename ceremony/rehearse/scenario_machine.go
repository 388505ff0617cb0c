package rehearse

import (
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

func powerCut() Scenario {
	return Scenario{
		Name: "power-cut", Line: "the program dies between two touches, and goes on",
		Tells: []string{"The root is to be renewed. While boston signs somebody trips over the cable."},
		Stages: join([]Stage{
			{
				Title: "the power fails", Event: []Event{renewal()}, Run: opens, Dies: "boston",
				Task:   "between the two touches of a signature, kill this program",
				Comes:  []string{"amsterdam", "boston", "dakar", auditor},
				Signed: []string{"boston"},
				Proves: "the signature that was made before the cut is not lost",
			},
			{
				Title: "it goes on", Event: []Event{Tears{"next/journal"}},
				Tells: []string{"The same command goes on at the same step. The last line of the journal reached the disk in part: the program sets it aside and says so. It was never reported as written, so nothing is lost with it."},
				Run:   opens, Task: "see what is said of the torn line; sign; go on to the end",
				Comes:  []string{"amsterdam", "boston", "dakar", auditor},
				Signed: []string{"amsterdam", "boston", "dakar"},
			},
		}, published("the root holds, with the signature from before the cut")),
	}
}

func wrongClock() Scenario {
	return Scenario{
		Name: "wrong-clock", Line: "the machine's clock is three days slow",
		Tells: []string{
			"The root is to be renewed. The machine's battery was empty, and its clock is three days slow. The clock on the wall shows {wall}.",
			"What is signed does not depend on it: the plan says the signing time. But what a place records has the machine's time in it, so that it is compared, and the difference recorded.",
		},
		Stages: join([]Stage{
			{
				Title: "the clocks are compared", Slow: 3 * day, Event: []Event{renewal()}, Run: opens,
				Task:  "type the wall's time at Room; record the exception; sign; close it",
				Comes: []string{"amsterdam", "boston", "dakar", auditor},
				Cast: people.Cast{
					Clock: 3 * day,
					Errands: []people.Errand{{At: "trusted-root", Act: sitting.ActException, Says: map[string]string{
						"expected": "a clock that is right", "happened": "the machine's clock is three days slow",
					}}},
					Says: map[string]string{"decision": "it stays as it is until the end; times in this record are three days early"},
				},
				Signed: []string{"amsterdam", "boston", "dakar"},
			},
		}, audited("next", "the evidence tells of the clock; no verdict depends on it", "when an outside clock said", "exception at trusted-root: the machine's clock is three days slow"), published("the root holds: its times are the plan's")),
	}
}

func witnessed() Scenario {
	return Scenario{
		Name: "witness", Line: "a witness with a key signs the record, at a break",
		Tells: []string{"The root is to be renewed. The plan names the public key of the witness, who keeps the private one. At lunch the witness signs the head of the record, with ssh-keygen, on a laptop of their own; from then on nobody can change what was recorded before, not even the lead."},
		Stages: join([]Stage{
			atSignatures(Stage{
				Title: "before lunch", Event: []Event{MakesKey{"witness/key"}, witnessedRenewal()},
				Task:  "sign as amsterdam and boston; break; write the head; leave",
				Comes: []string{"amsterdam", "boston", auditor},
				Cast: people.Cast{Errands: []people.Errand{
					{At: "signatures", Act: sitting.ActPause, Signed: 2, Says: map[string]string{"why": "lunch, until two"}},
					{At: "signatures", Act: sitting.ActHead, Target: auditor},
				}},
				Signed: []string{"amsterdam", "boston"},
			}),
			{
				Title: "lunch",
				Tells: []string{"The words of the head were read out, and stand on paper with the time. The witness compares them with the last line of the file, and signs it. In production that is ssh-keygen or minisign."},
				Event: []Event{SignsHead{"next", "witness/key", "stick/head.sig"}},
			},
			{
				Title: "after lunch", Run: opens,
				Tells: []string{"First the words on the screen are compared with those on paper: nobody has changed the record meanwhile. The signature is taken at the seal."},
				Task:  "go on; sign as dakar; at Seal take the signature stick/head.sig",
				Comes: []string{"amsterdam", "boston", "dakar", auditor},
				Cast: people.Cast{Errands: []people.Errand{
					{At: "seal", Act: sitting.ActWitness, Target: auditor, Says: map[string]string{"file": "stick/head.sig"}},
				}},
				Signed: []string{"amsterdam", "boston", "dakar"},
			},
		}, audited("next", "the evidence proves what was recorded before lunch, by the witness's own key", "the witness internal-audit signed the journal up to entry"), published("the root holds")),
	}
}

func witnessedRenewal() Drafts {
	d := renewal()
	d.WitnessKey = "witness/key.pub"
	return d
}
