package sitting

import (
	"context"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/words"
)

// Do carries out an act that the view offers. say is told what happens on the
// way; it must return promptly. An error is a *Refusal or a fault of the
// machine; what was recorded before it is whole, and stays.
//
// One act at a time, with one exception: ActTouch may come while another waits
// for the touch.
func (s *Sitting) Do(ctx context.Context, a Act, say func(Progress)) error {
	defer a.PIN.Wipe()
	if say == nil {
		say = func(Progress) {}
	}
	if a.ID == ActTouch {
		return s.touched()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, offered := s.View().Offer(a.ID, a.Target)
	if !offered {
		return refuse("look at what is offered now", "%s %s is not offered at this step", a.ID, a.Target)
	}
	if err := s.fits(a, o); err != nil {
		s.refresh() // other words are asked for next time
		return err
	}
	err := s.carryOut(ctx, a, say)
	s.refresh()
	return err
}

func (s *Sitting) carryOut(ctx context.Context, a Act, say func(Progress)) error {
	switch a.ID {
	case ActSignIn:
		return s.signIn(a)
	case ActException:
		return s.deviate(a)
	case ActClose:
		return s.closeException(a)
	case ActPutAway:
		s.putAway()
		return nil
	case ActToken:
		return s.takeUp(ctx, a.Target, say)
	}
	current, more := s.state.Current()
	if !more {
		return refuse("", "the sitting is over")
	}
	return steps[current].do(ctx, s, a, say)
}

// fits checks an act against its offer: the digest that the screen showed, the
// words that it asked for, every field that must be there.
func (s *Sitting) fits(a Act, o Offer) error {
	if a.Digest != o.Digest {
		return refuse("look at the screen again: what it shows has changed", "the act is for digest %v, the screen shows %v", a.Digest, o.Digest)
	}
	for _, f := range o.Fields {
		if err := s.filledIn(a, o, f); err != nil {
			return err
		}
	}
	// Nothing unasked is taken: a witness's words that nobody compared least of all.
	for _, name := range sortedKeys(a.Fields) {
		if !slices.ContainsFunc(o.Fields, func(f Field) bool { return f.Name == name }) {
			return refuse("", "%s asks for no %q", a.ID, name)
		}
	}
	return nil
}

func (s *Sitting) filledIn(a Act, o Offer, f Field) error {
	value := strings.TrimSpace(a.Fields[f.Name])
	switch {
	case looksLikeToken([]byte(value)), f.Kind == FieldSecret && looksLikeToken(a.PIN.Bytes()):
		return refuse("delete it and go on", "that looks like a token's one-time password, from a touch outside of signing")
	case f.Kind == FieldSecret && len(a.PIN.Bytes()) == 0:
		return refuse("type the PIN, or put the token away", "there is no PIN; nothing was tried")
	case f.Kind == FieldWords:
		if err := words.Match(o.Digest, f.Positions, strings.Fields(value)); err != nil {
			s.ask(o)
			whose := "your"
			if f.Name == fieldWitness {
				whose = "the witness's"
			}
			return &Refusal{What: whose + " words are not those on the screen", Hint: "read them again; other ones are asked for now", Err: err}
		}
	case value == "" && f.Kind == FieldText && !f.Optional:
		return refuse("type it, or do something else", "%s: nothing was typed, and nothing is taken for granted", f.Prompt)
	case len(value) > maxTyped:
		return refuse("say it shorter", "%s: %d bytes were typed, at most %d are taken", f.Prompt, len(value), maxTyped)
	}
	return nil
}

// maxTyped bounds what is typed into a field, in bytes: a terminal takes no
// longer line, and the journal is no place for files.
const maxTyped = 4096

// looksLikeToken notices the one-time password that a touched YubiKey types: 44
// characters of modhex as it comes from the factory, 32 at least, in capitals if
// those are locked, and after what was typed already. No word, name or sentence
// has such a run of letters.
func looksLikeToken(typed []byte) bool {
	const modhex, shortest = "cbdefghijklnrtuvCBDEFGHIJKLNRTUV", 32
	run := 0
	for _, b := range typed {
		if run++; strings.IndexByte(modhex, b) < 0 {
			run = 0
		}
		if run == shortest {
			return true
		}
	}
	return false
}

// step is one step's view and acts.
type step interface {
	title() string
	show(s *Sitting, v *View)
	do(ctx context.Context, s *Sitting, a Act, say func(Progress)) error
}

// steps are the agenda.
var steps = map[ceremony.Step]step{
	ceremony.StepOpen:       stepOpen{},
	ceremony.StepRoom:       stepRoom{},
	ceremony.StepTrusted:    stepTrusted{},
	ceremony.StepTokens:     stepTokens{},
	ceremony.StepFreeze:     stepFreeze{},
	ceremony.StepCandidate:  stepCandidate{},
	ceremony.StepSignatures: stepSignatures{},
	ceremony.StepCheck:      stepCheck{},
	ceremony.StepSeal:       stepSeal{},
	ceremony.StepHandOver:   stepHandOver{},
}

// confirm ends a step, saying how, and which witness typed words too.
func (s *Sitting) confirm(step ceremony.Step, a Act, how string) error {
	witness := ""
	if a.Fields[fieldWitness] != "" {
		witness = s.witness()
	}
	return s.record(s.state.Confirm(step, how, witness))
}
