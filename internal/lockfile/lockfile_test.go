package lockfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/lockfile"
)

const (
	main = "https://conda.anaconda.org/conda-forge"
	sum  = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	weak = "0123456789abcdef0123456789abcdef"
)

func TestParse(t *testing.T) {
	at := func(line int, file, sha256, md5 string) lockfile.Entry {
		return lockfile.Entry{Line: line, Name: "linux-64/" + file, Channel: main, Subdir: "linux-64", File: file, SHA256: sha256, MD5: md5}
	}
	for _, c := range []struct {
		name, text string
		want       []lockfile.Entry
	}{
		{"explicit", "# platform: linux-64\n@EXPLICIT\n" + main + "/linux-64/a-1-0.conda#" + weak + "\n\n" + main + "/linux-64/b-1-0.tar.bz2#sha256:" + sum + "\r\n" +
			main + "/linux-64/c-1-0.conda#" + sum + "\n" + main + "/linux-64/d-1-0.conda\n" + main + "/linux-64/e-1!1.0-0.conda#md5:" + weak, []lockfile.Entry{
			at(3, "a-1-0.conda", "", weak), at(5, "b-1-0.tar.bz2", sum, ""), at(6, "c-1-0.conda", sum, ""), at(7, "d-1-0.conda", "", ""), at(8, "e-1!1.0-0.conda", "", weak),
		}},
		{"a path", "@EXPLICIT\n./a-1-0.conda\n", []lockfile.Entry{{Line: 2, Name: "an address that cannot be read"}}},
		{"an address that is too short", "@EXPLICIT\nhttps://a.example.org/x.conda\n", []lockfile.Entry{{Line: 2, Name: "x.conda"}}},
		{"a query", "@EXPLICIT\n" + main + "/linux-64/a-1-0.conda?x=y\n", []lockfile.Entry{{Line: 2, Name: "an address that cannot be read"}}},
		{"a hidden slash", "@EXPLICIT\n" + main + "/linux-64%2Fa-1-0.conda\n", []lockfile.Entry{{Line: 2, Name: "an address that cannot be read"}}},
		{"dots", "@EXPLICIT\n" + main + "/noarch/../linux-64/a-1-0.conda\n", []lockfile.Entry{{Line: 2, Name: "an address that cannot be read"}}},
		{"secrets", "@EXPLICIT\nhttps://me:pw@conda.anaconda.org/t/tk-1/conda-forge/linux-64/a-1-0.conda\n", []lockfile.Entry{at(2, "a-1-0.conda", "", "")}},
		{"conda-lock.yml", `
version: 1
metadata:
  content_hash: {linux-64: 12ab}
  platforms: [linux-64]
package:
- name: a
  version: '1'
  manager: conda
  platform: linux-64
  dependencies: {b: '>=1'}
  url: ` + main + `/linux-64/a-1-0.conda
  hash:
    md5: ` + weak + `
    sha256: ` + sum + `
- {name: pip-thing, version: '2', manager: pip, url: "https://files.pythonhosted.org/x.whl", hash: {sha256: ` + sum + `}}
`, []lockfile.Entry{at(7, "a-1-0.conda", sum, weak), {Line: 16, Name: "pip-thing"}}},
		{"pixi.lock 6", `version: 6
environments:
  default:
    channels:
    - url: ` + main + `/
    packages:
      linux-64:
      - conda: ` + main + `/linux-64/a-1-0.conda
      - conda: ` + main + `/linux-64/unlisted-1-0.conda
      - pypi: https://files.pythonhosted.org/x.whl
packages:
- conda: ` + main + `/linux-64/a-1-0.conda
  sha256: ` + sum + `
  md5: ` + weak + `
  depends:
  - b
- pypi: https://files.pythonhosted.org/x.whl
  name: x
`, []lockfile.Entry{at(12, "a-1-0.conda", sum, weak), {Line: 17, Name: "x"}, at(9, "unlisted-1-0.conda", "", "")}},
		{
			"pixi.lock 4", "version: 4\npackages:\n- kind: conda\n  name: a\n  url: " + main + "/linux-64/a-1-0.conda\n  sha256: " + sum + "\n",
			[]lockfile.Entry{at(3, "a-1-0.conda", sum, "")},
		},
		{"nothing", "@EXPLICIT\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := lockfile.Parse([]byte(c.text))
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "neither"},
		{"a list of names", "zlib\nbzip2\n", "neither"},
		{"another version", "version: 2\npackage: []\n", "(this is version \"2\")"},
		{"another version of pixi", "version: 99\npackages: []\n", "(this is version \"99\")"},
		{"both forms", "version: 1\npackage: []\npackages: []\n", "neither conda-lock.yml"},
		{"no list", "version: 1\npackage: {}\n", "want a list of packages"},
		{"no package", "version: 1\npackage: [a]\n", "line 2: no package"},
		{"no manager", "version: 1\npackage: [{name: a}]\n", "line 2: no package"},
		{"a member twice", "version: 1\npackage:\n- {manager: conda, url: a, url: b}\n", "twice"},
		{"an alias", "version: 1\nx: &x {manager: conda}\npackage: [*x]\n", "anchor or alias"},
		{"a merge", "version: 1\npackage:\n- {<<: {url: a}, manager: conda}\n", "no plain name"},
		{"nested", "version: 1\nx: " + strings.Repeat("[", 50) + strings.Repeat("]", 50) + "\npackage: []\n", "levels"},
		{"an odd digest", "@EXPLICIT\n" + main + "/linux-64/a-1-0.conda#sha512:00\n", "line 2: behind #"},
		{"a short digest", "@EXPLICIT\n" + main + "/linux-64/a-1-0.conda#00\n", "line 2: behind #"},
		{"too large", strings.Repeat(" ", lockfile.MaxSize+1), "at most"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := lockfile.Parse([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestChannel(t *testing.T) {
	for address, want := range map[string]string{
		main:                           main,
		main + "/":                     main,
		"https://CONDA.anaconda.org/x": "https://conda.anaconda.org/x",
		"https://a:b@conda.anaconda.org/t/secret/x/": "https://conda.anaconda.org/x",
		"file:///srv/channel":                        "file:///srv/channel",
		"conda-forge":                                "",
		"/srv/channel":                               "",
		"https://a.example.org/x?y":                  "",
		"https://a.example.org//x":                   "",
	} {
		got, err := lockfile.Channel(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", address, got, err)
		}
	}
}

// FuzzParse: whatever stands in a lock file, reading it ends, and what it names has
// a channel, a subdir and a file, or none of them.
func FuzzParse(f *testing.F) {
	f.Add([]byte("@EXPLICIT\n" + main + "/linux-64/a-1-0.conda#" + weak + "\n"))
	f.Add([]byte("version: 1\npackage:\n- {manager: conda, url: " + main + "/noarch/a-1-0.conda, hash: {md5: x}}\n"))
	f.Add([]byte("version: 6\nenvironments: {a: [{conda: x}]}\npackages: [{conda: " + main + "/noarch/a-1-0.conda, sha256: x}]\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := lockfile.Parse(raw)
		if err != nil {
			return
		}
		for _, e := range got {
			if (e.Channel == "") != (e.Subdir == "") || (e.File == "") != (e.Channel == "") || strings.ContainsAny(e.Subdir+e.File, "/") {
				t.Fatalf("%+v", e)
			}
			if e.Channel != "" {
				if again, err := lockfile.Channel(e.Channel); err != nil || again != e.Channel {
					t.Fatalf("%q again is %q, %v", e.Channel, again, err)
				}
			}
		}
	})
}
