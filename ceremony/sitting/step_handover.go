package sitting

import (
	"context"

	"github.com/rootmoot/rootmoot/ceremony"
)

// stepHandOver: the evidence of all that happened, and the end.
type stepHandOver struct{}

func (stepHandOver) title() string { return "Hand over" }

func (stepHandOver) short() string { return "Hand over" }

func (stepHandOver) show(s *Sitting, v *View) {
	if s.state.Elsewhere() {
		s.showAnswer(v)
		return
	}
	v.Body = []Block{{
		Text: []string{
			"The evidence is written: one file with all that this place holds, for auditors, and one in which names, places and serial numbers are hidden but for what each participant lets be published. Both are checked with rootmoot-verify evidence.",
			"Copy the whole directory to the media that leave the room, and write the SHA-256 of the evidence down; the signed file is what gets published.",
		},
		Rows: [][2]string{{"directory", safe("%s", s.cfg.Dir)}, {"signed file", s.output()}, {"evidence", EvidenceFile}, {"for everybody", PublicEvidenceFile}},
	}}
	v.Acts = []Offer{{ID: ActHandOver, Next: true, Label: "write the evidence and end the sitting"}}
}

func (stepHandOver) do(_ context.Context, s *Sitting, a Act, say func(Progress)) error {
	if s.state.Elsewhere() {
		return s.handBack(a, say)
	}
	if err := s.tidy(); err != nil {
		return err
	}
	files, err := s.files()
	if err != nil {
		return err
	}
	for _, f := range files {
		// What a file must hold is known: one that was changed is refused, one
		// that was taken away is written again.
		if err := s.keep(f.name, f.data); err != nil {
			return notWritten("the files to hand over", "find out who changed the file, and record an exception", err)
		}
	}
	if err := s.salted(); err != nil {
		return err
	}
	if err := s.writeEvidence(say); err != nil {
		return err
	}
	return s.confirm(ceremony.StepHandOver, a, "")
}

type file struct {
	name string
	data []byte
}

// files are the loose files of the sitting, as the record has them.
func (s *Sitting) files() ([]file, error) {
	signed, err := s.state.Assemble()
	if err != nil {
		return nil, err
	}
	out := []file{{PlanFile, s.state.Plan.Raw()}, {FrozenFile, s.state.Frozen.Raw()}}
	if !s.state.Trusted.IsZero() {
		out = append(out, file{TrustedFile, s.state.Trusted.Raw()})
	}
	return append(out, file{s.output(), signed}), nil
}
