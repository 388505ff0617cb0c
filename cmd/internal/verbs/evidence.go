package verbs

import (
	"errors"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
	"github.com/spf13/cobra"
)

// Auditing are the flags of the verbs that check evidence.
type Auditing struct {
	judging
	bundle string
	beside []string

	cas           attest.Bundle // of the run
	open, opening string        // of the verb evidence only
}

// Flags registers them.
func (a *Auditing) Flags(cmd *cobra.Command) {
	a.format = "auto"
	f := cmd.Flags()
	f.StringVar(&a.trust, "trust", "", "root that you trust, a file or a pin: `FILE|VERSION:DIGEST`")
	f.StringArrayVar(&a.beside, "beside", nil, "`FILE` with the evidence of another place, to compare with; may be given again")
	f.StringVar(&a.bundle, "attestation-ca", "", "`FILE` of CA certificates to trust instead of the maker's")
	f.StringVar(&a.at, "at", "", "judge at this `TIME` (RFC 3339) instead of now")
	f.BoolVar(&a.strict, "strict", false, "of roots, take what the specification allows and no more")
	f.BoolVar(&a.rehearsal, "rehearsal", false, "take what a rehearsal made, and nothing else")
	cmd.MarkFlagsMutuallyExclusive("rehearsal", "attestation-ca")
}

// Evidence is the verb that checks what a sitting has handed over. The prefix is
// what stands before it in an example.
func Evidence(prefix string, now func() time.Time) *cobra.Command {
	a := &Auditing{}
	cmd := &cobra.Command{
		Use:   "evidence --trust FILE|VERSION:DIGEST EVIDENCE",
		Short: "Does this evidence of a sitting hold, and what does it prove?",
		Long: `Check the evidence that a sitting has handed over, full or public, from the file
alone: the chain from the root that you trust, the plan, the candidate, every
signature, statement and seal, the journal, the attestations, the signed root.
What is proven (signed, or computed anew) is told apart from what is claimed.

--trust is a root from before the one that was made, or the one that it
continues. For the first root of a chain it is that root itself; without it
nothing vouches for the chain, and the report says so.

--beside takes the evidence of another place of the same sitting: a journal that
was written anew is found by the copy there, and the first bad entry is named.`,
		Example: `  ` + prefix + ` evidence --rehearsal --trust testdata/evidence/1.root.json \
    testdata/evidence/amsterdam.tar

  # what everybody may see of it
  ` + prefix + ` evidence --rehearsal --trust testdata/evidence/1.root.json \
    testdata/evidence/amsterdam.public.tar`,
		Args: Arguments("EVIDENCE"),
	}
	cmd.RunE = a.runE(now, func(_ *judging, cmd *cobra.Command, path string, now time.Time) error { return a.run(cmd, path, now) })
	a.Flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&a.json, "json", false, "print the report as JSON (docs/report.schema.json)")
	f.StringVar(&a.open, "open", "", "of full evidence, print what opens this `FIELD` of the public one")
	f.StringVar(&a.opening, "opening", "", "of public evidence, check the `FILE` that opens one of its fields")
	return cmd
}

func (a *Auditing) run(cmd *cobra.Command, path string, now time.Time) error {
	raw, rep, found, err := a.Check(path, now)
	if err != nil {
		return err
	}
	if a.open != "" && rep.Verdict() == verify.Accepted {
		return a.showOpening(cmd, raw)
	}
	if a.opening != "" {
		c, err := a.opens(found)
		if err != nil {
			return err
		}
		rep.Add(c)
	}
	if err := a.print(cmd, rep, found); err != nil {
		return err
	}
	return answer(rep)
}

// Check reads evidence and judges it by the flags. The error says why nothing
// could be judged; whether it holds says the report ([Answer]).
func (a *Auditing) Check(path string, now time.Time) (raw []byte, rep verify.Report, found *evidence.Findings, err error) {
	if raw, err = readEvidence("evidence", path); err != nil {
		return nil, rep, nil, err
	}
	o, notes, err := a.options(now, raw)
	if err != nil {
		return nil, rep, nil, err
	}
	a.cas = o.CAs
	rep, found = evidence.Check(raw, o)
	rep.Subject, rep.Notes = path, append(notes, rep.Notes...)
	if !a.rehearsal && failsMode(rep) {
		rep.Notes = append(rep.Notes, rehearsalHint)
	}
	return raw, rep, found, nil
}

// Answer is the error, with its exit code, of a command whose answer a report is.
func Answer(rep verify.Report) error { return answer(rep) }

func readEvidence(what, path string) ([]byte, error) {
	raw, err := safefile.ReadPath(path, evidence.MaxArchive)
	if err != nil {
		return nil, unread(what, err, No)
	}
	return raw, nil
}

// options are what the auditor stands on.
func (a *Auditing) options(now time.Time, raw []byte) (evidence.Options, []string, error) {
	var o evidence.Options
	var err error
	var notes []string
	if o.Verify, notes, err = a.judging.options(now); err != nil {
		return o, nil, err
	}
	var note string
	if o.CAs, note, err = CAs(a.bundle, a.rehearsal); err != nil {
		return o, nil, err
	}
	for _, path := range a.beside {
		other, err := readEvidence("evidence beside", path)
		if err != nil {
			return o, nil, err
		}
		o.Beside = append(o.Beside, other)
	}
	switch pin, is, err := pinned(a.trust); {
	case err != nil:
		return o, nil, err
	case is:
		o.Pin = pin
	case a.trust == "" && !beginsChain(raw):
		return o, nil, &Error{Code: Usage, Err: errors.New("--trust: name the root that you trust, or its VERSION:DIGEST")}
	case a.trust != "":
		t, rep, err := trustFile(a.trust, o.Verify)
		if err != nil {
			return o, nil, err
		}
		if t.IsZero() {
			return o, nil, Untrusted(a.trust, rep, o.Verify)
		}
		o.Trusted = t
	}
	return o, append(notes, note), nil
}

// CAs are those whose attestations are taken, the maker's unless a file is
// given, and what a report says of them.
func CAs(path string, rehearsal bool) (attest.Bundle, string, error) {
	return (&attesting{bundle: path, rehearsal: rehearsal}).trusted()
}

// beginsChain reports whether evidence is of a first root, for which nobody has a
// pin yet; what is no evidence is told by the check.
func beginsChain(raw []byte) bool {
	files, err := evidence.Read(raw)
	if err != nil {
		return true
	}
	m, err := evidence.ParseManifest(files[evidence.ManifestFile])
	return err != nil || m.Chain.IsZero()
}

func failsMode(rep verify.Report) bool {
	for _, c := range rep.Failures() {
		if c.Rule == "EVID-MODE" {
			return true
		}
	}
	return false
}
