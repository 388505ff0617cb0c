package main

import (
	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/root"
)

// statusJSON is where a sitting stands, for machines.
type statusJSON struct {
	Schema       string            `json:"schema"` // rootmoot/status/v1
	Plan         string            `json:"plan"`   // its name
	Rehearsal    bool              `json:"rehearsal"`
	Place        string            `json:"place"`
	For          string            `json:"for,omitempty"`
	Attempt      root.Digest       `json:"attempt"`
	Version      int64             `json:"version,omitzero"`
	Candidate    root.Digest       `json:"candidate,omitzero"`
	Deadline     string            `json:"deadline,omitempty"`
	Step         ceremony.Step     `json:"step,omitempty"` // absent when it is over
	Aborted      string            `json:"aborted,omitempty"`
	Paused       bool              `json:"paused,omitzero"`
	Participants []participantJSON `json:"participants"`
	Quorums      []quorumJSON      `json:"quorums"`
	Exceptions   []string          `json:"open_exceptions"`
	NotTaken     []string          `json:"not_taken"`
	Remarks      []string          `json:"remarks"`
	Entries      int               `json:"entries"`
	Head         root.Digest       `json:"head,omitzero"`
}

type participantJSON struct {
	Name    string                    `json:"name"`
	Stands  ceremony.Part             `json:"stands"`
	Wanted  ceremony.ContributionKind `json:"wanted,omitempty"`
	Asked   int                       `json:"requests"`
	Backing ceremony.Backing          `json:"backing,omitempty"`
	Needed  bool                      `json:"needed"`
	Late    bool                      `json:"late,omitzero"`
	Reason  string                    `json:"reason,omitempty"`
}

type quorumJSON struct {
	Name       string   `json:"quorum"`
	Need       int      `json:"need"`
	Have       int      `json:"have"`
	Missing    int      `json:"missing"`
	Could      []string `json:"could_sign"`
	Refused    []string `json:"refused"`
	Claimed    []string `json:"claimed"`
	OutOfReach bool     `json:"out_of_reach"`
}

func statusJSONOf(st sitting.Status) statusJSON {
	out := statusJSON{
		Schema: "rootmoot/status/v1", Plan: st.Title, Rehearsal: st.Rehearsal, Place: st.Place, For: st.For,
		Attempt: st.Attempt, Version: st.Version, Candidate: st.Candidate, Step: st.Step, Paused: st.Paused,
		NotTaken: st.NotTaken, Remarks: st.Remarks, Entries: st.Entries, Head: st.Head,
	}
	if !st.Deadline.IsZero() {
		out.Deadline = root.FormatTime(st.Deadline)
	}
	if st.Aborted != nil {
		out.Aborted = st.Aborted.Why
	}
	for _, s := range st.Standings {
		out.Participants = append(out.Participants, participantJSON{s.Participant, s.Part, s.Asks, s.Asked, s.Backing, s.Needed, s.Late, s.Reason})
	}
	for _, l := range st.Lacks {
		out.Quorums = append(out.Quorums, quorumJSON{l.Quorum, l.Need, l.Have, l.Missing(), l.Could, l.Refused, l.Claimed, l.OutOfReach()})
	}
	for _, e := range st.Open {
		out.Exceptions = append(out.Exceptions, e.Happened)
	}
	return out
}
