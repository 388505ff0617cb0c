package sitting

import (
	"context"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

// stepFreeze: the plan with every key in full, and its digest read back, all
// of it, at every place.
type stepFreeze struct{}

func (stepFreeze) title() string { return "Freeze: read the plan's digest back" }

func (stepFreeze) short() string { return "Freeze" }

func (stepFreeze) show(s *Sitting, v *View) {
	if s.state.Frozen == nil {
		v.Body = []Block{{Text: []string{safe("The plan cannot be frozen: %v", s.state.Blocked), "Mend the plan and begin another sitting."}}}
		return
	}
	d := s.state.Frozen.Digest()
	v.Body = []Block{
		{
			Text: []string{
				"Every public key stands in the plan now. Each place reads all 32 words aloud and the others follow; or one types the digest as 24 words from another place's screen.",
				"If a single word differs, somebody has another plan: stop.",
			},
			Lines: s.frozenKeys(),
		},
		digestBlock("Digest of the frozen plan", d),
		{Title: "The same, as 24 words to type at another place", Lines: lines(words.EncodeBIP39(d), 4)},
	}
	v.Acts = []Offer{
		s.confirmed(Offer{ID: ActReadBack, Next: true, Label: "all 32 words were read back and are the same everywhere"}, d),
		s.typedBack(Offer{ID: ActTypeBack, Label: "type the 24 words of another place's screen"}, d),
	}
}

func (s *Sitting) frozenKeys() []string {
	var out []string
	for _, name := range sortedKeys(s.state.Frozen.Keys) {
		if k, ok := s.state.Frozen.KeyOf(name); ok {
			out = append(out, safe("%s, %v", name, k.Algorithm()), "  "+k.Fingerprint().String())
		}
	}
	return out
}

func (stepFreeze) do(_ context.Context, s *Sitting, a Act, _ func(Progress)) error {
	how := "32 words read back"
	if a.ID == ActTypeBack {
		d, err := words.DecodeBIP39(a.Fields[fieldBIP39])
		if err != nil {
			return &Refusal{Kind: NotDone, What: "the 24 words", Hint: "compare them with the other screen, word by word", Err: err}
		}
		if d != s.state.Frozen.Digest() {
			return refuse("stop: the two places have different plans", "these are the words of %v, the plan here is %v", root.Digest(d), s.state.Frozen.Digest())
		}
		how = "24 words typed"
	}
	if err := s.keep(FrozenFile, s.state.Frozen.Raw()); err != nil {
		return notWritten("the frozen plan", "another file of that name stands there: move it away, it is never overwritten", err)
	}
	return s.confirm(ceremony.StepFreeze, a, how)
}

// lines groups words, a few a line.
func lines(list []string, per int) []string {
	var out []string
	for i := 0; i < len(list); i += per {
		line := ""
		for j, w := range list[i:min(i+per, len(list))] {
			line += fmt.Sprintf("%2d %-11s", i+j+1, w)
		}
		out = append(out, strings.TrimRight(line, " "))
	}
	return out
}
