package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token/keyfile"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

// A newKey is the verb that makes a key file.
type newKey struct {
	passwordFlag
	json bool
}

func keymgrNewKey() *cobra.Command {
	k := newKey{}
	cmd := &cobra.Command{
		Use:   "new-key FILE",
		Short: "Make a key that is online: an encrypted key file",
		Long: fmt.Sprintf(`Make a new Ed25519 key for a package signer, or for a key manager that is
online, and write it to FILE, encrypted under a password, for its owner only.
The public key is written beside it, to FILE.pub (for a FILE that ends in .key,
with .pub in its place), and printed as plans and key managers have it. Neither
file is ever written over another.

The password has at least %d characters and is asked for twice. Whoever gets a
copy of the file can try passwords at home: let a password manager make it.

The file has sigstore's form, which cosign writes too (docs/formats.md).`, keyfile.MinPassword),
		Example: `  rootmoot keymgr new-key packages.key

  # where nobody types: the password comes out of a vault
  pass show packages | rootmoot keymgr new-key --password-stdin packages.key`,
		Args: verbs.Arguments("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return k.run(cmd, args[0]) },
	}
	k.flag(cmd.Flags())
	cmd.Flags().BoolVar(&k.json, "json", false, "print what was made as JSON")
	return cmd
}

func (k newKey) run(cmd *cobra.Command, path string) error {
	if err := free(path); err != nil {
		return err
	}
	password, err := k.read(cmd, "Password for "+visible.Line(path)+": ", "The same again: ")
	if err != nil {
		return err
	}
	defer password.Wipe()
	if err := keyfile.CheckPassword(password); err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: err, Hint: "nothing was made: try again"}
	}
	made, err := keyfile.Create(cmd.Context(), path, password)
	if err != nil {
		return ofNewKey(path, err)
	}
	public, err := root.NewEd25519(made)
	if err != nil {
		return err
	}
	return k.print(cmd, path, public)
}

// free says before a password is asked for that there is a file already.
func free(path string) error {
	dir, err := safefile.OpenDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return ofNewKey(path, keyfile.Free(safefile.In(dir), filepath.Base(path)))
}

func ofNewKey(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("new key %s: %w", path, err)}
	}
	return &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("new key %s: %w", path, err)}
}

func (k newKey) print(cmd *cobra.Command, path string, public root.PublicKey) error {
	beside := filepath.Join(filepath.Dir(path), keyfile.PublicName(filepath.Base(path)))
	if k.json {
		return printJSON(cmd.OutOrStdout(), struct {
			Schema      string `json:"schema"` // rootmoot/new-key/v1
			File        string `json:"file"`
			Public      string `json:"public"`
			Key         string `json:"key"` // 32 bytes, hex
			Fingerprint string `json:"fingerprint"`
		}{"rootmoot/new-key/v1", path, beside, hex.EncodeToString(public.Raw()), public.Fingerprint().String()})
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote        %s, encrypted\nwrote        %s\nkey          %x\nfingerprint  %v\n",
		visible.Line(path), visible.Line(beside), public.Raw(), public.Fingerprint())
	return err
}
