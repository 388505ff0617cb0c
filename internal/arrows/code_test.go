package arrows

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// TestCode holds the rules of the house that are about code rather than
// imports: no init, no package state, the clock injected, everything explained.
func TestCode(t *testing.T) {
	folders, fset := tree(t)
	for _, d := range folders {
		for _, complaint := range inspect(d, fset) {
			t.Error(complaint)
		}
	}
}

func inspect(d folder, fset *token.FileSet) []string {
	var out []string
	explained := false
	for _, f := range d.files {
		if f.test {
			continue
		}
		explained = explained || f.Doc != nil
		out = append(out, forbiddenCalls(d.path, f, fset)...)
		out = append(out, undocumented(f, fset)...)
	}
	product := slices.ContainsFunc(d.files, func(f file) bool { return !f.test })
	if product && !explained {
		out = append(out, d.path+": no package comment: say what it is for, and teach its concept")
	}
	return append(out, state(d, fset)...)
}

// forbiddenCalls finds init functions, and calls that only others may make. A
// mention counts as a call: a function can be handed on.
func forbiddenCalls(pkg string, f file, fset *token.FileSet) []string {
	var out []string
	names := localNames(f)
	ast.Inspect(f.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				out = append(out, fmt.Sprintf("%v: an init function: make it a constructor", fset.Position(n.Pos())))
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, c := range calls() {
				if names[x.Name] == c.pkg && slices.Contains(strings.Fields(c.names), n.Sel.Name) && !within(c.only, pkg) && !within(forTests(), pkg) {
					out = append(out, fmt.Sprintf("%v: %s.%s in %s: only %q may", fset.Position(n.Pos()), c.pkg, n.Sel.Name, pkg, c.only))
				}
			}
		}
		return true
	})
	return out
}

// localNames maps the names that a file has for its imports to their paths. A
// name that is not given is taken to be the path's last element, which holds in
// the standard library.
func localNames(f file) map[string]string {
	out := make(map[string]string)
	paths := f.imports()
	for i, s := range f.Imports {
		name := paths[i][strings.LastIndexByte(paths[i], '/')+1:]
		if s.Name != nil {
			name = s.Name.Name
		}
		out[name] = paths[i]
	}
	return out
}

// undocumented finds exported identifiers without a comment. One comment may
// speak for a group of constants or variables.
func undocumented(f file, fset *token.FileSet) []string {
	var out []string
	miss := func(id *ast.Ident) {
		out = append(out, fmt.Sprintf("%v: %s is exported and has no comment", fset.Position(id.Pos()), id.Name))
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && !wellKnown(d) {
				miss(d.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				for _, id := range bare(d, s) {
					miss(id)
				}
			}
		}
	}
	return out
}

// wellKnown are methods whose contract stands in the standard library, and
// methods of types that nobody outside can name.
func wellKnown(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return false
	}
	recv := d.Recv.List[0].Type
	if p, ok := recv.(*ast.StarExpr); ok {
		recv = p.X
	}
	if id, ok := recv.(*ast.Ident); ok && !id.IsExported() {
		return true
	}
	return slices.Contains([]string{"Error", "Unwrap", "Is", "As"}, d.Name.Name)
}

func bare(d *ast.GenDecl, s ast.Spec) []*ast.Ident {
	exported := func(ids ...*ast.Ident) []*ast.Ident {
		return slices.DeleteFunc(ids, func(id *ast.Ident) bool { return !id.IsExported() })
	}
	switch s := s.(type) {
	case *ast.TypeSpec:
		if s.Doc == nil && d.Doc == nil {
			return exported(s.Name)
		}
	case *ast.ValueSpec:
		if s.Doc == nil && s.Comment == nil && d.Doc == nil {
			return exported(slices.Clone(s.Names)...)
		}
	}
	return nil
}

// state finds package-level variables that are written to, or could be through
// their address. Tables and sentinel errors are never written.
func state(d folder, fset *token.FileSet) []string {
	var files []*ast.File
	for _, f := range d.files {
		if !f.test {
			files = append(files, f.File)
		}
	}
	// Imports are not followed: only names of this very package matter, so
	// errors about everything else are of no interest.
	conf := types.Config{Importer: nobody{}, Error: func(error) {}}
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
	pkg, _ := conf.Check(d.path, fset, files, info)
	var out []string
	written := func(e ast.Expr) {
		id := base(e)
		if id == nil {
			return
		}
		if v, ok := info.Uses[id].(*types.Var); ok && v.Parent() == pkg.Scope() {
			out = append(out, fmt.Sprintf("%v: package-level %s is written to, or its address taken: hand state on instead", fset.Position(id.Pos()), id.Name))
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					written(e)
				}
			case *ast.IncDecStmt:
				written(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					written(n.X)
				}
			case *ast.ValueSpec:
				out = append(out, locks(n, pkg, fset)...)
			}
			return true
		})
	}
	return out
}

// base is the variable that an expression is a part of.
func base(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// locks finds package-level variables of types that exist to be written.
func locks(s *ast.ValueSpec, pkg *types.Package, fset *token.FileSet) []string {
	sel, ok := s.Type.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || x.Name != "sync" && x.Name != "atomic" || pkg.Scope().Lookup(s.Names[0].Name) == nil {
		return nil
	}
	return []string{fmt.Sprintf("%v: package-level %s is state: hand it on instead", fset.Position(s.Pos()), s.Names[0].Name)}
}

// nobody imports nothing.
type nobody struct{}

func (nobody) Import(string) (*types.Package, error) { return nil, errors.New("not followed") }

// The inspection must be able to find something.
func TestInspect(t *testing.T) {
	tests := []struct {
		name string
		pkg  string
		src  string
		want string // part of the one complaint; "" if there is none
	}{
		{"clean", "root", "// Package root.\npackage root\n\nvar table = []int{1}\n\n// Max is exported.\nconst Max = 1\n", ""},
		{"no package comment", "root", "package root\n", "no package comment"},
		{"init", "root", "// Package root.\npackage root\nfunc init() {}\n", "an init function"},
		{"a method named init", "root", "// Package root.\npackage root\ntype t int\nfunc (t) init() {}\n", ""},
		{"the clock", "verify", "// Package verify.\npackage verify\nimport \"time\"\nvar now = time.Now\n", "time.Now in verify"},
		{"the clock under another name", "verify", "// Package verify.\npackage verify\nimport tea \"time\"\nfunc f() { tea.Now() }\n", "time.Now in verify"},
		{"the clock where it is read", "cmd/rootmoot", "// Command rootmoot.\npackage main\nimport \"time\"\nfunc f() { time.Now() }\n", ""},
		{"ending the program", "cmd/internal/verbs", "// Package verbs.\npackage verbs\nimport \"os\"\nfunc f() { os.Exit(1) }\n", "os.Exit in cmd/internal/verbs"},
		{"no comment", "root", "// Package root.\npackage root\ntype T int\n", "T is exported"},
		{"no comment on a method", "root", "// Package root.\npackage root\n\n// T is.\ntype T int\nfunc (T) M() {}\n", "M is exported"},
		{"a comment for a group", "root", "// Package root.\npackage root\n\n// Both.\nconst (\nA = 1\nB = 2\n)\n", ""},
		{"state", "root", "// Package root.\npackage root\nvar n int\nfunc f() { n++ }\n", "package-level n is written"},
		{"state in a map", "root", "// Package root.\npackage root\nvar m = map[int]int{}\nfunc f() { m[1] = 2 }\n", "package-level m is written"},
		{"an address", "root", "// Package root.\npackage root\nvar n int\nfunc f() *int { return &n }\n", "package-level n is written"},
		{"a local of that name", "root", "// Package root.\npackage root\nvar n int\nfunc f() { n := 1; n++ }\n", ""},
		{"a lock", "root", "// Package root.\npackage root\nimport \"sync\"\nvar mu sync.Mutex\n", "package-level mu is state"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, "x.go", tt.src, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			got := inspect(folder{tt.pkg, []file{{"x.go", false, f}}}, fset)
			if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
