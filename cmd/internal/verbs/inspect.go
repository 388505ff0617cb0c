package verbs

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/spf13/cobra"
)

// A Kind is a kind of document that a program describes beside roots and key
// managers: Is tells it from its bytes, and Describe gives the description, for
// people or as JSON. Describe's error has its exit code and names the file.
type Kind struct {
	Name     string // "plan"
	Is       func(raw []byte) bool
	Describe func(path string, raw []byte, asJSON bool) (string, error)
}

// Inspect is the verb that describes a document and judges nothing. The prefix
// is what stands before it in an example; more are the kinds of document that
// the program knows beside roots and key managers.
func Inspect(prefix string, more ...Kind) *cobra.Command {
	asJSON := false
	kinds := "root or key manager"
	for _, k := range more {
		kinds = k.Name + ", " + kinds
	}
	short := "Describe a " + kinds + "; judge nothing"
	if len(more) > 1 {
		short = "Describe a document of any kind; judge nothing"
	}
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: short,
		Long: `Say what stands in a root or a key manager document of either format: version,
digest, expiry, roles with their keys by fingerprint, which signatures verify,
and everything that is odd. Nothing is judged and nothing is trusted.

The documents known here:
` + kinds + `.`,
		Example: `  ` + prefix + ` inspect testdata/sigstore/15.root.json
  ` + prefix + ` inspect --json testdata/conda-test-chain/key_mgr.json`,
		Args: Arguments("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return inspect(cmd, args[0], asJSON, more) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the description as JSON")
	return cmd
}

func inspect(cmd *cobra.Command, path string, asJSON bool, more []Kind) error {
	raw, err := safefile.ReadPath(path, largestRead)
	if err != nil {
		return unread("document", err, No)
	}
	for _, k := range more {
		if k.Is(raw) {
			text, err := k.Describe(path, raw, asJSON)
			if err != nil {
				return err
			}
			return emit(cmd.OutOrStdout(), text)
		}
	}
	d, err := describe(raw)
	if err != nil {
		return &Error{Code: No, Err: fmt.Errorf("%s: %w", path, err)}
	}
	d.Subject = path
	if !asJSON {
		return emit(cmd.OutOrStdout(), d.text())
	}
	out, err := JSON(d)
	if err != nil {
		return err
	}
	return emit(cmd.OutOrStdout(), string(out))
}

// A description is what inspect prints, and its JSON form.
type description struct {
	Schema     string          `json:"schema"` // rootmoot/inspect/v1
	Subject    string          `json:"subject"`
	Type       string          `json:"type"` // root or key_mgr
	Format     string          `json:"format"`
	Version    int64           `json:"version"`
	Digest     string          `json:"digest"`
	Spec       string          `json:"spec_version"`
	Expires    string          `json:"expires"`             // as written
	Timestamp  string          `json:"timestamp,omitempty"` // conda, as written
	Consistent *bool           `json:"consistent_snapshot,omitempty"`
	Rehearsal  bool            `json:"rehearsal"`
	Roles      []roleLines     `json:"roles"`
	Signatures []signatureLine `json:"signatures"`
	Oddities   []oddity        `json:"oddities"`
}

type roleLines struct {
	Name      string    `json:"name"`
	Threshold int       `json:"threshold"`
	Keys      []keyLine `json:"keys"`
}

type keyLine struct {
	KeyID       string `json:"keyid"`
	Fingerprint string `json:"fingerprint,omitempty"` // SHA-256 of the SubjectPublicKeyInfo
	Algorithm   string `json:"algorithm"`
	Problem     string `json:"problem,omitempty"` // why it counts nothing
}

type signatureLine struct {
	KeyID       string `json:"keyid"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Form        string `json:"form"`
	Standing    string `json:"standing"`
}

type oddity struct {
	Code    string `json:"code"`
	Pointer string `json:"pointer,omitempty"`
	Detail  string `json:"detail"`
}

// describe reads a root, or else a key manager.
func describe(raw []byte) (*description, error) {
	if text := bytes.TrimLeft(raw, " \t\r\n"); len(text) > 0 && text[0] != '{' {
		return nil, errors.New("no JSON object, so it is neither a root nor a key manager")
	}
	r, err := root.Parse(raw)
	if err == nil {
		d := body(&r.Body)
		d.Type, d.Consistent = "root", r.ConsistentSnapshot
		d.Signatures = signaturesOf(r.Envelope, r.RootRole())
		return d, nil
	}
	var bad *root.ParseError
	if !errors.As(err, &bad) || bad.Code != root.FaultType {
		return nil, err
	}
	m, other := root.ParseKeyManager(raw)
	if other != nil {
		if errors.As(other, &bad) && bad.Code == root.FaultType {
			return nil, fmt.Errorf("neither a root nor a key manager of a format that is known: %w", err)
		}
		return nil, other
	}
	d := body(&m.Body)
	d.Type = "key_mgr"
	d.Signatures = signaturesOf(m.Envelope, root.Role{})
	return d, nil
}
