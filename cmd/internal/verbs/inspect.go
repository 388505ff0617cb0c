package verbs

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/spf13/cobra"
)

// Inspect is the verb that describes a document and judges nothing. The prefix
// is what stands before it in an example.
func Inspect(prefix string) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Describe a root or a key manager; judge nothing",
		Long: `Say what stands in a root or a key manager document of either format: version,
digest, expiry, roles with their keys by fingerprint, which signatures verify,
and everything that is odd. Nothing is judged and nothing is trusted.`,
		Example: `  ` + prefix + ` inspect testdata/sigstore/15.root.json
  ` + prefix + ` inspect --json testdata/conda-test-chain/key_mgr.json`,
		Args: arguments("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return inspect(cmd, args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the description as JSON")
	return cmd
}

func inspect(cmd *cobra.Command, path string, asJSON bool) error {
	raw, err := safefile.ReadPath(path, largestRead)
	if err != nil {
		return unread("document", err, No)
	}
	d, err := describe(raw)
	if err != nil {
		return &Error{Code: No, Err: fmt.Errorf("%s: %w", path, err)}
	}
	d.Subject = path
	if !asJSON {
		return emit(cmd.OutOrStdout(), d.text())
	}
	out, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return emit(cmd.OutOrStdout(), string(out)+"\n")
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
			return nil, errors.New("neither a root nor a key manager of a format that is known")
		}
		return nil, other
	}
	d := body(&m.Body)
	d.Type = "key_mgr"
	d.Signatures = signaturesOf(m.Envelope, root.Role{})
	return d, nil
}
