package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

// planShow is the verb that tells what a plan holds, and judges nothing.
func planShow(now func() time.Time) *cobra.Command {
	trust, asJSON := "", false
	cmd := &cobra.Command{
		Use:   "show [--trust ROOT] PLAN",
		Short: "Show a plan's keys, people and digest",
		Long: `Show what a plan holds: the fingerprint of every key, computed from the key; who
holds it; who leaves; and the digest of the file. Of a frozen plan the digest
stands there in words too: 32 to read aloud, 24 to type.

Given the root that the plan continues, it says who joins and who remains.
Nothing is judged: that is what plan lint does.`,
		Example: `  rootmoot plan show ceremony.example.yaml`,
		Args:    verbs.Arguments("PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := &shownPlan{path: args[0]}
			var err error
			if s.plan, err = loadPlan(s.path); err != nil {
				return err
			}
			if trust != "" {
				t, err := trustedRoot(trust, now())
				if err != nil {
					return err
				}
				s.trusted = t.Root()
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), s.json())
			}
			_, err = io.WriteString(cmd.OutOrStdout(), s.text())
			return err
		},
	}
	cmd.Flags().StringVar(&trust, "trust", "", "`ROOT` file that the plan continues, and that you trust")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

// planKind lets inspect describe a plan, as plan show does.
func planKind() verbs.Kind {
	return verbs.Kind{
		Name: "plan",
		Is:   looksLikePlan,
		Describe: func(path string, raw []byte, asJSON bool) (string, error) {
			p, err := parsePlan(path, raw, verbs.No)
			if err != nil {
				return "", err
			}
			s := &shownPlan{path: path, plan: p}
			if !asJSON {
				return s.text(), nil
			}
			var b strings.Builder
			err = printJSON(&b, s.json())
			return b.String(), err
		},
	}
}

// looksLikePlan reports whether the first line that says something begins as a
// plan does, of whatever version.
func looksLikePlan(raw []byte) bool {
	if len(raw) > maxPlan {
		return false
	}
	for line := range bytes.Lines(raw) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return bytes.HasPrefix(line, []byte("rootmoot:"))
		}
	}
	return false
}

// A shownPlan is a plan and, if it was given, the root that it continues.
type shownPlan struct {
	path    string
	plan    *plan.Plan
	trusted *root.Root
}

// compared reports whether who joins and who remains is known.
func (s *shownPlan) compared() bool { return s.trusted != nil || s.plan.Purpose == plan.Genesis }

// text is the plan for people.
func (s *shownPlan) text() string {
	p := s.plan
	var b strings.Builder
	head := func(what, text string) { fmt.Fprintf(&b, "%-10s %s\n", what, visible.Line(text)) }
	head("plan", p.Name)
	head("file", s.path)
	head("kind", fmt.Sprintf("%s, %s, %s of a %s", state(p), p.Mode, p.Purpose, p.Format)+" "+string(p.Document))
	if c := p.Continues; c != nil {
		head("continues", fmt.Sprintf("version %d, digest", c.Version))
		head("", c.Digest.Root().String())
	}
	head("signing", string(p.SigningTime))
	head("deadline", string(p.Deadline))
	if p.Root != nil {
		head("expires", string(p.Root.Expires))
		head("threshold", fmt.Sprintf("%d of %d", p.Root.Threshold, len(p.Root.Keyholders)))
	}
	if m := p.KeyManager; m != nil {
		head("version", fmt.Sprint(m.Version))
		head("expires", string(m.Expires))
		if m.Follows != nil {
			head("follows", fmt.Sprintf("version %d, digest", m.Follows.Version))
			head("", m.Follows.Digest.Root().String())
		}
		signers := p.Roles[root.RolePackages]
		head("packages", fmt.Sprintf("%d of %s", signers.Threshold, names(signers.Keys)))
	}
	if s.compared() {
		head("joining", names(p.Joining(s.trusted)))
		head("remaining", names(p.Remaining(s.trusted)))
	}
	head("leaving", names(s.leaving()))
	head("missing", names(p.Missing()))
	b.WriteString("\nKeys, with the SHA-256 of each:\n")
	for _, k := range s.keys() {
		b.WriteString(visible.Line(fmt.Sprintf("  %s (%s)%s", k.Name, k.Type, s.holder(k.Name))) + "\n")
		if k.Fingerprint == "" {
			k.Fingerprint = "to be enrolled"
		}
		b.WriteString("    " + k.Fingerprint + "\n")
	}
	if !p.Frozen() {
		return b.String() + "\nA draft: its digest changes with each key that is enrolled.\n"
	}
	return b.String() + "\n" + digestWords("frozen plan", p.Digest())
}

func (s *shownPlan) leaving() []string {
	if s.compared() {
		return s.plan.Leaving(s.trusted)
	}
	return s.plan.Leave
}

// keys are the keyholders' in the order of the plan, then the others by name.
func (s *shownPlan) keys() []planKeyJSON {
	var order []string
	if s.plan.Root != nil {
		order = slices.Clone(s.plan.Root.Keyholders)
	}
	for _, name := range slices.Sorted(maps.Keys(s.plan.Keys)) {
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	out := []planKeyJSON{}
	for _, name := range order {
		line := planKeyJSON{Name: name, Type: string(s.plan.Keys[name].Type)}
		if k, there := s.plan.KeyOf(name); there {
			line.Type, line.Fingerprint = k.Algorithm().String(), k.Fingerprint().String()
		}
		out = append(out, line)
	}
	return out
}

// holder is who holds a key, as the plan says.
func (s *shownPlan) holder(name string) string {
	who := s.plan.Participants[name]
	text := ""
	if who.Organisation != "" {
		text += ", " + who.Organisation
	}
	if who.Location != "" {
		text += ", " + who.Location
	}
	if t := who.Token; t != nil {
		text += fmt.Sprintf(", %s token %s", t.Kind, t.Serial)
	}
	return text
}

// names is a list of names, never empty.
func names(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// digestWords is a digest for eyes, voice and keyboard.
func digestWords(of string, d root.Digest) string {
	return fmt.Sprintf("Digest of the %s:\n  %v\nas 32 words to read aloud:\n%sas 24 words to type:\n%s",
		of, d, numbered(words.EncodePGP(d), 4, 14), numbered(words.EncodeBIP39(d), 6, 8))
}

// numbered puts words into rows, each word with its number.
func numbered(list []string, perRow, width int) string {
	var b strings.Builder
	for i := 0; i < len(list); i += perRow {
		row := ""
		for j, w := range list[i:min(i+perRow, len(list))] {
			row += fmt.Sprintf(" %2d %-*s", i+j+1, width, w)
		}
		b.WriteString(" " + strings.TrimRight(row, " ") + "\n")
	}
	return b.String()
}

// What plan show prints for machines. The digest is that of the file; only a
// frozen plan's stands there in words. Joining and remaining are absent where
// the root that the plan continues was not given.
type planShownJSON struct {
	Schema    string        `json:"schema"` // rootmoot/plan/v1
	Plan      string        `json:"plan"`   // the file
	Name      string        `json:"name"`
	Format    string        `json:"format"`
	Purpose   string        `json:"purpose"`
	Mode      string        `json:"mode"`
	Document  string        `json:"document"`
	Frozen    bool          `json:"frozen"`
	Digest    string        `json:"digest"`
	PGP       []string      `json:"pgp_words,omitempty"`
	BIP39     []string      `json:"bip39_words,omitempty"`
	Joining   []string      `json:"joining,omitzero"`
	Remaining []string      `json:"remaining,omitzero"`
	Leaving   []string      `json:"leaving"`
	Missing   []string      `json:"missing"`
	Keys      []planKeyJSON `json:"keys"`
}

func (s *shownPlan) json() planShownJSON {
	p := s.plan
	out := planShownJSON{
		Schema: "rootmoot/plan/v1", Plan: s.path, Name: p.Name,
		Format: string(p.Format), Purpose: string(p.Purpose), Mode: string(p.Mode), Document: string(p.Document),
		Frozen: p.Frozen(), Digest: p.Digest().String(), Leaving: list(s.leaving()), Missing: list(p.Missing()), Keys: s.keys(),
	}
	if s.compared() {
		out.Joining, out.Remaining = list(p.Joining(s.trusted)), list(p.Remaining(s.trusted))
	}
	if p.Frozen() {
		out.PGP, out.BIP39 = words.EncodePGP(p.Digest()), words.EncodeBIP39(p.Digest())
	}
	return out
}
