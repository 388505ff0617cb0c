package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
)

// A place is a copy of testdata/channel that may be changed.
type place struct {
	t   *testing.T
	dir string
}

func newPlace(t *testing.T) place {
	t.Helper()
	p := place{t, t.TempDir()}
	for name, raw := range sample(t) {
		p.write(name, raw)
	}
	return p
}

func (p place) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p place) write(name string, raw []byte) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(p.path(name)), 0o777); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.path(name), raw, 0o666); err != nil {
		p.t.Fatal(err)
	}
}

func (p place) remove(names ...string) {
	p.t.Helper()
	for _, name := range names {
		if err := os.Remove(p.path(name)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// edit changes a file.
func (p place) edit(name, was, is string) {
	p.t.Helper()
	raw, err := os.ReadFile(p.path(name))
	if err != nil || !bytes.Contains(raw, []byte(was)) {
		p.t.Fatalf("%s has no %q: %v", name, was, err)
	}
	p.write(name, bytes.Replace(raw, []byte(was), []byte(is), 1))
}

// manager writes another key manager.
func (p place) manager(m keymgrtest.Manager) {
	p.write("metadata/key_mgr.json", m.Bytes(p.t))
}

// plain leaves linux-64 its repodata.json alone, with these packages.
func (p place) plain(entries ...channeltest.Entry) {
	p.remove("packages/linux-64/repodata.json.zst")
	p.write("packages/linux-64/repodata.json", channeltest.Text("linux-64", entries...))
}

const (
	linux   = "packages/linux-64/"
	aFile   = linux + "compiler-14.2-h1_0.conda"
	general = "--at 2026-12-01T00:00:00Z --trust metadata/1.root.json --metadata metadata "
	ofLock  = general + "--channel https://packages.example.org/main "
)

func TestPackages(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/packages.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	report, err := jsonschema.NewCompiler().Compile("../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	old := channeltest.New("linux-64", "old", "1", "0", ".tar.bz2", []byte("old\n"))
	for _, c := range []struct {
		name  string
		edit  func(place)
		args  string
		code  int
		wants string // in what is printed, with | between; what begins with rules comes from the report
	}{
		{"a channel", nil, general + "packages", verbs.Yes, "4 records"},
		{"a channel, and its packages", nil, general + "--strict --artifacts packages", verbs.Yes, "4 good"},
		{"one subdir", nil, general + "--artifacts packages/noarch", verbs.Yes, "1 good"},
		{"one file", nil, general + "packages/noarch/repodata.json", verbs.Yes, "1 record,"},
		{"one file in zstd, and a package", nil, general + linux + "repodata.json.zst " + aFile, verbs.Yes, "3 records|1 good"},
		{"a package that lies elsewhere", func(p place) { p.write("down/compiler-14.2-h1_0.conda", []byte("this is compiler 14.2\n")) }, general + "packages down/compiler-14.2-h1_0.conda", verbs.Yes, "1 good"},
		{"in zstd only", func(p place) { p.remove(linux + "repodata.json") }, general + "packages", verbs.Yes, "linux-64/repodata.json.zst"},
		{"with another index", func(p place) { p.write(linux+"current_repodata.json", nil) }, general + "packages", verbs.Yes, "CHANNEL-OTHER|current_repodata.json"},
		{"a file that hides the channel", func(p place) { p.write("packages/repodata.json", []byte(`{"packages":{}}`)) }, general + "packages", verbs.Usage, ""},
		{"another index only", func(p place) {
			p.write("packages/win-64/current_repodata.json", []byte(`{"packages":{}}`))
		}, general + "packages", verbs.No, "CHANNEL-REPODATA|neither repodata.json"},
		{"with another index, strictly", func(p place) { p.write(linux+"current_repodata.json", nil) }, general + "--strict packages", verbs.No, "CHANNEL-OTHER"},
		{"a pin", nil, "--at 2026-12-01T00:00:00Z --metadata metadata --trust 1:f747104c6444c6f0d533878ebc6eb9639126203a720497781a5c92746b320e93 packages", verbs.Yes, "4 records"},

		{"no key manager", func(p place) { p.remove("metadata/key_mgr.json") }, general + "packages", verbs.No, "CHANNEL-AUTHORITY|no-authority|nothing vouches for it"},
		{"an expired key manager", func(p place) {
			p.manager(keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(8), Signers: keymgrtest.Keys(4), Expires: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)})
		}, general + "--artifacts packages", verbs.No, "FRESH-EXPIRED|no-authority|nothing vouches for it: FRESH-EXPIRED"},
		{"everything has expired", nil, strings.Replace(general, "2026", "2036", 1) + "packages", verbs.No, "FRESH-EXPIRED"},
		{"a key manager by the previous root only", func(p place) {
			p.manager(keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(8), Signers: keymgrtest.Keys(3)})
		}, general + "packages", verbs.No, "QUORUM-DELEGATION|nothing vouches for it: QUORUM-DELEGATION"},
		{"a package record for a key manager", func(p place) { p.write("metadata/key_mgr.json", []byte(`{"signed":{},"signatures":{}}`)) }, general + "packages", verbs.No, "ROOT-TYPE"},
		{"a list that nobody judges", func(p place) {
			p.remove(linux + "repodata.json.zst")
			p.edit(linux+"repodata.json", `{`, `{"packages.whl": {"a-1-0.whl": {}}, `)
		}, general + "packages", verbs.No, "CHANNEL-LISTS|packages.whl"},
		{"a root key's package signatures", func(p place) { p.plain(old.Sign(keymgrtest.Key(1))) }, general + "packages/linux-64", verbs.No, "PKG-LISTED|unknown"},
		{"a revoked key", func(p place) {
			p.manager(keymgrtest.Manager{Version: 4, Packages: keymgrtest.Keys(9), Signers: keymgrtest.Keys(4)})
		}, general + "packages", verbs.No, "4 of 4 records refused|PKG-LISTED"},
		{"a threshold that is not met", func(p place) {
			p.manager(keymgrtest.Manager{Version: 4, Packages: keymgrtest.Keys(8, 9), Threshold: 2, Signers: keymgrtest.Keys(4)})
		}, general + "packages", verbs.No, "below-threshold|PKG-QUORUM"},

		{"cut short", func(p place) { p.remove(linux + "repodata.json.zst"); truncate(p, linux+"repodata.json") }, general + "packages", verbs.No, "CHANNEL-REPODATA|1 trusted"},
		{"cut short in zstd", func(p place) { p.remove(linux + "repodata.json"); truncate(p, linux+"repodata.json.zst") }, general + "packages", verbs.No, "CHANNEL-REPODATA"},
		{"2 GB", func(p place) { sparse(p, linux+"repodata.json") }, general + "packages", verbs.No, "CHANNEL-REPODATA|at most 2147483647"},
		{"nested", func(p place) {
			p.edit(linux+"repodata.json", `"depends":[]`, `"depends":`+strings.Repeat("[", 1000))
		}, general + "packages", verbs.No, "CHANNEL-REPODATA|levels"},
		{"a member twice", func(p place) { p.edit(linux+"repodata.json", `"depends":[]`, `"depends":[],"depends":["x"]`) }, general + "packages", verbs.No, "CHANNEL-REPODATA|duplicate"},
		{"wrongly typed", func(p place) { p.write(linux+"repodata.json", []byte(`{"packages":7}`)) }, general + "packages", verbs.No, "CHANNEL-REPODATA|packages must be an"},
		{"another text in zstd", func(p place) { p.write(linux+"repodata.json.zst", compressed(p.t, []byte("{}"))) }, general + "packages", verbs.No, "CHANNEL-SAME"},
		{"a subdir in another's folder", func(p place) {
			raw, _ := os.ReadFile(p.path("packages/noarch/repodata.json"))
			p.write("packages/osx-64/repodata.json", raw)
		}, general + "packages", verbs.No, "CHANNEL-SUBDIR"},
		{"a file in another subdir's folder", func(p place) {
			raw, _ := os.ReadFile(p.path("packages/noarch/repodata.json"))
			p.write(linux+"repodata.json", raw)
		}, general + linux + "repodata.json", verbs.No, "CHANNEL-SUBDIR"},
		{"a file that lies anywhere", func(p place) {
			raw, _ := os.ReadFile(p.path("packages/noarch/repodata.json"))
			p.write("down/repodata.json", raw)
		}, general + "down/repodata.json", verbs.Yes, "1 record,"},
		{"a file for another subdir than asked", nil, general + "--subdir linux-32 " + linux + "repodata.json", verbs.No, "CHANNEL-SUBDIR"},
		{"stripped", func(p place) { p.plain(old) }, general + "packages", verbs.No, "PKG-SIGNED|1 unsigned"},
		{"unsigned is allowed", func(p place) { p.plain(old) }, general + "--allow-unsigned packages", verbs.Yes, "warn PKG-SIGNED|1 unsigned"},
		{"moved", func(p place) { p.plain(old.Sign(keymgrtest.Key(8)).Called("new-2-0.tar.bz2")) }, general + "packages", verbs.No, "PKG-FILE|misplaced|old-1-0.tar.bz2"},
		{"a stray", func(p place) { p.edit(linux+"repodata.json", `"signatures": {`, `"signatures": {"gone":{},`) }, general + linux + "repodata.json", verbs.Yes, "CHANNEL-STRAY"},
		{"a stray, strictly", func(p place) { p.edit(linux+"repodata.json", `"signatures": {`, `"signatures": {"gone":{},`) }, general + "--strict " + linux + "repodata.json", verbs.No, "CHANNEL-STRAY"},
		{"many are refused", func(p place) { p.plain(unsigned(30)...) }, general + "packages", verbs.No, "30 of 31 records refused|10 more are refused"},

		{"a package cut short", func(p place) { truncate(p, aFile) }, general + "--artifacts packages", verbs.No, "ARTIFACT-SIZE|3 good"},
		{"packages swapped", func(p place) { p.write(aFile, []byte("this is compiler 14.3\n")) }, general + "--artifacts packages", verbs.No, "ARTIFACT-DIGEST"},
		{"another ending", func(p place) { rename(p, aFile, linux+"compiler-14.2-h1_0.tar.bz2") }, general + "--artifacts packages", verbs.No, "ARTIFACT-RECORD"},
		{"a package without a record", func(p place) { p.write(linux+"evil-1-0.conda", nil) }, general + "--artifacts packages", verbs.No, "ARTIFACT-RECORD|evil-1-0.conda"},
		{"a named package without a record", func(p place) { p.write("evil-1-0.conda", nil) }, general + "packages evil-1-0.conda", verbs.No, "ARTIFACT-RECORD"},
		{"packages in a folder without repodata", func(p place) { p.write("packages/win-64/evil-1-0.conda", nil) }, general + "--artifacts packages", verbs.No, "CHANNEL-REPODATA|win-64"},
		{"a link to a package", func(p place) {
			rename(p, aFile, "elsewhere")
			if err := os.Symlink(p.path("elsewhere"), p.path(aFile)); err != nil {
				p.t.Fatal(err)
			}
		}, general + "--artifacts packages", verbs.No, "ARTIFACT-FILE|link"},
		{"a pipe for a package", func(p place) {
			p.remove(aFile)
			if out, err := exec.Command("mkfifo", p.path(aFile)).CombinedOutput(); err != nil {
				p.t.Skipf("no pipes: %v %s", err, out)
			}
		}, general + "--artifacts packages", verbs.No, "ARTIFACT-FILE|pipe"},
		{"MD5 only", func(p place) {
			p.plain(old.Edit(`"sha256"`, `"sha1"`).Sign(keymgrtest.Key(8)))
			p.write(linux+"old-1-0.tar.bz2", []byte("old\n"))
		}, general + "packages " + linux + "old-1-0.tar.bz2", verbs.Yes, "warn ARTIFACT-WEAK|1 by MD5 only"},

		{"a lock file", nil, ofLock + "--lock explicit.txt packages", verbs.Yes, "3 good"},
		{"conda-lock.yml", nil, ofLock + "--lock conda-lock.yml packages", verbs.Yes, "3 good"},
		{"pixi.lock", nil, ofLock + "--lock pixi.lock packages", verbs.Yes, "3 good"},
		{"what is not locked may be unsigned", func(p place) {
			p.edit("explicit.txt", "@EXPLICIT", "@EXPLICIT\n# none of linux-64")
			lockOnly(p, "noarch")
			p.plain(old)
		}, ofLock + "--lock explicit.txt packages", verbs.Yes, "1 good"},
		{"locked, and unsigned", func(p place) { p.plain(unsignedCompiler()) }, ofLock + "--lock explicit.txt packages", verbs.No, "LOCK-RECORD|PKG-SIGNED"},
		{"locked with another digest", func(p place) { p.edit("explicit.txt", "#sha256:", "#sha256:"+strings.Repeat("0", 64)+"\n#") }, ofLock + "--lock explicit.txt packages", verbs.No, "LOCK-DIGEST"},
		{"locked without a digest", func(p place) { p.edit("explicit.txt", "#sha256:", "\n#") }, ofLock + "--lock explicit.txt packages", verbs.No, "LOCK-DIGEST"},
		{"locked from another channel", func(p place) { p.edit("explicit.txt", "/main/", "/other/") }, ofLock + "--lock explicit.txt packages", verbs.No, "LOCK-PLACE"},
		{"locked with a token in the address", func(p place) {
			p.edit("explicit.txt", "https://packages.example.org/", "https://me:hunter2@packages.example.org/t/sesame/")
		}, ofLock + "--lock explicit.txt packages", verbs.Yes, "3 good"},
		{"locked, and taken out", func(p place) { p.plain(old.Sign(keymgrtest.Key(8))) }, ofLock + "--lock explicit.txt packages", verbs.No, "LOCK-RECORD|no record"},

		{"a rehearsal that is none", nil, general + "--rehearsal packages", verbs.Usage, ""},
		{"no metadata", nil, "--trust metadata/1.root.json packages", verbs.Usage, ""},
		{"a lock without a channel", nil, general + "--lock explicit.txt packages", verbs.Usage, ""},
		{"an address", nil, general + "https://packages.example.org/main", verbs.Usage, ""},
		{"a file that is no repodata", nil, general + "explicit.txt", verbs.Usage, ""},
		{"an empty folder", nil, general + "metadata", verbs.Unread, ""},
		{"nothing there", nil, general + "absent", verbs.Unread, ""},
		{"a package that is not there", nil, general + "packages absent-1-0.conda", verbs.Unread, ""},
		{"a root that is not the trusted one", func(p place) { p.edit("metadata/1.root.json", `"version": 1`, `"version": 7`) }, general + "packages", verbs.Usage, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t)
			if c.edit != nil {
				c.edit(p)
			}
			t.Chdir(p.dir)
			args := append([]string{"packages"}, strings.Fields(c.args)...)
			var out, errs bytes.Buffer
			if code := verbs.Main(t.Context(), command(), args, strings.NewReader(""), &out, &errs); code != c.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, c.code, &out, &errs)
			}
			for want := range strings.SplitSeq(c.wants, "|") {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is not said:\n%s%s", want, &out, &errs)
				}
			}
			if said := out.String() + errs.String(); strings.Contains(said, "hunter2") || strings.Contains(said, "sesame") {
				t.Errorf("a secret is shown:\n%s", said)
			}
			out.Reset()
			if code := verbs.Main(t.Context(), command(), append(args, "--json"), strings.NewReader(""), &out, io.Discard); code != c.code {
				t.Errorf("--json: exit code %d, want %d", code, c.code)
			}
			ofSchema(t, schema, report, out.String(), map[int]string{verbs.Yes: "accepted", verbs.No: "refused", verbs.Unread: "undecided"}[c.code])
		})
	}
}

// TestPackagesState: what was accepted is remembered, and whoever serves less than
// that is refused: an older key manager, none, or another of the same version; and
// the root before, under which a key that was revoked would count.
func TestPackagesState(t *testing.T) {
	older := keymgrtest.Manager{Version: 2, Packages: keymgrtest.Keys(8), Signers: keymgrtest.Keys(4)}
	other := keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(8), Signers: keymgrtest.Keys(4)}
	for _, c := range []struct {
		name  string
		edit  func(place)
		wants string
	}{
		{"the same", func(place) {}, "accepted"},
		{"3: older", func(p place) { p.manager(older) }, "STATE-ROLLBACK"},
		{"4: withheld", func(p place) { p.remove("metadata/key_mgr.json") }, "STATE-WITHHELD"},
		{"another", func(p place) { p.manager(other) }, "STATE-EQUIVOCATION"},
		{"5: the root before", func(p place) {
			p.remove("metadata/2.root.json")
			p.manager(keymgrtest.Manager{Version: 4, Packages: keymgrtest.Keys(8), Signers: keymgrtest.Keys(3)})
		}, "STATE-ROLLBACK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t)
			t.Chdir(p.dir)
			run := func(more ...string) string {
				var out bytes.Buffer
				args := append([]string{"packages"}, strings.Fields(general+"--state seen packages")...)
				verbs.Main(t.Context(), command(), append(args, more...), strings.NewReader(""), &out, io.Discard)
				return out.String()
			}
			if out := run(); !strings.Contains(out, "accepted 4 records") {
				t.Fatal(out)
			}
			c.edit(p)
			if out := run(); !strings.Contains(out, c.wants) || strings.Contains(out, "accepted 4") != (c.wants == "accepted") {
				t.Errorf("want %s:\n%s", c.wants, out)
			}
			want := 4 // each package says so, for machines
			if c.wants == "accepted" {
				want = 0
			}
			if out := run("--json"); strings.Count(out, `"verdict":"no-authority","result":"fail","rule":"CHANNEL-AUTHORITY"`) != want || want > 0 && !strings.Contains(out, "nothing vouches for it: "+c.wants) {
				t.Errorf("want %d packages without an authority by %s:\n%s", want, c.wants, out)
			}
		})
	}
}

// TestPackagesServed: the chain may be on a web server; the packages are local.
func TestPackagesServed(t *testing.T) {
	served := serve("../../testdata/channel")
	defer served.Close()
	args := []string{"packages", "--at", "2026-12-01T00:00:00Z", "--trust", "../../testdata/channel/metadata/1.root.json", "--metadata", served.URL + "/metadata", "../../testdata/channel/packages"}
	var out, errs bytes.Buffer
	if code := verbs.Main(t.Context(), command(), args, strings.NewReader(""), &out, &errs); code != verbs.Yes || !strings.Contains(out.String(), "accepted 4 records") {
		t.Errorf("%d: %s%s", code, &out, &errs)
	}
}

// ofSchema: every line is of the schema, the last and only the last is a summary,
// and its report is of the schema of reports.
func ofSchema(t *testing.T, schema, report *jsonschema.Schema, out, verdict string) {
	t.Helper()
	lines := strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n")
	for i, line := range lines {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err == nil {
			err = schema.Validate(v)
		}
		if err != nil {
			t.Fatalf("line %d: %v\n%s", i+1, err, line)
		}
		var of struct {
			Kind, Verdict string
			Report        json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &of); err != nil || (of.Kind == "summary") != (i == len(lines)-1) {
			t.Fatalf("line %d of %d is a %s, %v", i+1, len(lines), of.Kind, err)
		}
		if of.Kind != "summary" {
			continue
		}
		v, err = jsonschema.UnmarshalJSON(bytes.NewReader(of.Report))
		if err == nil {
			err = report.Validate(v)
		}
		if err != nil || verdict != "" && of.Verdict != verdict {
			t.Errorf("%s, want %s; %v\n%s", of.Verdict, verdict, err, line)
		}
	}
}

func truncate(p place, name string) {
	p.t.Helper()
	info, err := os.Stat(p.path(name))
	if err == nil {
		err = os.Truncate(p.path(name), info.Size()-5)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// sparse makes a file of 2 GiB that takes no room.
func sparse(p place, name string) {
	p.t.Helper()
	if err := os.Truncate(p.path(name), 1<<31); err != nil {
		p.t.Skipf("no sparse files: %v", err)
	}
}

func rename(p place, was, is string) {
	p.t.Helper()
	if err := os.Rename(p.path(was), p.path(is)); err != nil {
		p.t.Fatal(err)
	}
}

func unsigned(n int) (out []channeltest.Entry) {
	for i := range n {
		out = append(out, channeltest.New("linux-64", "p"+string(rune('a'+i%26))+strings.Repeat("x", i/26), "1", "0", ".conda", nil))
	}
	return out
}

func unsignedCompiler() channeltest.Entry {
	return channeltest.New("linux-64", "compiler", "14.2", "h1_0", ".conda", []byte("this is compiler 14.2\n"))
}

// lockOnly leaves of explicit.txt what lies in one subdir.
func lockOnly(p place, subdir string) {
	p.t.Helper()
	raw, err := os.ReadFile(p.path("explicit.txt"))
	if err != nil {
		p.t.Fatal(err)
	}
	out := ""
	for line := range strings.Lines(string(raw)) {
		if !strings.HasPrefix(line, "http") || strings.Contains(line, "/"+subdir+"/") {
			out += line
		}
	}
	p.write("explicit.txt", []byte(out))
}
