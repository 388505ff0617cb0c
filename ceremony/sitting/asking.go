package sitting

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// RequestName is the name of the request file for a participant.
func RequestName(participant string) string { return participant + ".request.json" }

// Ask writes the request for a participant elsewhere into the sitting's
// directory, records that they were asked, and returns the file. Asking again
// for the same gives the same bytes. The error is a *[Refusal] if there is
// nothing to ask of them.
func (s *Sitting) Ask(participant string) (ceremony.Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.askOf(participant)
	s.refresh()
	return r, told(err)
}

func (s *Sitting) askOf(participant string) (ceremony.Request, error) {
	if err := s.mayAsk(); err != nil {
		return ceremony.Request{}, err
	}
	chain, err := s.chain()
	if err != nil {
		return ceremony.Request{}, err
	}
	before, err := s.beforeRaw()
	if err != nil {
		return ceremony.Request{}, err
	}
	r, err := s.state.Ask(participant, chain, before)
	if err != nil {
		return r, &Refusal{Kind: NotDone, What: "nothing can be asked of " + safe("%s", participant), Hint: "rootmoot status shows who has still to do what", Err: err}
	}
	raw := r.Encode()
	if len(raw) > ceremony.MaxRequest {
		return r, refuse("give the sitting a shorter chain (--chain), beginning at a root that the keyholders hold", "the request has %d bytes, of at most %d", len(raw), ceremony.MaxRequest)
	}
	if err := safefile.Replace(s.dir, RequestName(participant), raw); err != nil {
		return r, notWritten("the request", "something else of that name stands there: move it away", err)
	}
	asked := ceremony.Fact{Body: ceremony.Asked{Participant: participant, Asks: r.Asks, Request: root.DigestOf(raw)}}
	if len(s.got.Lacks(asked)) > 0 {
		return r, s.record(asked)
	}
	return r, nil
}

// mayAsk: nobody elsewhere is asked before those here have read the plan back
// and seen the candidate, where there is one. What was sent out cannot be
// called back.
func (s *Sitting) mayAsk() error {
	if err := s.ready(); err != nil {
		return err
	}
	if s.state.Elsewhere() {
		return refuse("ask where the sitting is led", "this is a keyholder's own place")
	}
	if s.state.Aborted != nil {
		return refuse("begin another sitting", "the sitting was aborted")
	}
	current, more := s.state.Current()
	steps := s.state.Agenda()
	if at := slices.Index(steps, current); more && at < slices.Index(steps, ceremony.StepSignatures) && current != ceremony.StepTokens {
		return refuse("go on with the sitting: "+s.state.Plan.Document.OpenedBy(), "nobody can be asked yet: the sitting stands at %q, and requests are written at %q and from %q on",
			steps[at], ceremony.StepTokens, ceremony.StepSignatures)
	}
	return nil
}

// chain are the roots that lead to the trusted one, as far as this place has them.
func (s *Sitting) chain() ([][]byte, error) {
	if s.state.Trusted.IsZero() {
		return nil, nil
	}
	out, err := ceremony.ChainBelow(s.state.Trusted.Version(), func(n int64) ([]byte, error) { return safefile.Read(s.dir, chainName(n), verify.MaxRoot) })
	return append(out, s.state.Trusted.Raw()), err
}

// beforeRaw is the file of the key manager document that the plan's follows; nil
// if it follows none.
func (s *Sitting) beforeRaw() ([]byte, error) {
	if s.state.Before == nil {
		return nil, nil
	}
	return safefile.Read(s.dir, evidence.BeforeFile, verify.MaxRoot)
}

// chainName is the name of a root that leads to the trusted one.
func chainName(version int64) string { return fmt.Sprintf("chain-%d.root.json", version) }

// elsewhereOffers are there where people's contributions are waited for: some
// of them may be at another place.
func (s *Sitting) elsewhereOffers() []Offer {
	if s.state.Elsewhere() {
		return nil
	}
	return []Offer{
		{
			ID: ActRequest, Label: "write the request for somebody elsewhere",
			Fields: []Field{{Name: "participant", Kind: FieldText, Prompt: "For whom (" + strings.Join(s.askable(), ", ") + ")"}},
		},
		{
			ID: ActMerge, Label: "merge a file that came from elsewhere",
			Fields: []Field{{Name: "file", Kind: FieldText, Prompt: "Path of the file"}},
		},
	}
}

// askable are those of whom something can be asked now.
func (s *Sitting) askable() []string {
	var out []string
	for _, st := range s.state.Standings() {
		if st.Asks != "" {
			out = append(out, st.Participant)
		}
	}
	return out
}

func (s *Sitting) doRequest(_ context.Context, a Act, say func(Progress)) error {
	name := strings.TrimSpace(a.Fields["participant"])
	r, err := s.askOf(name)
	if err != nil {
		return err
	}
	d := r.Digest()
	say(Progress{Kind: Passed, Text: safe("%s asks %s for a %s; SHA-256 %v", RequestName(name), name, r.Asks, d)})
	sayWords(d, say)
	return nil
}

// sayWords tells the words of a file, to be compared with those at its other place.
func sayWords(d root.Digest, say func(Progress)) {
	for _, line := range lines(words.EncodePGP(d), 4) {
		say(Progress{Kind: Noted, Text: line})
	}
}

func (s *Sitting) doMerge(_ context.Context, a Act, say func(Progress)) error {
	path := strings.TrimSpace(a.Fields["file"])
	raw, err := safefile.ReadPath(path, MaxArrival)
	if err != nil {
		return &Refusal{Kind: NotDone, What: "the file cannot be read", Hint: "type the path as the system has it, the stick's folder first", Err: err}
	}
	m, err := s.merge(path, raw)
	if err != nil {
		return err
	}
	for _, line := range m.lines() {
		say(Progress{Kind: Passed, Text: line})
	}
	sayWords(m.Digest, say)
	return nil
}
