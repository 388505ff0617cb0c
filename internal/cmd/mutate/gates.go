package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
)

// gated is a Go file in which every check goes through the function mutated,
// wherever one comes into being as a literal, is handed over as a parameter or
// handed back as a result. check is the type as the file writes it: "Check" or
// "verify.Check". No line moves. gates counts the places.
func gated(name string, src []byte, check string) (out []byte, gates int, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, 0, err
	}
	g := gater{check: check}
	ast.Inspect(file, g.node)
	if g.bad != nil {
		return nil, 0, fmt.Errorf("%v: a check passes here unseen: %s", fset.Position(g.bad.Pos()), g.why)
	}
	return g.insert(src, file.FileStart), len(g.gates), nil
}

// A gater collects what to insert.
type gater struct {
	check string
	gates []gate
	bad   ast.Node // the last place that cannot be gated
	why   string
}

// A gate is text before and after a piece of the source.
type gate struct {
	from, to    token.Pos
	open, close string
}

// kind is the type as a type argument of mutated; "" if it is not of checks.
func (g *gater) kind(t ast.Expr) string {
	if t == nil {
		return ""
	}
	switch types.ExprString(t) {
	case g.check:
		return g.check
	case "[]" + g.check, "..." + g.check:
		return "[]" + g.check
	}
	return ""
}

func (g *gater) wrap(e ast.Expr, kind, elided string) {
	g.gates = append(g.gates, gate{e.Pos(), e.End(), "mutated[" + kind + "](" + elided, ")"})
}

func (g *gater) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CompositeLit:
		if g.kind(n.Type) == g.check {
			g.wrap(n, g.check, "")
		}
		g.elements(n)
	case *ast.FuncDecl:
		if n.Body != nil {
			g.function(n.Type, n.Body)
		}
	case *ast.FuncLit:
		g.function(n.Type, n.Body)
	}
	return true
}

// elements gates the elements of a list or map of checks that leave their type
// away.
func (g *gater) elements(n *ast.CompositeLit) {
	var of ast.Expr
	switch t := n.Type.(type) {
	case *ast.ArrayType:
		of = t.Elt
	case *ast.MapType:
		of = t.Value
	}
	if g.kind(of) != g.check {
		return
	}
	for _, e := range n.Elts {
		if pair, is := e.(*ast.KeyValueExpr); is {
			e = pair.Value
		}
		if lit, is := e.(*ast.CompositeLit); is && lit.Type == nil {
			g.wrap(lit, g.check, g.check)
		}
	}
}

// function gates the parameters and the results of one function; functions
// inside it have their own turn.
func (g *gater) function(t *ast.FuncType, body *ast.BlockStmt) {
	for _, p := range t.Params.List {
		for _, name := range p.Names {
			if kind := g.kind(p.Type); kind != "" && name.Name != "_" {
				at := body.Lbrace + 1
				g.gates = append(g.gates, gate{at, at, " " + name.Name + " = mutated[" + kind + "](" + name.Name + ");", ""})
			}
		}
	}
	var kinds []string
	for _, r := range flat(t.Results) {
		kinds = append(kinds, g.kind(r))
	}
	if !slices.ContainsFunc(kinds, func(kind string) bool { return kind != "" }) {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if r, is := n.(*ast.ReturnStmt); is {
			g.results(r, kinds)
		}
		_, inner := n.(*ast.FuncLit)
		return !inner
	})
}

func (g *gater) results(r *ast.ReturnStmt, kinds []string) {
	switch {
	case len(r.Results) == len(kinds):
		for i, e := range r.Results {
			if kinds[i] != "" {
				g.wrap(e, kinds[i], "")
			}
		}
	case len(r.Results) == 0:
		g.bad, g.why = r, "a return that does not say what"
	default: // a call with several results, which is gated where it returns them
	}
}

// flat is the type of each field, once for each name.
func flat(fields *ast.FieldList) []ast.Expr {
	if fields == nil {
		return nil
	}
	var out []ast.Expr
	for _, f := range fields.List {
		out = append(out, slices.Repeat([]ast.Expr{f.Type}, max(1, len(f.Names)))...)
	}
	return out
}

// insert is the source with all gates in it. Gates lie side by side or inside
// one another, so that those that open at one place may do so in any order.
func (g *gater) insert(src []byte, start token.Pos) []byte {
	opens, closes := make(map[token.Pos]string), make(map[token.Pos]string)
	for _, e := range g.gates {
		opens[e.from] += e.open
		closes[e.to] += e.close
	}
	var out []byte
	for i := range len(src) + 1 {
		at := start + token.Pos(i)
		out = append(append(out, closes[at]...), opens[at]...)
		if i < len(src) {
			out = append(out, src[i])
		}
	}
	return out
}

// renamed is a Go file in which the function of that name is called otherwise;
// found is false if the file has no such function.
func renamed(name string, src []byte, function, to string) (out []byte, found bool, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, false, err
	}
	for _, d := range file.Decls {
		if f, is := d.(*ast.FuncDecl); is && f.Recv == nil && f.Name.Name == function {
			at := fset.Position(f.Name.Pos()).Offset
			return slices.Concat(src[:at], []byte(to), src[at+len(function):]), true, nil
		}
	}
	return src, false, nil
}
