package provision

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/root"
)

// seal: the token is ready, and what belongs to it is written down and sealed.
type seal struct{}

func (seal) id() string { return "token-seal" }

func (seal) title() string { return "Write down and seal" }

func (seal) short() string { return "Seal" }

func (seal) show(p *Provisioning, v *sitting.View) {
	r := p.record
	done := "was provisioned"
	if !p.wrote {
		done = "was provisioned already; nothing was written to it"
	}
	v.Done = true
	v.Body = []sitting.Block{
		{Text: []string{titled(p.name()) + " " + done + ". Its attestation holds."}, Rows: [][2]string{
			{"serial number", r.Serial},
			{"firmware", r.Firmware},
			{"slot", fmt.Sprintf("%s: %s, PIN %s, touch %s", r.Slot, r.Algorithm, r.PINPolicy, r.TouchPolicy)},
			{"management key", p.managementLine()},
		}},
		{Title: "Fingerprint of the key", Digest: root.Digest(p.fingerprint())},
		{Title: "By hand, now", Lines: p.byHand()},
	}
}

// do refuses: the work is over.
func (seal) do(context.Context, *Provisioning, sitting.Act, func(sitting.Progress)) error {
	return sitting.Refuse(sitting.NotDone, "leave it; there is nothing more to do here", "the provisioning is over")
}

// byHand is what is written down, sealed and said to others.
func (p *Provisioning) byHand() []string {
	out := []string{
		"label: serial number, keyholder, date; never a PIN",
		"bag:   the token alone; note the bag's number, and have it witnessed",
	}
	if p.wrote {
		out = append(out, "sheet: PIN and PUK, each on its own, each in its own envelope")
		if !p.protects() {
			out = append(out, "sheet: the management key, in its envelope, with the serial number",
				"clear: the terminal's scrollback, if this was done as lines")
		}
		out = append(out, "hand:  0 with a stroke, 1 with a foot, 7 with a bar, capitals in print")
	}
	return append(out, "next:  the key is enrolled, in the sitting or by rootmoot plan enrol")
}
