package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
)

// A runbook is one section of the page.
type runbook struct {
	title    string
	scenario string   // that rehearses it
	commands []string // that it shows
}

// TestRunbooks holds docs/runbooks.md and the scenarios to each other: each
// section is rehearsed by a scenario, each scenario has one, and what a section
// tells people to call is what its scenario calls, and TestScenarios runs.
func TestRunbooks(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "docs", "runbooks.md"))
	if err != nil {
		t.Fatal(err)
	}
	books := runbooks(string(text))
	for _, b := range books {
		s, known := rehearse.ScenarioOf(b.scenario)
		if !known {
			t.Errorf("%s: there is no scenario %q", b.title, b.scenario)
			continue
		}
		var runs []string
		for _, stage := range s.Stages {
			runs = append(runs, general(stage.Run))
		}
		for _, c := range b.commands {
			if !slices.Contains(runs, general(c)) {
				t.Errorf("%s: scenario %s does not run %q", b.title, s.Name, c)
			}
		}
		if len(b.commands) == 0 {
			t.Errorf("%s: no command", b.title)
		}
	}
	for _, s := range rehearse.Scenarios() {
		rehearsed := slices.ContainsFunc(books, func(b runbook) bool { return b.scenario == s.Name })
		if !rehearsed && !strings.Contains(string(text), "`--scenario "+s.Name+"`") {
			t.Errorf("no runbook has %s", s.Name)
		}
	}
	if len(books) < len(rehearse.Scenarios())-1 { // one for each but places, which has a page of its own
		t.Errorf("%d runbooks for %d scenarios", len(books), len(rehearse.Scenarios()))
	}
}

// TestRunbooksLead: every link within the page leads to a section.
func TestRunbooksLead(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "docs", "runbooks.md"))
	if err != nil {
		t.Fatal(err)
	}
	anchors := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(string(text), -1) {
		anchors[strings.ReplaceAll(strings.ToLower(regexp.MustCompile(`[^\w -]`).ReplaceAllString(m[1], "")), " ", "-")] = true
	}
	links := regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(string(text), -1)
	if len(links) < 10 {
		t.Errorf("only %d links", len(links))
	}
	for _, m := range links {
		if !anchors[m[1]] {
			t.Errorf("there is no section #%s", m[1])
		}
	}
}

// runbooks are the sections of the page.
func runbooks(page string) []runbook {
	var out []runbook
	for _, section := range strings.Split(page, "\n## ")[1:] {
		b := runbook{title: strings.SplitN(section, "\n", 2)[0]}
		if m := regexp.MustCompile("Rehearse it: `--scenario ([a-z-]+)`").FindStringSubmatch(section); m != nil {
			b.scenario = m[1]
		}
		for line := range strings.Lines(section) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "rootmoot") {
				b.commands = append(b.commands, line)
			}
		}
		out = append(out, b)
	}
	return out
}

// general is a command without what rehearsals need, and with any pin.
func general(command string) string {
	command = regexp.MustCompile(` (--tokens tokens|--rehearsal)\b`).ReplaceAllString(command, "")
	return regexp.MustCompile(` (@\w+|1:DIGEST)`).ReplaceAllString(command, " PIN")
}
