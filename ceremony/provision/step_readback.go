package provision

import (
	"context"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// readBack: everything is read once more, and compared with what was wanted.
type readBack struct{}

func (readBack) id() string { return "token-read-back" }

func (readBack) title() string { return "Read back" }

func (readBack) short() string { return "Read back" }

func (readBack) show(p *Provisioning, v *sitting.View) {
	says := "Everything is on the token. Take it out and insert it again if you like: what is read now is what the token says without this program's help."
	if !p.wrote {
		says = "This token says that it is provisioned already. Nothing is written to it; it is read, and judged by what is wanted now."
	}
	v.Body = []sitting.Block{text(says), p.tokenBlock()}
	if p.checks != nil {
		v.Body = append(v.Body, sitting.Block{Title: "The last reading", Checks: p.checks})
	}
	v.Acts = []sitting.Offer{{ID: ActReadBack, Next: true, Label: "read everything back"}}
}

func (readBack) do(ctx context.Context, p *Provisioning, _ sitting.Act, say func(sitting.Progress)) error {
	if err := p.attest(ctx); err != nil {
		return err
	}
	p.checks = p.readBack()
	tell(say, p.checks)
	for _, c := range p.checks {
		if c.Mark == sitting.MarkFail {
			return sitting.Refuse(sitting.BadToken, "see what the step says now; empty the token and begin again, or put it aside",
				"%s does not read back as it is to be: %s", p.name(), c.Text)
		}
	}
	p.finish()
	return nil
}

// readBack is what there is to be said of the finished token.
func (p *Provisioning) readBack() []sitting.CheckLine {
	i := p.info
	var out []sitting.CheckLine
	add := func(ok bool, otherwise sitting.Mark, format string, args ...any) {
		mark := otherwise
		if ok {
			mark = sitting.MarkPass
		}
		out = append(out, sitting.CheckLine{Mark: mark, Text: safe(format, args...)})
	}
	for _, c := range i.Credentials() {
		add(c.Factory == token.No, sitting.MarkFail, "the factory's %s: %s", c.Name, map[token.Default]string{token.No: "gone", token.Yes: "still there"}[c.Factory])
	}
	add(i.ManagementProtected == p.protects(), sitting.MarkFail, "management key, wanted %s: %s", p.want.Management, p.managementLine())
	add(!p.triesDue(), sitting.MarkWarn, "tries, wanted %d and %d: PIN %d, PUK %d", p.want.Tries.PIN, p.want.Tries.PUK, i.PINTotal, i.PUKTotal)
	add(i.PINLeft == i.PINTotal && i.PUKLeft == i.PUKTotal, sitting.MarkWarn, "tries left: PIN %d, PUK %d", i.PINLeft, i.PUKLeft)
	add(len(i.Others) == 0, sitting.MarkFail, "keys in other slots: %d", len(i.Others))
	add(p.wrongKey() == "", sitting.MarkFail, "slot %s: %s", slot, p.keyLine())
	add(p.certified(), sitting.MarkFail, "the certificate in slot %s is an attestation of its key", slot)
	if p.cfg.Plan != nil {
		out = append(out, p.planned()...)
	}
	return append(out, sitting.Judged(p.judged)...)
}

// planned holds the key against the plan: where it stands in it, it must be this
// participant's.
func (p *Provisioning) planned() []sitting.CheckLine {
	holder := p.holderOf(p.info.SPKI)
	k, has := p.cfg.Plan.KeyOf(p.cfg.Participant)
	switch {
	case holder == p.cfg.Participant:
		return []sitting.CheckLine{{Mark: sitting.MarkPass, Text: safe("the plan has this key as that of %s", holder)}}
	case holder != "":
		return []sitting.CheckLine{{Mark: sitting.MarkFail, Text: safe("the key is that of %s", holder)}}
	case has:
		return []sitting.CheckLine{{Mark: sitting.MarkWarn, Text: safe("the plan has another key of %s, %s: it must be enrolled anew", p.cfg.Participant, k.Fingerprint().Short())}}
	}
	return []sitting.CheckLine{{Mark: sitting.MarkNote, Text: safe("the key is not in the plan yet: it gets there by its enrolment")}}
}
