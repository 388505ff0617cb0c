package arrows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// module is the path of this module.
const module = "github.com/rootmoot/rootmoot"

// A folder is one folder with Go files in it.
type folder struct {
	path  string // relative to the module; "." for its root
	files []file
}

// A file is one parsed source file.
type file struct {
	name string // relative to the module
	test bool
	*ast.File
}

// tree parses every Go file of the module, for whatever platform it is.
func tree(t *testing.T) ([]folder, *token.FileSet) {
	t.Helper()
	dir, err := os.OpenRoot("../..")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	fset := token.NewFileSet()
	at := make(map[string]int)
	var out []folder
	err = fs.WalkDir(dir.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(name):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go" || skipped(name):
			return nil
		}
		src, err := dir.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		p := path.Dir(name)
		if _, known := at[p]; !known {
			at[p] = len(out)
			out = append(out, folder{path: p})
		}
		here := &out[at[p]]
		here.files = append(here.files, file{name, strings.HasSuffix(name, "_test.go"), f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 10 {
		t.Fatalf("found only %d folders with Go files: looking in the wrong place?", len(out))
	}
	return out, fset
}

// skipped are names that the go command passes over too, and what is built.
func skipped(name string) bool {
	base := path.Base(name)
	return base != "." && (base[0] == '.' || base[0] == '_') ||
		base == "testdata" || name == "bin" || name == "dist" || name == "out"
}

// imports are the paths that a file imports.
func (f file) imports() []string {
	var out []string
	for _, s := range f.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			panic(err) // the parser has accepted it
		}
		out = append(out, p)
	}
	return out
}

// within reports whether p is one of a list of folders, where a folder ending
// in /... stands for all below it too.
func within(list, p string) bool {
	for _, l := range strings.Fields(list) {
		above, all := strings.CutSuffix(l, "/...")
		if p == above || all && below(above, p) {
			return true
		}
	}
	return false
}

// below reports whether p is the import path above, or lies below it.
func below(above, p string) bool {
	return p == above || strings.HasPrefix(p, above+"/")
}
