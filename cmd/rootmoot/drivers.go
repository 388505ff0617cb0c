package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// drivers are the flags that say where tokens are looked for, and whose
// attestations are taken. They differ from machine to machine, so that none of
// it stands in a plan.
type drivers struct {
	rehearsal string   // folder of rehearsal tokens
	modules   []string // PKCS#11 modules
	ca        string   // file with another CA bundle than the maker's
	keyFiles  []string // encrypted key files
}

func (d *drivers) flags(f *pflag.FlagSet) {
	f.StringVar(&d.rehearsal, "tokens", "", "`DIR` of rehearsal tokens; rehearsals only")
	f.StringArrayVar(&d.modules, "pkcs11-module", nil, "`PATH` of a PKCS#11 module, for HSMs; may be given again")
	f.StringVar(&d.ca, "attestation-ca", "", "`FILE` with the CA certificates to judge attestations by, instead of the maker's")
}

// keyFileFlag is for verbs that sign what a key manager that is online may sign.
func (d *drivers) keyFileFlag(f *pflag.FlagSet) {
	f.StringArrayVar(&d.keyFiles, "key-file", nil, "encrypted key `FILE` of a key manager that is online; may be given again")
}

// open finds where tokens are that no plan names.
func (d drivers) open() (*rack, error) {
	r := &rack{rehearsal: d.rehearsal != ""}
	return r.fill(d, !r.rehearsal, len(d.modules) > 0)
}

// openFor finds where the tokens are that a plan names. What the machine has is
// told by the flags, and by a file beside the plan.
func (d drivers) openFor(p *plan.Plan, path string, say io.Writer) (*rack, error) {
	r := &rack{rehearsal: p.Mode == plan.Rehearsal}
	switch {
	case !r.rehearsal && d.rehearsal != "":
		return nil, &verbs.Error{Code: verbs.Usage, Err: errors.New("--tokens: the plan is for production, which refuses rehearsal tokens")}
	case r.rehearsal && d.rehearsal == "":
		return nil, &verbs.Error{
			Code: verbs.Usage, Err: errors.New("--tokens: a rehearsal needs the folder of its tokens"),
			Hint: "rootmoot rehearse DIR makes DIR/tokens",
		}
	}
	local, err := readLocal(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	for _, module := range local.PKCS11 {
		fmt.Fprintf(say, "note: %s names the PKCS#11 module %s\n", localFile, visible.Line(module))
	}
	d.modules = append(slices.Clone(d.modules), local.PKCS11...)
	hsms := len(d.modules) > 0 || holds(p, plan.PKCS11Token)
	r.files = holds(p, plan.FileToken)
	return r.fill(d, !r.rehearsal && (holds(p, plan.PIVToken) || !hsms && !r.files && !holds(p, plan.OpenPGPToken)), hsms)
}

// holds reports whether a participant has a token of that kind.
func holds(p *plan.Plan, kind plan.TokenKind) bool {
	for _, who := range p.Participants {
		if who.Token != nil && who.Token.Kind == kind {
			return true
		}
	}
	return false
}

// localFile is what a machine has beside a plan, and is never reviewed.
const localFile = "rootmoot.local.yaml"

// A localConfig is what stands there.
type localConfig struct {
	PKCS11 []string `yaml:"pkcs11,omitempty"` // paths of modules
}

// readLocal reads the file if there is one.
func readLocal(dir string) (localConfig, error) {
	var c localConfig
	path := filepath.Join(dir, localFile)
	raw, err := safefile.ReadPath(path, strictyaml.MaxSize)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, nil
	case err != nil:
		return c, err
	}
	if _, err := strictyaml.Decode(raw, &c); err != nil {
		return c, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s:%w", path, planFaults(err)[0])}
	}
	return c, nil
}

// bundle are the CAs whose attestations are taken.
func (d drivers) bundle(rehearsal bool) (attest.Bundle, error) {
	if rehearsal && d.ca != "" {
		return attest.Bundle{}, &verbs.Error{Code: verbs.Usage, Err: errors.New("--attestation-ca: rehearsal tokens are judged by the rehearsal's own CA")}
	}
	if rehearsal {
		return attest.RehearsalBundle()
	}
	if d.ca == "" {
		return attest.YubicoBundle()
	}
	raw, err := readBounded(d.ca, maxCA)
	if err != nil {
		return attest.Bundle{}, fmt.Errorf("--attestation-ca: %w", err)
	}
	b, err := attest.ParseBundle(d.ca+", given with --attestation-ca", raw)
	if err != nil {
		return b, &verbs.Error{Code: verbs.Usage, Err: err}
	}
	return b, nil
}

// maxCA bounds a file of CA certificates, in bytes.
const maxCA = 1 << 20
