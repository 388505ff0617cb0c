//go:build js && wasm

package main

import (
	"context"
	"errors"
	"math"
	"strconv"
	"syscall/js"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

func main() {
	js.Global().Set("rootmootVerifyChain", js.FuncOf(entry))
	select {} // functions live as long as the program
}

// entry turns JavaScript's values into ours, and an error into one that
// JavaScript can tell from a report.
func entry(_ js.Value, args []js.Value) any {
	report, err := called(args)
	if err != nil {
		return js.Global().Get("Error").New("rootmootVerifyChain: " + err.Error())
	}
	return report
}

func called(args []js.Value) (string, error) {
	if len(args) != 4 || args[0].Type() != js.TypeString || !args[1].InstanceOf(js.Global().Get("Array")) ||
		args[2].Type() != js.TypeString || args[3].Type() != js.TypeBoolean {
		return "", errors.New("want trust (string), roots (array of strings), at (string), rehearsal (boolean)")
	}
	roots := make([]string, args[1].Length())
	for i := range roots {
		if args[1].Index(i).Type() != js.TypeString {
			return "", errors.New("roots: want strings only")
		}
		roots[i] = args[1].Index(i).String()
	}
	return chain(args[0].String(), roots, args[2].String(), args[3].Bool())
}

// chain judges the roots in the order given. A page that has a root's number
// from its address leaves it to the version inside, which must be the next.
func chain(trust string, roots []string, at string, rehearsal bool) (string, error) {
	when, err := root.ParseTime(at)
	if err != nil {
		return "", errors.New("at: want a time like 2026-12-31T00:00:00Z")
	}
	o := verify.Options{At: when, Rehearsal: rehearsal}
	t, first := verify.TrustFile([]byte(trust), o)
	if t.IsZero() {
		return string(first.AppendJSON(nil)), nil
	}
	if t.Version() > math.MaxInt64-int64(len(roots)) {
		return "", errors.New("roots: there are no versions for so many")
	}
	files := verify.Files{name(t.Version()): []byte(trust)}
	for i, raw := range roots {
		files[name(t.Version()+int64(i)+1)] = []byte(raw)
	}
	_, rep, err := verify.Chain(context.Background(), t, files, o, nil)
	if err != nil {
		return "", err
	}
	rep.Checks = append(first.Checks, rep.Checks...)
	return string(rep.AppendJSON(nil)), nil
}

func name(version int64) string { return strconv.FormatInt(version, 10) + ".root.json" }
