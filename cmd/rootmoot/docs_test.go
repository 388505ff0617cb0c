package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The pages are README.md and docs/*.md. What stands in them runs: of a block
// fenced with sh every line, of one fenced with console every line that begins
// with "$ ", whose output must then be what follows it. The rules for whoever
// writes a page:
//
//   - All blocks of a page run in one shell, in order, in a copy of what lies in
//     the repository: testdata, ceremony.example.yaml and bin.
//   - A command must succeed, or end with a comment like "# exit code 1".
//   - In the output of a console block … stands for whatever is there on that
//     line, and alone on its line for any number of lines.
//   - A line that begins with make or git is run as standIns says.
const repository = "../.."

// demo is what the Makefile runs for make demo.
const demo = "bin/rootmoot rehearse $(DIR) --format $(FORMAT) --play --real testdata"

// standIns are the lines of the pages that do not run as they stand, and what
// runs instead of each.
func standIns() map[string]string {
	asFormat := func(f string) string { return strings.NewReplacer("$(DIR) ", "", "$(FORMAT)", f).Replace(demo) }
	return map[string]string{
		"make build":             "true", // built before, once for all pages
		"make test":              "true", // what runs this test
		"make demo":              asFormat("tuf"),
		"make demo FORMAT=conda": asFormat("conda"),
	}
}

func TestPages(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(repository, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(makefile), "\t"+demo+"\n") {
		t.Errorf("Makefile: make demo no longer runs %q", demo)
	}
	bin := buildBoth(t)
	for _, path := range pages(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := runPage(copyOfTree(t, bin), string(text)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPagesCanFail: a page that says something wrong does not pass.
func TestPagesCanFail(t *testing.T) {
	for _, c := range []struct{ name, page, want string }{
		{"good", "```sh\necho a \\\n  b\nfalse # ends with exit code 1\n```\n", ""},
		{"good output", "```console\n$ echo a 1; echo b; echo c\na …\n…\nc\n```\n", ""},
		{"other fences", "```text\nfalse\n```\n    false\n", ""},
		{"one shell", "```sh\nx=1\n```\n```console\n$ echo $x\n1\n```\n", ""},
		{"command fails", "```sh\ntrue\nfalse\n```\n", "line 3: exit code 1, want 0"},
		{"no such command", "```sh\nrootmoot-nothing\n```\n", "line 2: exit code 127, want 0"},
		{"wrong exit code", "```sh\nfalse # exit code 2\n```\n", "line 2: exit code 1, want 2"},
		{"does not fail", "```sh\ntrue # exit code 1\n```\n", "line 2: exit code 0, want 1"},
		{"leaves early", "```sh\nexit 0\n```\n", "line 2: the shell ended here"},
		{"other output", "```console\n$ echo a\nb\n```\n", "line 2: the output is not the page's"},
		{"more output", "```console\n$ echo a; echo b\na\n```\n", "line 2: the output is not the page's"},
		{"unknown make", "```sh\nmake coffee\n```\n", "line 2: make coffee: has no stand-in"},
		{"in a list", "1. It\n\n   ```sh\n   false\n   ```\n", "line 4: exit code 1, want 0"},
		{"open fence", "```sh\ntrue\n", "line 1: the fence is never closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := runPage(t.TempDir(), c.page)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestPagesNameWhatExists: links lead somewhere, and the tests, rules and files
// that the pages name are there.
func TestPagesNameWhatExists(t *testing.T) {
	sources := goSources(t)
	for _, path := range pages(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := func(pattern string, check func(name string) bool) {
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
				if !check(m[1]) {
					t.Errorf("%s: %s: there is no such thing", path, m[1])
				}
			}
		}
		exists := func(dir string) func(string) bool {
			return func(name string) bool {
				_, err := os.Stat(filepath.Join(dir, name))
				return err == nil
			}
		}
		found(`\]\(([^)#:]+)(?:#[^)]*)?\)`, exists(filepath.Dir(path)))
		found("`([a-z][a-z0-9_/]*(?:\\.go|/))`", exists(repository))
		found("`((?:Test|Fuzz)[A-Z]\\w*)`", func(name string) bool { return strings.Contains(sources, "func "+name+"(") })
		found(`\b((?:RUN|ROOT|ROLE|KEY|SIG|QUORUM|CHAIN|FRESH|REHEARSAL|ATTEST|ROOM|PLAN|PKG|CHANNEL|ARTIFACT|LOCK|STATE)-[A-Z0-9-]*[A-Z0-9])\b`,
			func(id string) bool { return strings.Contains(sources, `"`+id+`"`) })
	}
}

func goSources(t *testing.T) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func pages(t *testing.T) []string {
	t.Helper()
	out, err := filepath.Glob(filepath.Join(repository, "docs", "*.md"))
	if err != nil || len(out) == 0 {
		t.Fatalf("no pages in docs: %v", err)
	}
	return append(out, filepath.Join(repository, "README.md"))
}

// copyOfTree is a folder with what the pages' commands need.
func copyOfTree(t *testing.T, bin string) string {
	t.Helper()
	dir := t.TempDir()
	example, err := os.ReadFile(filepath.Join(repository, "ceremony.example.yaml"))
	err = errors.Join(err,
		os.WriteFile(filepath.Join(dir, "ceremony.example.yaml"), example, 0o644),
		os.CopyFS(filepath.Join(dir, "testdata"), os.DirFS(filepath.Join(repository, "testdata"))),
		os.Symlink(bin, filepath.Join(dir, "bin")),
	)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// A pageCommand is one command of a page.
type pageCommand struct {
	line   int // where it stands
	text   string
	code   int            // the exit code that it must have
	output *regexp.Regexp // what it must print; nil if the page does not say
}

// runPage runs the commands of a page in one shell. Each command's output and
// exit code go to files of their own.
func runPage(dir, page string) error {
	commands, err := readPage(page)
	if err != nil {
		return err
	}
	logs, err := os.MkdirTemp(dir, "logs")
	if err != nil {
		return err
	}
	script := "set -eu\n"
	for i, c := range commands {
		log := filepath.Join(logs, strconv.Itoa(i))
		script += fmt.Sprintf("code=0\n{ %s\n} >'%s' 2>&1 </dev/null || code=$?\necho $code >'%s.code'\ntest $code -eq %d\n", c.text, log, log, c.code)
	}
	sh := exec.Command("sh", "-c", script)
	sh.Dir = dir
	shellOutput, shellErr := sh.CombinedOutput()
	for i, c := range commands {
		log := filepath.Join(logs, strconv.Itoa(i))
		output, _ := os.ReadFile(log) // what is not there is empty
		code, err := os.ReadFile(log + ".code")
		switch got := strings.TrimSpace(string(code)); {
		case err != nil:
			return fmt.Errorf("line %d: the shell ended here: %v\n%s\n%s%s", c.line, shellErr, c.text, shellOutput, output)
		case got != strconv.Itoa(c.code):
			return fmt.Errorf("line %d: exit code %s, want %d\n%s\n%s", c.line, got, c.code, c.text, output)
		case c.output != nil && !c.output.Match(output):
			return fmt.Errorf("line %d: the output is not the page's\n%s\n%s", c.line, c.text, output)
		}
	}
	return nil
}

// readPage finds the commands of a page.
func readPage(page string) ([]pageCommand, error) {
	var out []pageCommand
	lines := strings.Split(page, "\n")
	for i := 0; i < len(lines); i++ {
		indent, fence, fenced := strings.Cut(lines[i], "```")
		if !fenced || strings.TrimLeft(indent, " ") != "" {
			continue
		}
		first := i + 1
		for i = first; i < len(lines) && lines[i] != indent+"```"; i++ {
			lines[i] = strings.TrimPrefix(lines[i], indent)
		}
		if i == len(lines) {
			return nil, fmt.Errorf("line %d: the fence is never closed", first)
		}
		if fence != "sh" && fence != "console" {
			continue
		}
		commands, err := readBlock(lines[first:i], first+1, fence == "console")
		if err != nil {
			return nil, err
		}
		out = append(out, commands...)
	}
	return out, nil
}

var exitCode = regexp.MustCompile(`#.*\bexit code (\d+)$`)

// readBlock reads one block, whose first line has that number in the page.
func readBlock(lines []string, number int, console bool) ([]pageCommand, error) {
	var out []pageCommand
	for i := 0; i < len(lines); i++ {
		c := pageCommand{line: number + i, text: strings.TrimPrefix(lines[i], "$ ")}
		for strings.HasSuffix(c.text, "\\") && i+1 < len(lines) {
			i++
			c.text = strings.TrimSuffix(c.text, "\\") + strings.TrimSpace(lines[i])
		}
		if console {
			printed := i + 1
			for i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "$ ") {
				i++
			}
			c.output = expectation(lines[printed : i+1])
		}
		if m := exitCode.FindStringSubmatch(c.text); m != nil {
			c.code, _ = strconv.Atoi(m[1]) // digits, by the expression
		}
		switch words := strings.Fields(c.text); {
		case len(words) == 0 || words[0][0] == '#':
			continue
		case words[0] == "make" || words[0] == "git":
			instead, known := standIns()[strings.TrimSpace(strings.Split(c.text, "#")[0])]
			if !known {
				return nil, fmt.Errorf("line %d: %s: has no stand-in", c.line, c.text)
			}
			c.text = instead
		}
		out = append(out, c)
	}
	return out, nil
}

// expectation is the output that a console block shows.
func expectation(lines []string) *regexp.Regexp {
	pattern := `\A`
	for _, line := range lines {
		if line == "…" {
			pattern += `(?:.*\n)*?`
			continue
		}
		pattern += strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + `\n`
	}
	return regexp.MustCompile(pattern + `\z`)
}
