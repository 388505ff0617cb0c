package verify_test

import (
	"bytes"
	"encoding/hex"
	"iter"
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// The edits that attacks are made of.

func set(name string, value any) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Signed[name] = value }
}

func unset(name string) func(*forge.Doc) {
	return func(d *forge.Doc) { delete(d.Signed, name) }
}

func setRole(role, name string, value any) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Role(role)[name] = value }
}

func unsetRole(name string) func(*forge.Doc) {
	return func(d *forge.Doc) { delete(d.Roles(), name) }
}

// text changes the file after it was signed.
func text(old, new string) func(*forge.Doc) {
	return rewrite(func(file []byte) []byte {
		if !bytes.Contains(file, []byte(old)) {
			panic("the file has no " + old)
		}
		return bytes.Replace(file, []byte(old), []byte(new), 1)
	})
}

func rewrite(change func(file []byte) []byte) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Text = change }
}

func outer(name string, value any) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Outer = func(e map[string]any) { e[name] = value } }
}

func signedBy(keys ...forge.Key) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Signers = nil
		for _, k := range keys {
			d.Signers = append(d.Signers, key(d.Format, k))
		}
	}
}

func both(edits ...func(*forge.Doc)) func(*forge.Doc) {
	return func(d *forge.Doc) {
		for _, e := range edits {
			e(d)
		}
	}
}

// needed makes the root role one of all out of alice, bob and these keys.
func needed(keys ...forge.Key) func(*forge.Doc) {
	return func(d *forge.Doc) {
		all := append([]forge.Key{alice, bob}, keys...)
		for i := range all {
			all[i] = key(d.Format, all[i])
		}
		d.SetRole("root", len(all), all...)
		d.Signers = all
	}
}

// unneeded gives the root role a key more than it needs, which signs too.
func unneeded(k forge.Key) func(*forge.Doc) {
	return func(d *forge.Doc) {
		all := append(people(d.Format), key(d.Format, k))
		d.SetRole("root", 2, all...)
		d.Signers = all
	}
}

// mangled changes the bytes of the last signature.
func mangled(change func(sig []byte) []byte) func(*forge.Doc) {
	return written(func(text string) any {
		sig, err := hex.DecodeString(text)
		if err != nil {
			panic(err)
		}
		return hex.EncodeToString(change(sig))
	})
}

// written changes how the last signature is written.
func written(change func(hex string) any) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Entries = func(good []forge.Entry) []forge.Entry {
			name := map[root.Format]string{root.TUF: "sig", root.Conda: "signature"}[d.Format]
			last := good[len(good)-1]
			last.Value[name] = change(last.Value[name].(string))
			return good
		}
	}
}

// added adds a signature.
func added(id string, value map[string]any) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Entries = func(good []forge.Entry) []forge.Entry { return append(good, forge.Entry{ID: id, Value: value}) }
	}
}

// inOrder goes through a table by name, so that seeds of fuzzing keep their
// numbers.
func inOrder[V any](table map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			if !yield(name, table[name]) {
				return
			}
		}
	}
}
