package sitting

import (
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// maxWitnessed bounds the file of a witness's signature, in bytes.
const maxWitnessed = 16 << 10

// headFile is the name of the text that a witness signs, for a head.
func headFile(head root.Digest) string { return "head-" + head.String()[:16] + ".txt" }

// witnessOffers are for witnesses with a key in the plan who are here: they sign
// the head with a tool of their own, and bring the signature back.
func (s *Sitting) witnessOffers() []Offer {
	var out []Offer
	for _, name := range sortedKeys(s.state.Plan.Witnesses) {
		if _, keyed := s.state.Plan.WitnessKey(name); !keyed || !s.isPresent(name) {
			continue
		}
		head := s.head()
		out = append(out,
			Offer{ID: ActHead, Target: name, Digest: head, Label: safe("write the head for %s to sign", name), Verb: "write the head"},
			Offer{
				ID: ActWitness, Target: name, Label: safe("take the signature of %s", name),
				Fields: []Field{{Name: "file", Kind: FieldText, Prompt: "Path of the signature"}},
			})
	}
	return out
}

// writeHead writes the text that a witness signs, beside the journal.
func (s *Sitting) writeHead(a Act, say func(Progress)) error {
	head := s.head()
	if err := s.keep(headFile(head), s.state.WitnessHead(head).Text()); err != nil {
		return notWritten("the text to sign", "another file of that name stands there: move it away", err)
	}
	k, _ := s.state.Plan.WitnessKey(a.Target)
	command, signature := k.Command(headFile(head))
	say(Progress{Kind: Passed, Text: safe("%s is written, in %s", headFile(head), s.cfg.Dir)})
	say(Progress{Kind: Noted, Text: safe("%s compares its last line with the words, and signs it: %s", a.Target, command)})
	say(Progress{Kind: Noted, Text: safe("then bring %s back", signature)})
	return nil
}

// takeWitness takes a witness's signature. Which head it is over, it proves itself.
func (s *Sitting) takeWitness(a Act, say func(Progress)) error {
	raw, err := safefile.ReadPath(strings.TrimSpace(a.Fields["file"]), maxWitnessed)
	if err != nil {
		return &Refusal{Kind: NotDone, What: "the signature cannot be read", Hint: "type the path as the system has it", Err: err}
	}
	b := ceremony.Witnessed{Witness: a.Target, Signature: string(raw)}
	for _, head := range slices.Backward(s.got.Heads) {
		b.Journal = head
		if err = s.state.AcceptWitnessed(b); err == nil {
			break
		}
	}
	if err != nil {
		return &Refusal{Kind: NotDone, What: "the signature is over no head of this journal", Hint: "write the head once more and have that file signed, with the key that the plan names", Err: err}
	}
	if len(s.got.Lacks(ceremony.Fact{Body: b})) == 0 {
		return nil
	}
	if err := s.record(ceremony.Fact{Body: b}); err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: safe("%s has signed the head %v", a.Target, b.Journal)})
	return nil
}
