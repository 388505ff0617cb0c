package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

const data = "../../../testdata/"

// then is a time at which the first sigstore roots were all fresh.
var then = time.Date(2021, 11, 1, 0, 0, 0, 0, time.UTC)

func read(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(data + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// folder holds files of testdata under other names: "1.root.json=sigstore/1".
func folder(t *testing.T, files string) *os.Root {
	t.Helper()
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	for _, f := range strings.Fields(files) {
		name, from, _ := strings.Cut(f, "=")
		if err := dir.WriteFile(name, read(t, from+".root.json"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(t *testing.T, dir *os.Root) string {
	t.Helper()
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestRoot(t *testing.T) {
	const three = "1.root.json=sigstore/1 2.root.json=sigstore/2 3.root.json=sigstore/3"
	tests := []struct {
		name    string
		folder  string
		root    string
		trust   string // a file of testdata, or a pin
		at      time.Time
		written string
		code    int
		says    string // in the error, or in a failed check
	}{
		{"the first", "", "sigstore/1", "", then, "1.root.json root.json", 0, ""},
		{"the first, trusted by itself", "", "sigstore/1", "sigstore/1", then, "1.root.json root.json", 0, ""},
		{"the first, not the trusted one", "", "sigstore/1", "anaconda/1", then, "", verbs.No, "CHAIN-PIN"},
		{"the first again", "1.root.json=sigstore/1 root.json=sigstore/1", "sigstore/1", "", then, "", 0, ""},
		{"the first over another", "1.root.json=sigstore/2", "sigstore/1", "", then, "", verbs.No, "exists with other bytes"},
		{"the first, expired", "", "sigstore/1", "", then.AddDate(1, 0, 0), "", verbs.No, "FRESH-EXPIRED"},
		{"conda", "", "conda-test-chain/1", "", then, "1.root.json", 0, ""},

		{"a successor", "1.root.json=sigstore/1", "sigstore/2", "sigstore/1", then, "2.root.json root.json", 0, ""},
		{"a successor, by pin", "1.root.json=sigstore/1", "sigstore/2", "1:eca99c3f26949ca734fc4c03ef2a128736158b2f76868773b0334974cc1f3470", then, "2.root.json root.json", 0, ""},
		{"a successor, from far", three, "sigstore/4", "sigstore/1", then, "4.root.json root.json", 0, ""},
		{"roots between may be expired", three, "sigstore/4", "sigstore/1", time.Date(2022, 12, 1, 0, 0, 0, 0, time.UTC), "4.root.json root.json", 0, ""},
		{"again, older than the newest", three + " root.json=sigstore/3", "sigstore/2", "sigstore/1", then, "", 0, ""},
		{"completes root.json", three + " root.json=sigstore/2", "sigstore/3", "sigstore/2", then, "root.json", 0, ""},

		{"a successor without trust", "1.root.json=sigstore/1", "sigstore/2", "", then, "", verbs.Usage, "--trust is missing"},
		{"trust that is too new", three, "sigstore/2", "sigstore/3", then, "", verbs.Usage, "nothing leads from it"},
		{"trust that is the root itself", three, "sigstore/4", "sigstore/4", then, "", verbs.Usage, "nothing leads from it"},
		{"a gap at the end", "1.root.json=sigstore/1", "sigstore/3", "sigstore/1", then, "", verbs.No, "2.root.json: not in the folder"},
		{"a gap at the end, long after", "1.root.json=sigstore/1", "sigstore/3", "sigstore/1", then.AddDate(1, 0, 0), "", verbs.No, "2.root.json: not in the folder"},
		{"a gap after the trusted one", "3.root.json=sigstore/3", "sigstore/4", "sigstore/1", then, "", verbs.No, "2.root.json: not in the folder"},
		{"a hole", "1.root.json=sigstore/1 3.root.json=sigstore/3", "sigstore/4", "sigstore/1", then, "", verbs.No, "2.root.json: missing"},
		{"expired", three, "sigstore/4", "sigstore/1", then.AddDate(3, 0, 0), "", verbs.No, "FRESH-EXPIRED"},
		{"not signed by the old quorum", "1.root.json=conda-test-chain/1", "conda-test-chain/2.root_invalid.json", "conda-test-chain/1", then, "", verbs.No, "QUORUM-"},
		{"the folder has another first root", "1.root.json=anaconda/1", "sigstore/2", "sigstore/1", then, "", verbs.No, "CHAIN-PIN"},
		{"of another family", "1.root.json=conda-test-chain/1", "sigstore/2", "conda-test-chain/1", then, "", verbs.No, "CHAIN-FORMAT"},
		{"a bad root on the way", "1.root.json=sigstore/1 2.root.json=sigstore/3", "sigstore/3", "sigstore/1", then, "", verbs.No, "CHAIN-NEXT"},
		{"other bytes are there", three, "conda-test-chain/3", "sigstore/1", then, "", verbs.No, "CHAIN-FORMAT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, tt.folder)
			before := names(t, dir)
			o := verify.Options{At: tt.at}
			flag := tt.trust
			if flag != "" && !strings.Contains(flag, ":") {
				flag = data + flag + ".root.json"
			}
			var trusted verify.Trusted
			if flag != "" {
				var err error
				if trusted, err = verbs.Trust(context.Background(), flag, chain.Open(dir), o); err != nil {
					t.Fatal(err)
				}
			}
			name, whole := strings.CutSuffix(tt.root, ".json")
			if !whole {
				name += ".root"
			}
			out, err := Root(context.Background(), dir, read(t, name+".json"), trusted, o)
			said := fmt.Sprint(err)
			for _, c := range out.Report.Failures() {
				said += " " + c.Rule
			}
			if verbs.ExitCode(err) != tt.code || !strings.Contains(said, tt.says) {
				t.Errorf("got code %d, %s; want %d, %q", verbs.ExitCode(err), said, tt.code, tt.says)
			}
			if got := strings.Join(out.Written, " "); got != tt.written {
				t.Errorf("wrote %q, want %q", got, tt.written)
			}
			if tt.code != 0 && names(t, dir) != before {
				t.Errorf("refused, yet the folder has %q, before %q", names(t, dir), before)
			}
		})
	}
}

// The two worlds stay apart: what was no rehearsal is not published as one.
func TestRehearsalFlag(t *testing.T) {
	dir := folder(t, "")
	out, err := Root(context.Background(), dir, read(t, "sigstore/1.root.json"), verify.Trusted{}, verify.Options{At: then, Rehearsal: true})
	if fails := out.Report.Failures(); verbs.ExitCode(err) != verbs.No || len(fails) == 0 || fails[0].Rule != "REHEARSAL-MARK" {
		t.Errorf("got %v, %v", err, fails)
	}
}

func TestTrust(t *testing.T) {
	damaged := filepath.Join(t.TempDir(), "damaged.json")
	raw := strings.Replace(string(read(t, "sigstore/1.root.json")), `"version": 1`, `"version": 7`, 1)
	if err := os.WriteFile(damaged, []byte(raw), 0o644); err != nil {
		t.Fatal(err)
	}
	const zeros = "0000000000000000000000000000000000000000000000000000000000000000"
	tests := []struct {
		name, trust string
		code        int
		says        string
	}{
		{"no file", "absent.json", verbs.Unread, "absent.json"},
		{"a pin that is none", "1:abc", verbs.Usage, "--trust: pin"},
		{"a pin of another root", "1:" + zeros, verbs.Usage, "CHAIN-PIN"},
		{"a pin whose root is not there", "9:" + zeros, verbs.Unread, "pinned root: 9.root.json"},
		{"a damaged file", damaged, verbs.Usage, "QUORUM-OWN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := verbs.Trust(context.Background(), tt.trust, chain.Open(folder(t, "1.root.json=sigstore/1")), verify.Options{At: then})
			if !got.IsZero() || verbs.ExitCode(err) != tt.code || !strings.Contains(fmt.Sprint(err), tt.says) {
				t.Errorf("got %v with code %d; want %q with %d", err, verbs.ExitCode(err), tt.says, tt.code)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := folder(t, "")
	if _, err := Root(ctx, dir, read(t, "sigstore/1.root.json"), verify.Trusted{}, verify.Options{At: then}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("wrote %q", got)
	}
}

// Leftovers of a killed run are swept, and what others keep there is not.
func TestSweeps(t *testing.T) {
	dir := folder(t, "")
	for _, name := range []string{".tmp-ABC", "index.html"} {
		if err := dir.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := Root(context.Background(), dir, read(t, "sigstore/1.root.json"), verify.Trusted{}, verify.Options{At: then})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{".tmp-ABC"}, out.Swept); diff != "" {
		t.Errorf("swept (-want +got):\n%s", diff)
	}
	if got := names(t, dir); got != "1.root.json index.html root.json" {
		t.Errorf("the folder has %q", got)
	}
	if n, _, err := chain.Open(dir).Newest(); n != 1 || err != nil {
		t.Errorf("newest is %d, %v", n, err)
	}
}
