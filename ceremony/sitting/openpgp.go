package sitting

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/openpgp"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// A keyholder who stays on an OpenPGP card signs with gpg, outside of this
// program: it writes the candidate's bytes once its digest is confirmed, tells
// the command, and takes the file that gpg made. No token lies on the table
// then, and there is no statement: the signature stands in the record alone.

// openPGPBytes and openPGPSignature are the files of a participant: what gpg
// signs, and what it makes.
func openPGPBytes(participant string) string { return participant + ".bytes" }

func openPGPSignature(participant string) string { return participant + ".sig" }

// states reports whether somebody has a token that makes statements.
func (s *Sitting) states(participant string) bool {
	t := s.state.Plan.Participants[participant].Token
	return t != nil && t.Kind.States()
}

// takeUpOpenPGP puts an OpenPGP key on the table, as the plan has it: there is
// nothing to look for in readers.
func (s *Sitting) takeUpOpenPGP(w Wanted) error {
	key, known := s.state.InForce().KeyOf(w.Participant)
	if !known {
		return refuse("mend the plan and begin another sitting", "the plan does not have the key of %s, and an OpenPGP key cannot be enrolled", w.Participant)
	}
	u := &turn{participant: w.Participant, info: token.Info{Kind: token.Kind(w.Kind), Serial: w.Serial, PINLeft: -1}, key: key}
	u.add(MarkWarn, "nothing proves where this key lives; gpg asks for it, and this program never speaks to it")
	u.add(MarkNote, "there will be no statement: the record shows a signature only")
	s.remember(u)
	s.turn, s.cannot[w.Participant] = u, u.failed
	return nil
}

// openPGP reports whether the key is one that gpg signs with.
func (u *turn) openPGP() bool { return u.token == nil }

func (u *turn) openPGPBlock() Block {
	return Block{
		Title: "OpenPGP key of " + u.participant,
		Rows: [][2]string{
			{"fingerprint", safe("%s", u.info.Serial)},
			{"public key", safe("%x", u.key.Raw())},
		},
		Checks: u.checks,
	}
}

// showCommand tells the command, once there is something to sign.
func (s *Sitting) showCommand(v *View) {
	if u := s.turn; u.openPGP() && s.wroteBytes(u.participant) {
		v.Heading = "Signature by gpg of " + u.participant // another page, which is read from its beginning
		v.Body = slices.Insert(v.Body, 0, Block{
			Title: "To be signed with gpg, by exactly this",
			Lines: commandOf(u.info.Serial, u.participant),
			Text:  []string{safe("%s lies in %s, and may be carried to where the key is. Its SHA-256 is the digest below.", openPGPBytes(u.participant), s.cfg.Dir)},
			Whole: true,
		})
	}
}

// commandOf is made of what a plan may have in it: hex digits, and a name of
// letters, digits and hyphens. Nothing has to be made safe, and the backslashes
// stay.
func commandOf(fingerprint, participant string) []string {
	return openpgp.Command(fingerprint, openPGPBytes(participant), openPGPSignature(participant))
}

// ToSign is the command with which gpg signs, at a keyholder's own place that
// waits for what it makes; false at any other.
func (s *Sitting) ToSign() (command []string, waits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, named := WantedBy(s.state.InForce(), s.state.For)
	_, given := s.state.Given()
	if !s.state.Elsewhere() || !named || w.Kind != plan.OpenPGPToken || given || !s.wroteBytes(w.Participant) {
		return nil, false
	}
	return commandOf(w.Serial, w.Participant), true
}

// wroteBytes reports whether the bytes that gpg signs lie here, unchanged.
func (s *Sitting) wroteBytes(participant string) bool {
	if s.state.Candidate == nil {
		return false
	}
	want := s.state.Candidate.Body().Signed()
	raw, err := safefile.Read(s.dir, openPGPBytes(participant), int64(len(want)))
	return err == nil && bytes.Equal(raw, want)
}

// openPGPOffers: first the bytes, by three words of their digest as for every
// signature; then what gpg made of them.
func (s *Sitting) openPGPOffers() []Offer {
	u, d := s.turn, s.state.Candidate.Digest()
	if u.failed {
		return nil
	}
	if !s.wroteBytes(u.participant) {
		return []Offer{s.confirmed(Offer{
			ID: ActBytes, Target: u.participant, Danger: true, Next: true,
			Label: fmt.Sprintf("write %s, to be signed with gpg as %s", openPGPBytes(u.participant), u.participant), Fields: s.secondFields(u),
		}, d)}
	}
	take := Offer{
		ID: ActImport, Target: u.participant, Digest: d, Danger: true, Next: true,
		Label: "take the signature that gpg made for " + u.participant,
	}
	if s.cfg.Signature != "" {
		take.Label += safe(": %s", s.cfg.Signature)
	} else {
		take.Fields = []Field{{Name: "file", Kind: FieldText, Prompt: "Path of " + openPGPSignature(u.participant)}}
	}
	return []Offer{take}
}

// writeBytes writes what gpg signs, after the ledger knows of it. Other bytes of
// that name stay.
func (s *Sitting) writeBytes(a Act, say func(Progress)) error {
	u := s.turn
	if err := s.intend(u, a); err != nil {
		return err
	}
	name := openPGPBytes(u.participant)
	if err := s.keep(name, s.state.Candidate.Body().Signed()); err != nil {
		return notWritten("the bytes to sign", "another file of that name stands there: move it away, it is never overwritten", err)
	}
	say(Progress{Kind: Passed, Text: safe("%s is written, in %s", name, s.cfg.Dir)})
	say(Progress{Kind: Noted, Text: safe("the page now begins with the command by which gpg signs it: run that, and bring %s back", openPGPSignature(u.participant))})
	return nil
}

// takeSignature takes the file that gpg made: a contribution that is a signature
// only.
func (s *Sitting) takeSignature(a Act, say func(Progress)) error {
	u, path := s.turn, s.cfg.Signature
	if path == "" {
		path = strings.TrimSpace(a.Fields["file"])
	}
	raw, err := safefile.ReadPath(path, openpgp.MaxSignature)
	if err != nil {
		hint := "type the path as the system has it"
		if s.cfg.Signature != "" {
			hint = "leave, and call again with the file that gpg made"
		}
		return &Refusal{Kind: NotDone, What: "the signature cannot be read", Hint: hint, Err: err}
	}
	if err := s.intend(u, a); err != nil {
		return err
	}
	c := s.contribution(ceremony.SignatureMade, u)
	if c.Signature, err = s.imported(u, raw); err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: "the signature verifies, over the bytes that were shown and by the key in the plan"})
	f, err := s.state.Accept(c)
	if err != nil {
		return err
	}
	if err := s.record(f); err != nil {
		return err
	}
	s.putAway()
	say(Progress{Kind: Passed, Text: safe("the signature of %s is recorded, without a statement", c.Participant)})
	return nil
}

// imported is a detached signature by gpg as conda's root has it.
func (s *Sitting) imported(u *turn, raw []byte) (*ceremony.Signature, error) {
	sig, err := openpgp.ParseSignature(raw)
	var f *openpgp.Fault
	switch {
	case errors.As(err, &f):
		return nil, Refuse(NotTaken, f.Do, "%s", safe("%s", f.What))
	case err != nil:
		return nil, err
	}
	if errors.As(sig.By(u.info.Serial), &f) {
		return nil, Refuse(NotTaken, f.Do, "the signature %s", safe("%s", f.What))
	}
	m, err := s.state.Candidate.Message(u.key.Fingerprint(), root.Header(sig.Header))
	if err != nil {
		return nil, Refuse(NotTaken, "mend the plan and begin another sitting", "%s", safe("%v", err))
	}
	const other = "sign %s, unchanged, by the exact command; if it is refused again, compare the public key in the plan with what rootmoot inspect shows of gpg --export"
	if !bytes.HasPrefix(m.Bytes(), sig.Left[:]) {
		return nil, Refuse(NotTaken, fmt.Sprintf(other, openPGPBytes(u.participant)), "the signature is over other bytes than those of this candidate")
	}
	done, err := m.Finish(sig.Sig[:])
	if err != nil {
		return nil, &Refusal{Kind: NotTaken, What: "the signature does not verify", Hint: fmt.Sprintf(other, openPGPBytes(u.participant)), Err: err}
	}
	return &ceremony.Signature{Sig: done.Sig, Header: ceremony.Hex(done.Header)}, nil
}

// takesUp is the offer to put somebody's token, or their OpenPGP key, on the
// table.
func (s *Sitting) takesUp(participant string) Offer {
	what := "token"
	if s.state.Plan.Participants[participant].Token.Kind == plan.OpenPGPToken {
		what = "OpenPGP key"
	}
	return Offer{ID: ActToken, Target: participant, Label: "take up the " + what + " of " + participant}
}
