package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// planNew is the verb that drafts a plan.
func planNew(now func() time.Time) *cobra.Command {
	var o outlet
	given := make(map[string]*[]string)
	cmd := &cobra.Command{
		Use:   "new [--trust FILE] [--out FILE]",
		Short: "Draft a plan, from flags or by asking",
		Long: `Draft a plan with comments that say what each part is for. What the flags leave
open is asked for, at the terminal or, without one, on standard input. Nothing
is asked if --name, --deadline, --expires and either --trust or --format and
--keyholder are given.

With --trust the plan continues that root: its keys stand in the plan in full
and remain, unless their holder is --leaving. A keyholder who remains or leaves
is tied to a key of that root by the first characters of its fingerprint.

Those who join have no key yet: plan enrol or the sitting puts it in.`,
		Example: `  # a first root: whatever is not given here is asked for
  rootmoot plan new --name Packages --format tuf --threshold 2 \
    --keyholder amsterdam:Europe:Amsterdam:21334982 \
    --keyholder boston:Americas:Boston:21334983 \
    --keyholder chennai:Asia:Chennai:21334984 \
    --deadline 2027-01-15 --expires 2028-01-01 --out draft.yaml

  # a later expiry for a root that exists
  rootmoot plan new --name Sigstore --trust 2.root.json \
    --chain testdata/sigstore \
    --deadline 2027-01-15 --expires 2028-01-01 --out renew.yaml`,
		Args: verbs.Arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error { return draftPlan(cmd, given, &o, now()) },
	}
	for _, q := range (&drafting{}).questions() {
		given[q.flag] = cmd.Flags().StringArray(q.flag, nil, q.usage)
	}
	o.register(cmd)
	return cmd
}

func draftPlan(cmd *cobra.Command, given map[string]*[]string, o *outlet, now time.Time) error {
	if err := o.check(); err != nil {
		return err
	}
	d := &drafting{now: now.UTC().Truncate(time.Second)}
	d.Tool = toolVersion()
	var ask *asking // nobody, where nothing has to be asked
	if !complete(given) {
		if _, err := os.Lstat(o.path); o.path != "" && err == nil {
			return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--out %s: exists, and is never overwritten", o.path), Hint: "name a new file"}
		}
		var err error
		if ask, err = openAsking(cmd); err != nil {
			return err
		}
		defer ask.Close()
	}
	for _, q := range d.questions() {
		if err := answer(cmd.Context(), q, *given[q.flag], ask); err != nil {
			return err
		}
	}
	if err := d.chained(cmd.Context()); err != nil {
		return err
	}
	text, err := plan.New(d.Options)
	if err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: err}
	}
	say, err := o.write(cmd, text)
	if err != nil {
		return err
	}
	return d.tell(say, text, o)
}

// complete reports whether nothing has to be asked.
func complete(given map[string]*[]string) bool {
	has := func(flag string) bool { return len(*given[flag]) > 0 }
	return has("name") && has("deadline") && has("expires") && (has("trust") || has("format") && has("keyholder"))
}

// toolVersion is the version of this program as a plan says it.
func toolVersion() string {
	first, _, _ := strings.Cut(verbs.Version(), " ")
	return strings.Trim(strings.TrimPrefix(first, "v"), "()")
}

// chained finds the digest of the chain's first root, which the plan names:
// it goes from there to the trusted root, which must come out.
func (d *drafting) chained(ctx context.Context) error {
	if d.Trusted == nil {
		return nil
	}
	if d.folder == "" {
		d.folder = filepath.Dir(d.trustPath)
	}
	var err error
	if d.Chain, err = firstIn(ctx, d.folder, d.trusted, d.now); err != nil {
		return err
	}
	if d.Chain == (root.Digest{}) {
		return &verbs.Error{
			Code: verbs.Unread, Err: fmt.Errorf("--chain %s: %s: no such file, and the plan names the first root of the chain", d.folder, chain.Name(1)),
			Hint: "--chain names the folder of the chain that the trusted root is of, from its first root",
		}
	}
	return nil
}

// tell says what was drafted, and what is still to be done.
func (d *drafting) tell(w io.Writer, text []byte, o *outlet) error {
	p, err := plan.Load(text)
	if err != nil {
		return err
	}
	review := plan.Lint(p, d.Trusted, plan.LintOptions{At: d.now, First: d.Chain})
	if o.json {
		return printJSON(w, struct {
			Schema  string   `json:"schema"`
			Plan    string   `json:"plan"` // the file that was written
			Frozen  bool     `json:"frozen"`
			Missing []string `json:"missing"`
			Refused int      `json:"refused"` // findings of lint
			Warned  int      `json:"warned"`
		}{"rootmoot/plan-new/v1", o.path, p.Frozen(), list(p.Missing()), review.Count(plan.Refuse), review.Count(plan.Warn)})
	}
	_, err = fmt.Fprintf(w, "%s, keys still to be enrolled: %s\nplan lint finds %d to refuse, %d to weigh, %d to know\n", state(p), names(p.Missing()),
		review.Count(plan.Refuse), review.Count(plan.Warn), review.Count(plan.Note))
	return err
}

// A drafting gathers the options of a new plan.
type drafting struct {
	plan.Options
	now               time.Time
	trusted           verify.Trusted
	trustPath, folder string // the trusted root's file, and its chain's folder
	kind              plan.TokenKind
	keyType           plan.KeyType
}

// holder takes name:organisation:location:serial, and for who holds a key of
// the trusted root the first characters of its fingerprint.
func (d *drafting) holder(s string) error {
	f := strings.Split(s, ":")
	if len(f) != 4 && len(f) != 5 {
		return fmt.Errorf("%q: want NAME:ORGANISATION:LOCATION:SERIAL, then :KEY for who holds a key of the trusted root", s)
	}
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	h := plan.Holder{Name: f[0], Organisation: f[1], Location: f[2], Serial: plan.Serial(f[3]), Kind: d.kind, Type: d.keyType}
	if h.Name == "" || h.Serial == "" {
		return fmt.Errorf("%q: a keyholder has a name and a serial number", s)
	}
	if len(f) == 5 {
		key, err := d.oldKey(f[4])
		if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
		h.Key = key
	}
	for _, other := range d.Holders {
		if other.Name == h.Name || h.Key != (root.Fingerprint{}) && other.Key == h.Key {
			return fmt.Errorf("%s: name or key is that of %s already", h.Name, other.Name)
		}
	}
	d.Holders = append(d.Holders, h)
	return nil
}

// oldKey is the key of the trusted root's root role whose fingerprint begins so.
func (d *drafting) oldKey(prefix string) (root.Fingerprint, error) {
	if d.Trusted == nil {
		return root.Fingerprint{}, errors.New("a first root has no keys before it: leave :KEY out")
	}
	if len(prefix) < 8 {
		return root.Fingerprint{}, fmt.Errorf("key %q: want at least 8 characters of its fingerprint", prefix)
	}
	var found []root.Fingerprint
	for _, k := range d.Trusted.RootRole().Distinct() {
		if f := k.Public.Fingerprint(); strings.HasPrefix(f.String(), strings.ToLower(prefix)) {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		return root.Fingerprint{}, fmt.Errorf("key %s: %d keys of the trusted root begin so: rootmoot inspect shows them", prefix, len(found))
	}
	return found[0], nil
}

// leaves marks a keyholder as leaving.
func (d *drafting) leaves(name string) error {
	for i, h := range d.Holders {
		if h.Name != name {
			continue
		}
		if h.Key == (root.Fingerprint{}) {
			return fmt.Errorf("%s: holds no key of the trusted root, so it cannot leave", name)
		}
		d.Holders[i].Leaves = true
		return nil
	}
	return fmt.Errorf("%q: is no keyholder given here: name who leaves with --keyholder too", name)
}
