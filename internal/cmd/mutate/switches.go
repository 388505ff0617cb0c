package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Files by path from the module's folder, as the go command shall see them.
type files map[string][]byte

//go:embed switch/verify.go.txt
var switchVerify []byte

//go:embed switch/attest.go.txt
var switchAttest []byte

// others are the packages beside verify that have rules. The switch of one fits
// them all, but for its first line.
func others() []string { return []string{"verify/attest", "verify/channel", "ceremony/evidence"} }

// switches is the packages with rules as they are, but that the environment can
// switch off rules and change rulings. The packages themselves have no such
// switch.
func switches(module string) (files, error) {
	out := files{}
	if err := out.gate(module, "verify", "Check", switchVerify); err != nil {
		return nil, err
	}
	for _, folder := range others() {
		code := bytes.Replace(switchAttest, []byte("package attest"), []byte("package "+path.Base(folder)), 1)
		if err := out.gate(module, folder, "verify.Check", code); err != nil {
			return nil, err
		}
	}
	codes, err := ruled(module)
	if err != nil {
		return nil, err
	}
	names := "package verify\n\nimport \"github.com/rootmoot/rootmoot/root\"\n\nvar mutateCodes = map[string]root.Code{\n"
	for _, code := range codes {
		names += fmt.Sprintf("\t%q: root.%s,\n", code, code)
	}
	out["verify/mutate_codes.go"] = []byte(names + "}\n")
	return out, out.rename(module, "verify", "judge", "judgeUnmutated")
}

// gate adds the files of a package through which checks pass, and the switch.
func (f files) gate(module, folder, check string, code []byte) error {
	gates := 0
	for path, src := range sources(module, folder) {
		if src.err != nil {
			return src.err
		}
		out, n, err := gated(path, src.text, check)
		if err != nil {
			return err
		}
		if n > 0 {
			f[path] = out
			gates += n
		}
	}
	if gates == 0 {
		return fmt.Errorf("%s: no check of the type %s is made there: a rule cannot be switched off", folder, check)
	}
	f[folder+"/mutate_switch.go"] = code
	return nil
}

// rename gives the one function of that name in a package another name, so that
// the switch can stand in its place.
func (f files) rename(module, folder, function, to string) error {
	for path, src := range sources(module, folder) {
		if src.err != nil {
			return src.err
		}
		if changed, is := f[path]; is {
			src.text = changed
		}
		out, found, err := renamed(path, src.text, function, to)
		if err != nil {
			return err
		}
		if found {
			f[path] = out
			return nil
		}
	}
	return fmt.Errorf("%s: there is no function %s: rulings cannot be changed one by one", folder, function)
}

// ruled are the fault codes of the table of rulings, by the names of their
// constants.
func ruled(module string) ([]string, error) {
	var out []string
	err := inspect(module, "verify", func(n ast.Node) {
		spec, is := n.(*ast.ValueSpec)
		if !is || spec.Names[0].Name != "rulings" {
			return
		}
		ast.Inspect(spec, func(n ast.Node) bool {
			if pair, is := n.(*ast.KeyValueExpr); is && fmt.Sprint(pair.Key) == "code" {
				if of, is := pair.Value.(*ast.SelectorExpr); is {
					out = append(out, of.Sel.Name)
				}
			}
			return true
		})
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("verify: there is no table of rulings with the fault codes of package root")
	}
	return out, err
}

// noted are the fault codes that package root lists beside a document. The
// others leave no document, whatever the table says of them.
func noted(module string) (map[string]bool, error) {
	out := make(map[string]bool)
	err := inspect(module, "root", func(n ast.Node) {
		call, is := n.(*ast.CallExpr)
		if !is || len(call.Args) == 0 {
			return
		}
		method, is := call.Fun.(*ast.SelectorExpr)
		if is && method.Sel.Name == "fault" {
			out[fmt.Sprint(call.Args[0])] = true
		}
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("root: nothing calls a method named fault: which codes leave a document cannot be told")
	}
	return out, err
}

// inspect shows every node of a package's files.
func inspect(module, folder string, show func(ast.Node)) error {
	for path, src := range sources(module, folder) {
		if src.err != nil {
			return src.err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, src.text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			show(n)
			return true
		})
	}
	return nil
}

// A source is one file of a package.
type source struct {
	text []byte
	err  error
}

// sources are the files of a package that are no tests, by path from the
// module's folder.
func sources(module, folder string) map[string]source {
	out := make(map[string]source)
	entries, err := os.ReadDir(filepath.Join(module, filepath.FromSlash(folder)))
	if err != nil {
		out[folder] = source{err: err}
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(module, filepath.FromSlash(folder), e.Name()))
		out[folder+"/"+e.Name()] = source{text, err}
	}
	return out
}
