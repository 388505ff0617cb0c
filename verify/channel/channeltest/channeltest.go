// Package channeltest makes small channels for tests: what an honest tool would
// write, and what nobody would.
package channeltest

import (
	"crypto/ed25519"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// An Entry is one package: its record under a file name, and who signed it.
type Entry struct {
	File       string
	Record     string            // JSON, as it is to stand there
	Signatures map[string]string // by key, the JSON of a signature; nil for no entry
}

// New is a package of these bytes: its file name, and its record without a
// signature. The ending is ".conda" or ".tar.bz2".
func New(subdir, name, version, build, ending string, contents []byte) Entry {
	record := fmt.Sprintf(`{"build":%q,"build_number":0,"depends":[],"md5":"%x","name":%q,"sha256":"%x","size":%d,"subdir":%q,"version":%q}`,
		build, md5.Sum(contents), name, sha256.Sum256(contents), len(contents), subdir, version)
	return Entry{File: name + "-" + version + "-" + build + ending, Record: record}
}

// Sign is the entry with the signatures of these keys too.
func (e Entry) Sign(keys ...ed25519.PrivateKey) Entry {
	for _, k := range keys {
		e = e.With(Hex(k), `{"signature":"`+Signature(k, e.Record)+`"}`)
	}
	return e
}

// With is the entry with one signature more.
func (e Entry) With(key, signature string) Entry {
	e.Signatures = maps.Clone(e.Signatures)
	if e.Signatures == nil {
		e.Signatures = make(map[string]string)
	}
	e.Signatures[key] = signature
	return e
}

// Called is the entry under another file name.
func (e Entry) Called(file string) Entry {
	e.File = file
	return e
}

// Edit is the entry with a piece of its record exchanged, and its signatures as
// they were.
func (e Entry) Edit(was, is string) Entry {
	if !strings.Contains(e.Record, was) {
		panic(was + " is not in " + e.Record)
	}
	e.Record = strings.Replace(e.Record, was, is, 1)
	return e
}

// Hex is what a key is called.
func Hex(k ed25519.PrivateKey) string { return hex.EncodeToString(k.Public().(ed25519.PublicKey)) }

// Signature is a key's, over a record, in hex.
func Signature(k ed25519.PrivateKey, record string) string {
	return hex.EncodeToString(ed25519.Sign(k, Canonical(record)))
}

// Canonical is the canonical form by way of a tree.
func Canonical(record string) []byte {
	v, err := canonical.Parse([]byte(record), canonical.Limits{})
	if err != nil {
		panic(err)
	}
	out, err := canonical.AppendConda(nil, v)
	if err != nil {
		panic(err)
	}
	return out
}

// Text is a repodata.json. Packages stand in the list that their ending calls for.
func Text(subdir string, entries ...Entry) []byte {
	var lists [2][]string
	var signatures []string
	for _, e := range entries {
		list := 0
		if strings.HasSuffix(e.File, ".conda") {
			list = 1
		}
		lists[list] = append(lists[list], quote(e.File)+": "+e.Record)
		if e.Signatures == nil {
			continue
		}
		var of []string
		for _, k := range slices.Sorted(maps.Keys(e.Signatures)) {
			of = append(of, quote(k)+": "+e.Signatures[k])
		}
		signatures = append(signatures, quote(e.File)+": {"+strings.Join(of, ", ")+"}")
	}
	return fmt.Appendf(nil, "{\n\"info\": {\"subdir\": %s},\n\"packages\": {%s},\n\"packages.conda\": {%s},\n\"removed\": [],\n\"repodata_version\": 1,\n\"signatures\": {%s}\n}\n",
		quote(subdir), strings.Join(lists[0], ",\n"), strings.Join(lists[1], ",\n"), strings.Join(signatures, ",\n"))
}

func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}
