package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// diff is the verb that tells two documents apart by key material.
func diff() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Tell two roots apart, by key material",
		Long: `Say what changed from one root to another: whose keys left, joined and stayed in
each role, by key material rather than by keyid; which keys are only written
differently; and every other member that differs. Two key managers of conda can
be compared as well.

Nothing is judged: no signature is checked, and the exit code is 0 whether there
are differences or not.`,
		Example: `  rootmoot diff testdata/sigstore/3.root.json testdata/sigstore/4.root.json`,
		Args:    verbs.Arguments("OLD", "NEW"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := compare(args[0], args[1])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), c.json())
			}
			return c.print(cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the differences as JSON")
	return cmd
}

// A comparison is two documents and what differs.
type comparison struct {
	old, next *root.Body
	root.Difference
}

func compare(oldPath, newPath string) (*comparison, error) {
	old, err := document(oldPath)
	if err != nil {
		return nil, err
	}
	next, err := document(newPath)
	if err != nil {
		return nil, err
	}
	switch {
	case old.root != nil && next.root != nil:
		return &comparison{&old.root.Body, &next.root.Body, root.Diff(old.root, next.root)}, nil
	case old.manager != nil && next.manager != nil:
		return &comparison{&old.manager.Body, &next.manager.Body, root.DiffKeyManagers(old.manager, next.manager)}, nil
	}
	return nil, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s and %s: one is a root and the other a key manager: compare two of one kind", oldPath, newPath)}
}

// parsed is a root or a key manager.
type parsed struct {
	root    *root.Root
	manager *root.KeyManager
}

func document(path string) (parsed, error) {
	raw, err := safefile.ReadPath(path, verify.MaxRoot)
	if err != nil {
		return parsed{}, err
	}
	r, err := root.Parse(raw)
	if err == nil {
		return parsed{root: r}, nil
	}
	if m, managerErr := root.ParseKeyManager(raw); managerErr == nil {
		return parsed{manager: m}, nil
	}
	var bad *root.ParseError
	if errors.As(err, &bad) && bad.Code == root.FaultType {
		err = errors.New("neither a root nor a key manager of a format that is known")
	}
	return parsed{}, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%s: %w", path, err)}
}

// print writes the comparison for people, most important first.
func (c *comparison) print(w io.Writer) error {
	text := fmt.Sprintf("old  version %d  %v\nnew  version %d  %v\n\n", c.old.Version, c.old.Digest, c.next.Version, c.next.Digest)
	if c.old.Format != c.next.Format {
		text += fmt.Sprintf("format: %v, was %v\n", c.next.Format, c.old.Format)
	}
	for _, line := range c.Lines(nil) {
		text += visible.Line(line) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}
