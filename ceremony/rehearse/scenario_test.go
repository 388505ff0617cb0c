package rehearse_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
)

// What fits: a line of the list, and a task at the foot of the smallest screen.
const (
	longestLine = 60
	longestTask = 66
)

// TestScenarios: what is written down of each scenario is complete, and fits
// where it is shown.
func TestScenarios(t *testing.T) {
	names := make(map[string]bool)
	for _, s := range rehearse.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(s.Name) || names[s.Name] {
				t.Errorf("the name %q cannot be typed, or is taken", s.Name)
			}
			names[s.Name] = true
			if found, ok := rehearse.ScenarioOf(s.Name); !ok || found.Line != s.Line {
				t.Errorf("by its name there is %q", found.Line)
			}
			if n := utf8.RuneCountInString(s.Line); n == 0 || n > longestLine || len(s.Tells) == 0 {
				t.Errorf("%d letters in the list, %d paragraphs", n, len(s.Tells))
			}
			proves := 0
			for i, stage := range s.Stages {
				if stage.Proves != "" {
					proves++
				}
				complete(t, i+1, stage)
			}
			if proves == 0 || s.Stages[0].Title == "" {
				t.Errorf("it proves %d things, and begins with %q", proves, s.Stages[0].Title)
			}
		})
	}
	if _, ok := rehearse.ScenarioOf("sunshine"); ok {
		t.Error("there is a scenario that there is not")
	}
}

func complete(t *testing.T, n int, s rehearse.Stage) {
	t.Helper()
	program := regexp.MustCompile(`^(rootmoot [a-z]+|rootmoot-verify (chain|evidence)) `)
	switch {
	case s.Run == "" && len(s.Event) == 0:
		t.Errorf("stage %d: nothing happens", n)
	case s.Run != "" && !program.MatchString(s.Run):
		t.Errorf("stage %d: %q is no command of ours", n, s.Run)
	case s.Sits() != (s.Task != ""):
		t.Errorf("stage %d: people sit %v, and the task is %q", n, s.Sits(), s.Task)
	case utf8.RuneCountInString(s.Task) > longestTask:
		t.Errorf("stage %d: the task has %d letters: %s", n, utf8.RuneCountInString(s.Task), s.Task)
	case s.Left() && s.Code != 4:
		t.Errorf("stage %d: it is left, with exit code %d", n, s.Code)
	case s.Sits() && s.Code == 4 && !s.Left():
		t.Errorf("stage %d: nobody knows where to leave it", n)
	case !s.Sits() && (s.Dies != "" || len(s.Signed) > 0 || len(s.Cast.Errands) > 0):
		t.Errorf("stage %d: there are people in it, and no sitting", n)
	case s.Sits() && strings.Contains(s.Run, "@chain") && strings.HasPrefix(s.Run, "rootmoot open"):
		t.Errorf("stage %d: a sitting is opened with a root, not a pin", n)
	}
	for _, comes := range s.Comes {
		if !strings.Contains("amsterdam boston chennai dakar fukuoka edinburgh internal-audit", comes) {
			t.Errorf("stage %d: nobody knows %s", n, comes)
		}
	}
}

// TestPassed: time goes on from stage to stage, by what each says.
func TestPassed(t *testing.T) {
	for _, s := range rehearse.Scenarios() {
		for i := 1; i < len(s.Stages); i++ {
			if s.Passed(i)-s.Passed(i-1) != s.Stages[i].After {
				t.Errorf("%s, stage %d: %v after %v", s.Name, i+1, s.Passed(i), s.Passed(i-1))
			}
		}
	}
}
