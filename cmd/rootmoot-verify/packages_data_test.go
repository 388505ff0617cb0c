package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
)

// sample is the channel in testdata/channel, by file name: a chain of two roots, a
// key manager, two subdirs with a few packages, and lock files. The packages are
// text: nothing looks into them.
func sample(t testing.TB) map[string][]byte {
	t.Helper()
	const address = "https://packages.example.org/main/"
	first := keymgrtest.Root(t, nil, keymgrtest.Keys(1, 2), keymgrtest.Keys(3), false)
	second := keymgrtest.Root(t, first, keymgrtest.Keys(1, 2), keymgrtest.Keys(4), false)
	out := map[string][]byte{
		"metadata/1.root.json":  first,
		"metadata/2.root.json":  second,
		"metadata/key_mgr.json": keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(8, 9), Signers: keymgrtest.Keys(4)}.Bytes(t),
	}
	var signed [2][]channeltest.Entry
	explicit, condaLock, pixiLock, of := "@EXPLICIT\n", "version: 1\npackage:\n", "version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n", ""
	subdirs := []string{"linux-64", "noarch"}
	for _, p := range []struct {
		subdir                int
		name, version, ending string
	}{{0, "compiler", "14.2", ".conda"}, {0, "library", "1.3", ".conda"}, {0, "library", "1.2", ".tar.bz2"}, {1, "program", "1!2.0", ".conda"}} {
		contents := fmt.Appendf(nil, "this is %s %s\n", p.name, p.version)
		e := channeltest.New(subdirs[p.subdir], p.name, p.version, "h1_0", p.ending, contents).Sign(keymgrtest.Key(8))
		signed[p.subdir] = append(signed[p.subdir], e)
		out["packages/"+subdirs[p.subdir]+"/"+e.File] = contents
		if p.version == "1.2" {
			continue
		}
		at, sum := address+subdirs[p.subdir]+"/"+e.File, sha256.Sum256(contents)
		explicit += fmt.Sprintf("%s#sha256:%x\n", at, sum)
		condaLock += fmt.Sprintf("- name: %s\n  version: '%s'\n  manager: conda\n  platform: linux-64\n  dependencies: {}\n  url: %s\n  hash:\n    sha256: %x\n  category: main\n  optional: false\n", p.name, p.version, at, sum)
		pixiLock += "      - conda: " + at + "\n"
		of += fmt.Sprintf("- conda: %s\n  sha256: %x\n  size: %d\n", at, sum, len(contents))
	}
	out["explicit.txt"], out["conda-lock.yml"], out["pixi.lock"] = []byte(explicit), []byte(condaLock), []byte(pixiLock+"packages:\n"+of)
	for i, subdir := range subdirs {
		text := channeltest.Text(subdir, signed[i]...)
		out["packages/"+subdir+"/repodata.json"] = text
		out["packages/"+subdir+"/repodata.json.zst"] = compressed(t, text)
	}
	return out
}

func compressed(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := repodata.Compress(&b)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSample: what lies in testdata/channel is what is made here. With -update it is
// made anew.
func TestSample(t *testing.T) {
	for name, raw := range sample(t) {
		golden.Compare(t, filepath.Join("../../testdata/channel", filepath.FromSlash(name)), string(raw))
	}
}
