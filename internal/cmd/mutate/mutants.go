package main

import (
	"fmt"
	"os"
	"sync"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// A mutant is one way in which the verifier is not what it should be.
type mutant struct {
	kind    string   // rule, code, usual, strict or slip
	name    string   // of the rule, the fault code or the slip
	folders []string // whose tests may notice
	slip    slip     // of a slip
}

func (m mutant) String() string { return m.kind + ":" + m.name }

// mutants are all mutants that the code calls for: nothing is listed here that
// the code lists.
func mutants(module string) ([]mutant, error) {
	var out []mutant
	for _, r := range verify.Rules() {
		out = append(out, mutant{kind: "rule", name: r.ID, folders: []string{"verify"}})
	}
	for _, r := range attest.Rules() {
		out = append(out, mutant{kind: "rule", name: r.ID, folders: []string{"verify/attest"}})
	}
	for _, r := range channel.Rules() {
		out = append(out, mutant{kind: "rule", name: r.ID, folders: []string{"verify/channel"}})
	}
	for _, r := range evidence.Rules() {
		out = append(out, mutant{kind: "rule", name: r.ID, folders: []string{"ceremony/evidence"}})
	}
	codes, err := ruled(module)
	if err != nil {
		return nil, err
	}
	beside, err := noted(module)
	if err != nil {
		return nil, err
	}
	for _, code := range codes {
		out = append(out, mutant{kind: "code", name: code, folders: []string{"verify"}})
		if beside[code] { // else there is no document, and nothing to choose
			out = append(out, mutant{kind: "usual", name: code, folders: []string{"verify"}},
				mutant{kind: "strict", name: code, folders: []string{"verify"}})
		}
	}
	for _, s := range slips() {
		out = append(out, mutant{kind: "slip", name: s.name, folders: s.folders(), slip: s})
	}
	return out, nil
}

// A lab has what mutants are tried with.
type lab struct {
	module   string
	dir      string             // for what is built
	switched map[string]*binary // by folder, with the switches in it
	slow     map[string][]string
}

// prepare builds the tests that may notice, as they are and with the switches,
// and shows that the switches do nothing unless told, and something if told.
func prepare(module, dir string, chosen []mutant) (*lab, error) {
	l := &lab{module: module, dir: dir, switched: make(map[string]*binary), slow: make(map[string][]string)}
	with, err := switches(module)
	if err != nil {
		return nil, err
	}
	for _, m := range chosen {
		for _, folder := range m.folders {
			if err := l.measure(folder); err != nil {
				return nil, err
			}
			if m.kind == "slip" || l.switched[folder] != nil {
				continue
			}
			b, err := compile(module, folder, dir, with)
			if err != nil {
				return nil, err
			}
			b.slow = l.slow[folder]
			if err := b.control(); err != nil {
				return nil, err
			}
			l.switched[folder] = &b
		}
	}
	return l, nil
}

// measure runs the tests of a package as they are.
func (l *lab) measure(folder string) error {
	if _, done := l.slow[folder]; done {
		return nil
	}
	b, err := compile(l.module, folder, l.dir, nil)
	if err != nil {
		return err
	}
	if err := b.pass(""); err != nil {
		return err
	}
	l.slow[folder] = b.slow
	return nil
}

// control tries the switches of a binary themselves.
func (b *binary) control() error {
	for _, set := range []string{"", "rule:NO-SUCH-RULE", "code:NoSuchCode"} {
		names, err := b.notice(set)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			return fmt.Errorf("%s: with the switches in, and %q switched off, %q fail", b.folder, set, names)
		}
	}
	names, err := b.notice("every")
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s: no test fails with every rule switched off: the switch does nothing", b.folder)
	}
	return nil
}

// An outcome is the tests that notice a mutant.
type outcome struct {
	noticed []string
	err     error
}

// tryAll tries mutants, some at a time. There is one outcome for each, in their
// order.
func (l *lab) tryAll(all []mutant, jobs int) []chan outcome {
	out := make([]chan outcome, len(all))
	for i := range out {
		out[i] = make(chan outcome, 1)
	}
	var next sync.Mutex
	at := 0
	for range jobs {
		go func() {
			for {
				next.Lock()
				i := at
				at++
				next.Unlock()
				if i >= len(all) {
					return
				}
				noticed, err := l.try(all[i])
				out[i] <- outcome{noticed, err}
			}
		}()
	}
	return out
}

func (l *lab) try(m mutant) ([]string, error) {
	var noticed []string
	for _, folder := range m.folders {
		b, set := l.switched[folder], m.String()
		if m.kind == "slip" {
			slipped, err := l.slipped(m.slip, folder)
			if err != nil {
				return nil, err
			}
			defer os.Remove(slipped.path)
			b, set = &slipped, ""
		}
		names, err := b.notice(set)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if folder == "root" {
				name = "root." + name
			}
			noticed = append(noticed, name)
		}
	}
	return noticed, nil
}

// slipped builds the tests of a package with one slip.
func (l *lab) slipped(s slip, folder string) (binary, error) {
	with, err := s.apply(l.module)
	if err != nil {
		return binary{}, err
	}
	b, err := compile(l.module, folder, l.dir, with)
	b.slow = l.slow[folder]
	return b, err
}
