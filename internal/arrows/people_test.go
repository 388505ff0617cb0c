package arrows

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// The scenario driver plays the people of a rehearsal. What it does must be
// what people could do, or a rehearsal proves nothing: it is shown a View and
// answers with an Act. So of the engine's package it may name types and
// constants, not functions, not variables, and not the engine itself. The one
// exception makes a part of an Act out of what a person would type.
const (
	people = "ceremony/rehearse/people"
	engine = "ceremony/sitting"
	handle = "Sitting" // the engine's type, which has Do
	typed  = "NewSecret"
)

func TestPeople(t *testing.T) {
	folders, fset := tree(t)
	find := func(p string) folder {
		i := slices.IndexFunc(folders, func(d folder) bool { return d.path == p })
		if i < 0 {
			return folder{path: p} // it comes later
		}
		return folders[i]
	}
	for _, complaint := range reach(find(people), namesOf(find(engine)), fset) {
		t.Error(complaint)
	}
}

// namesOf are the types and constants of a package, but for the handle, and
// what is typed.
func namesOf(d folder) []string {
	out := []string{typed}
	for _, f := range d.files {
		for _, decl := range f.Decls {
			g, ok := decl.(*ast.GenDecl)
			if f.test || !ok || g.Tok == token.VAR {
				continue
			}
			for _, s := range g.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					out = append(out, s.Name.Name)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						out = append(out, id.Name)
					}
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(name string) bool { return name == handle })
}

// reach finds where the driver reaches for more than it is shown. Do and Open
// are out under any name: an interface of its own would get it there as well.
func reach(d folder, allowed []string, fset *token.FileSet) []string {
	var out []string
	for _, f := range d.files {
		if f.test {
			continue
		}
		names := localNames(f)
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				x, isName := n.X.(*ast.Ident)
				ofEngine := isName && names[x.Name] == module+"/"+engine
				if ofEngine && !slices.Contains(allowed, n.Sel.Name) || n.Sel.Name == "Do" || n.Sel.Name == "Open" {
					out = append(out, fmt.Sprintf("%v: %s: people see a View and answer with an Act, no more", fset.Position(n.Pos()), n.Sel.Name))
				}
			case *ast.InterfaceType:
				for _, m := range n.Methods.List {
					for _, id := range m.Names {
						if id.Name == "Do" || id.Name == "Open" {
							out = append(out, fmt.Sprintf("%v: an interface with %s: people have no engine", fset.Position(id.Pos()), id.Name))
						}
					}
				}
			case *ast.ImportSpec:
				if n.Name != nil && n.Name.Name == "." {
					out = append(out, fmt.Sprintf("%v: a dot import hides what is reached for", fset.Position(n.Pos())))
				}
			}
			return true
		})
	}
	return out
}

func TestReach(t *testing.T) {
	const engineSource = "package sitting\ntype View struct{}\ntype Act struct{}\ntype Sitting struct{}\nconst Sign = 1\nvar V int\nfunc Open() {}\n"
	tests := []struct {
		name string
		body string
		bad  bool
	}{
		{"answers", "func Answer(v sitting.View) sitting.Act { _ = sitting.Sign; return sitting.Act{} }", false},
		{"opens", "func f() { sitting.Open() }", true},
		{"has the engine", "func f(s *sitting.Sitting) {}", true},
		{"reads a variable", "func f() int { return sitting.V }", true},
		{"calls Do", "func f(v interface{ M() }) { v.Do() }", true},
		{"an interface of its own", "type e interface{ Do(sitting.Act) error }", true},
	}
	fset := token.NewFileSet()
	parse := func(name, src string) folder {
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		return folder{name, []file{{name, false, f}}}
	}
	allowed := namesOf(parse("engine.go", engineSource))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := reach(parse("people.go", "package people\nimport \""+module+"/"+engine+"\"\n"+tt.body), allowed, fset)
			if (len(got) > 0) != tt.bad {
				t.Errorf("got %q", strings.Join(got, "\n"))
			}
		})
	}
}
