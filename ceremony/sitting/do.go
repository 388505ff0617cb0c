package sitting

import (
	"context"

	"github.com/rootmoot/rootmoot/ceremony"
)

// Do carries out an act that the view offers. say is told what happens on the
// way; it must return promptly. An error is a *Refusal or a fault of the
// machine; what was recorded before it is whole, and stays.
//
// One act at a time, with one exception: ActTouch may come while another waits
// for the touch.
func (s *Sitting) Do(ctx context.Context, a Act, say func(Progress)) error {
	defer a.Wipe()
	if say == nil {
		say = func(Progress) {}
	}
	if a.ID == ActTouch {
		return s.touched(a.Touch)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := s.View().Taken(a)
	if err != nil {
		return err
	}
	if err := s.fits(a, o); err != nil {
		s.refresh() // other words are asked for next time
		return err
	}
	if records(a) {
		if err := s.ready(); err != nil {
			return told(err)
		}
	}
	err = s.carryOut(ctx, a, say)
	s.refresh()
	return told(err)
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
	case ActUnblock:
		return s.unblock(ctx, a, say)
	case ActRequest:
		return s.doRequest(ctx, a, say)
	case ActMerge:
		return s.doMerge(ctx, a, say)
	case ActCannot:
		return s.cannotSign(a)
	case ActPause:
		return s.pause(a)
	case ActResume:
		return s.resume()
	case ActAbort:
		return s.abort(a)
	case ActHead:
		return s.writeHead(a, say)
	case ActWitness:
		return s.takeWitness(a, say)
	}
	current, more := s.state.Current()
	if !more {
		return refuse("leave it; there is nothing more to do here", "the sitting is over")
	}
	return steps[current].do(ctx, s, a, say)
}

// step is one step's view and acts.
type step interface {
	title() string
	short() string // for the margin, in at most 13 columns
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
