package verbs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// maxOpening bounds the file of an opening, in bytes; package evidence takes no
// more.
const maxOpening = 1 << 16

// showOpening prints what opens one field of the public evidence that belongs to
// this full one.
func (a *Auditing) showOpening(cmd *cobra.Command, raw []byte) error {
	all, err := evidence.Openings(raw, a.cas)
	if err != nil {
		return &Error{Code: Usage, Err: fmt.Errorf("--open: %w", err)}
	}
	o, there := all[a.open]
	if !there {
		return &Error{
			Code: Usage, Err: fmt.Errorf("--open %s: no field of that name is hidden", a.open),
			Hint: "hidden are " + strings.Join(slices.Sorted(maps.Keys(all)), ", "),
		}
	}
	a.printed = true
	return emit(cmd.OutOrStdout(), string(o.Encode()))
}

// opens checks an opening against public evidence.
func (a *Auditing) opens(found *evidence.Findings) (verify.Check, error) {
	raw, err := safefile.ReadPath(a.opening, maxOpening)
	if err != nil {
		return verify.Check{}, unread("opening", err, No)
	}
	if found.Public == nil {
		return verify.Check{}, &Error{Code: Usage, Err: errors.New("--opening: this is no public evidence, whose fields could be opened")}
	}
	o, err := evidence.ParseOpening(raw)
	if err == nil {
		err = found.Public.Opens(o)
	}
	c := verify.Check{Rule: "EVID-PUBLIC", Result: verify.Pass, Subject: a.opening}
	if err != nil {
		c.Result, c.Detail = verify.Fail, err.Error()
		return c, nil
	}
	c.Detail = fmt.Sprintf("opens the field %s: it is %q", o.Field, o.Value)
	found.Proven = append(found.Proven, fmt.Sprintf("the field %s was fixed when this was made, and is %q", o.Field, o.Value))
	return c, nil
}
