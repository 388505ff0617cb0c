package provision

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// management: the key without which nobody can write to the token.
type management struct{}

func (management) id() string { return "token-management" }

func (management) title() string { return "Management key" }

func (management) short() string { return "Management" }

// The management key as it is shown: groups of so many digits, of which so many
// are typed back off the paper in one field.
const (
	fieldGroups   = "groups-" // and the number of the field's first group
	digitsInGroup = 4
	groupsInField = 4
)

func (management) show(p *Provisioning, v *sitting.View) {
	switch {
	case p.lacksManagement():
		v.Body = []sitting.Block{text(typingText)}
		v.Acts = []sitting.Offer{p.typing()}
	case p.protects():
		v.Body = []sitting.Block{text(
			"Whoever knows the management key can change what is on the token. A random one is made and kept by the token itself, behind the PIN.",
			"It is not shown, and nobody needs to know it.",
		)}
		v.Acts = []sitting.Offer{{ID: ActManagement, Next: true, Label: "set a random management key, which the token keeps", Fields: p.pinFields(true)}}
	case p.groups == nil:
		v.Body = []sitting.Block{text(
			"Whoever knows the management key can change what is on the token. A random one is made and shown once, to be written down by hand and sealed.",
			"Have paper, a pen and an envelope with the serial number at hand, and nobody in sight of the screen who is not to see it.",
		)}
		v.Acts = []sitting.Offer{{ID: ActMakeManagement, Next: true, Verb: "make and show it", Label: "make a management key and show it"}}
	default:
		v.Body = []sitting.Block{
			{Title: "The management key of " + p.name(), Words: slices.Clone(p.groups)},
			text("Write down every group with its number. Write 0 with a stroke, 1 with a foot and 7 with a bar; the letters are a to f. It is set once you have typed all of it off the paper, since nobody can ask for it later; it is then shown no more."),
		}
		v.Acts = []sitting.Offer{{
			ID: ActManagement, Next: true, Danger: true, Verb: "set the management key", Label: "set it: it is written down",
			Fields: append(p.groupFields(), p.pinFields(false)...),
		}, {ID: ActMakeManagement, Label: "make another one: this one was seen, or written down wrongly"}}
	}
}

func (management) do(ctx context.Context, p *Provisioning, a sitting.Act, say func(sitting.Progress)) error {
	if a.ID == ActMakeManagement {
		return p.makeManagement(ctx)
	}
	if p.protects() {
		if err := p.makeFresh(ctx); err != nil {
			return err
		}
	}
	access := p.access(a)
	err := p.write(ctx, func(w token.Provisioner) error {
		return p.setManagement(ctx, w, access)
	}, func(token.Info) bool { return !p.managementDue() })
	if err != nil {
		return err
	}
	p.keepPIN(a)
	pass(say, "the management key of %s is set", p.name())
	return nil
}

// setManagement sets the fresh key. Of an earlier one it may not be known whether
// the token took it, before it was pulled: it still keeps the one before, and
// says so. Then the earlier one is tried too.
func (p *Provisioning) setManagement(ctx context.Context, w token.Provisioner, access token.Access) error {
	earlier := p.setting
	p.setting = clone(p.fresh)
	err := w.SetManagement(ctx, access, p.fresh, p.protects())
	if errors.Is(err, token.ErrManagement) && known(earlier) {
		access.Management = earlier
		err = w.SetManagement(ctx, access, p.fresh, p.protects())
	}
	if err == nil {
		p.stale = false
	}
	earlier.Wipe()
	return err
}

// makeManagement makes a key and puts it on the screen. It is set only when it
// is known to be on paper: one that is lost before costs nothing.
func (p *Provisioning) makeManagement(ctx context.Context) error {
	if err := p.makeFresh(ctx); err != nil {
		return err
	}
	digits := hex.EncodeToString(p.fresh.Bytes())
	p.groups = nil
	for group := range slices.Chunk([]byte(digits), digitsInGroup) {
		p.groups = append(p.groups, string(group))
	}
	return nil
}

// makeFresh makes a random key of the length that the token wants.
func (p *Provisioning) makeFresh(ctx context.Context) error {
	size, err := p.cfg.Token.Provisioner(p.want.Serial).ManagementKeySize(ctx)
	if err != nil {
		return p.failed(ctx, err)
	}
	fresh := make([]byte, size)
	if _, err := io.ReadFull(p.cfg.Rand, fresh); err != nil {
		return noRandomness(err)
	}
	p.fresh.Wipe()
	p.fresh = token.NewSecret(fresh)
	return nil
}

func noRandomness(err error) error {
	return &sitting.Refusal{Kind: sitting.NotDone, What: "this machine gives no random bytes", Hint: "use another machine", Err: err}
}

// groupFields ask for every group: one that was misread is found when the token
// is to be written to again, years later.
func (p *Provisioning) groupFields() []sitting.Field {
	var out []sitting.Field
	for first := 1; first <= len(p.groups); first += groupsInField {
		var numbers []string
		for n := first; n < min(first+groupsInField, len(p.groups)+1); n++ {
			numbers = append(numbers, strconv.Itoa(n))
		}
		out = append(out, sitting.Field{
			Name: fieldGroups + numbers[0], Kind: sitting.FieldText, Prompt: "Groups " + list(numbers) + ", off the paper",
		})
	}
	return out
}

// fillsGroups compares a field of groups with the key, spaces left out. It says
// which group differs, and neither what it is nor what was typed.
func (p *Provisioning) fillsGroups(a sitting.Act, f sitting.Field) error {
	const hint = "compare the paper with the screen, group by group, and mend the paper"
	first, err := strconv.Atoi(strings.TrimPrefix(f.Name, fieldGroups))
	if err != nil || first < 1 || first > len(p.groups) {
		return sitting.Refuse(sitting.NotDone, "look at what is asked now", "no groups of that number are on the screen")
	}
	wanted := p.groups[first-1 : min(first-1+groupsInField, len(p.groups))]
	typed := strings.ToLower(strings.Join(strings.Fields(a.Fields[f.Name]), ""))
	for i, group := range wanted {
		if !strings.HasPrefix(typed, group) {
			return sitting.Refuse(sitting.WrongWords, hint, "group %d was typed as another one than the screen shows", first+i)
		}
		typed = typed[len(group):]
	}
	if typed != "" {
		return sitting.Refuse(sitting.WrongWords, hint, "more was typed than %d groups of %d digits", len(wanted), digitsInGroup)
	}
	return nil
}
