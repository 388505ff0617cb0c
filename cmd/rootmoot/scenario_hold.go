package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// reached checks that a sitting was left where the scenario wants it.
func (p *performance) reached(s rehearse.Stage, args []string) error {
	st, err := p.look(args)
	if err != nil {
		return err
	}
	if at := string(st.Step); at != s.Cast.Until {
		fmt.Fprint(p.out, fold(fmt.Sprintf("It stands at the step %s. %s.", at, capital(s.Task)), "Not yet: ", "         "))
		return &verbs.Error{Code: verbs.Incomplete}
	}
	return p.signed(s, args)
}

// signed checks that those have signed of whom the scenario wants it.
func (p *performance) signed(s rehearse.Stage, args []string) error {
	if len(s.Signed) == 0 {
		return nil
	}
	st, err := p.look(args)
	if err != nil {
		return err
	}
	for _, standing := range st.Standings {
		if slices.Contains(s.Signed, standing.Participant) && standing.Part != ceremony.PartSigned {
			if s.Left() {
				fmt.Fprint(p.out, fold(standing.Participant+" has not signed. "+capital(s.Task)+".", "Not yet: ", "         "))
				return &verbs.Error{Code: verbs.Incomplete}
			}
			return p.otherwise("%s has not signed", standing.Participant)
		}
	}
	return nil
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// look is where the sitting of a command stands.
func (p *performance) look(args []string) (sitting.Status, error) {
	cfg, err := ledConfig(sittingOf(args), drivers{}, p.folder.Now)
	if err != nil {
		return sitting.Status{}, err
	}
	return sitting.Look(cfg)
}

// sittingOf is the directory that open or sign would take.
func sittingOf(args []string) string {
	if i := slices.Index(args, "--sitting"); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return strings.TrimSuffix(args[2], filepath.Ext(args[2]))
}
