package channel_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
)

// Files that are no repodata, and what is said of each. Numbers are those of the
// weaknesses known of conda's content trust.
func TestReadable(t *testing.T) {
	good := string(channeltest.Text(subdir, zlib().Sign(one())))
	record := zlib().Record
	for _, c := range []struct {
		name, text, says string
	}{
		{"cut short", good[:len(good)/2], "ends"},
		{"nothing", "", "ends"},
		{"no JSON", "<html>", "want a value"},
		{"no repodata", "{}", "neither packages nor packages.conda"},
		{"19: a record's member twice", strings.Replace(good, `"name"`, `"name":"openssl","name"`, 1), "duplicate member"},
		{"19: a record twice", `{"packages":{"a":` + record + `,"a":` + record + `}}`, "duplicate member"},
		{"19: signatures twice", strings.Replace(good, `"signatures"`, `"signatures":{},"signatures"`, 1), "duplicate member"},
		{"20: a byte order mark", "\ufeff" + good, "byte order mark"},
		{"20: UTF-16", utf16(good), "value"},
		{"21: NaN", strings.Replace(good, `"depends":[]`, `"depends":NaN`, 1), "value"},
		{"21: Infinity", strings.Replace(good, `"depends":[]`, `"depends":-Infinity`, 1), "want a digit"},
		{"23: a lone surrogate", strings.Replace(good, `"depends":[]`, `"depends":"\ud800"`, 1), "surrogate"},
		{"24: nested without end", strings.Replace(good, `"depends":[]`, `"depends":`+strings.Repeat("[", 100_000), 1), "levels"},
		{"17: signatures are a list", strings.Replace(good, `"signatures": {`, `"signatures": [], "x": {`, 1), "signatures must be an object"},
		{"17: a package's signatures are a list", `{"packages":{"a":{}},"signatures":{"a":[]}}`, "must be an object"},
		{"wrongly typed packages", `{"packages":[]}`, "packages must be an object"},
		{"a wrongly typed record", `{"packages":{"a":"b"}}`, "a record must be an object"},
		{"one file in both lists", `{"packages":{"a":{}},"packages.conda":{"a":{}}}`, "in packages and in packages.conda"},
		{"SIGNATURES", strings.Replace(good, `"removed"`, `"Signatures"`, 1), "case"},
		{"two values", good + "{}", "after"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := repodata.Parse([]byte(c.text))
			got := channel.Readable("x", err)
			if got.Result != verify.Fail || got.Rule != channel.RuleRepodata || !strings.Contains(got.Detail, c.says) {
				t.Errorf("%+v, want %q", got, c.says)
			}
		})
	}
	if _, err := repodata.Parse([]byte(good)); channel.Readable("x", err).Result != verify.Pass {
		t.Error("a good one is refused")
	}
}

func utf16(s string) string {
	out := "\xff\xfe"
	for _, r := range s {
		out += string([]byte{byte(r), byte(r >> 8)})
	}
	return out
}

// Compressed files that claim, or are, more than anybody should have to hold.
func TestReadableZstd(t *testing.T) {
	var bomb bytes.Buffer
	w, err := zstd.NewWriter(&bomb)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	good := encoder.EncodeAll(channeltest.Text(subdir, zlib()), nil)
	for name, raw := range map[string][]byte{
		"a bomb":     bomb.Bytes(),
		"cut short":  good[:len(good)-5],
		"claims 4 G": append([]byte("\x28\xb5\x2f\xfd\xc0\x00\x00\x00\x00\x00\x01\x00\x00\x00"), make([]byte, 40)...),
		"no zstd":    []byte("{}"),
		"a checksum": append(good[:len(good)-1:len(good)-1], good[len(good)-1]^1),
	} {
		_, err := repodata.Read(bytes.NewReader(raw), int64(len(raw)), repodata.Zstd, 1<<20)
		if c := channel.Readable("x", err); c.Result != verify.Fail {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if _, err := repodata.Read(bytes.NewReader(good), int64(len(good)), repodata.Zstd, 1<<20); err != nil {
		t.Error(err)
	}
}

func TestLocate(t *testing.T) {
	for _, c := range []struct {
		name, text, folder, want string
		result                   verify.Result
	}{
		{"both", `{"packages":{},"info":{"subdir":"noarch"}}`, "noarch", "noarch", verify.Pass},
		{"the file says it", `{"packages":{},"info":{"subdir":"noarch"}}`, "", "noarch", verify.Pass},
		{"the folder says it", `{"packages":{}}`, "noarch", "noarch", verify.Pass},
		{"they differ", `{"packages":{},"info":{"subdir":"noarch"}}`, "linux-64", "noarch", verify.Fail},
		{"nobody says it", `{"packages":{},"info":{}}`, "", "", verify.Fail},
		{"it is empty", `{"packages":{},"info":{"subdir":""}}`, "", "", verify.Fail},
		{"it is a path", `{"packages":{},"info":{"subdir":"../x"}}`, "", "../x", verify.Fail},
	} {
		got, check := channel.Locate("x", parse(t, []byte(c.text)), c.folder)
		if got != c.want || check.Result != c.result || check.Rule != channel.RuleSubdir || (check.Detail == "") != (c.result == verify.Pass) {
			t.Errorf("%s: %q, %+v", c.name, got, check)
		}
	}
}

func TestStrays(t *testing.T) {
	good := channeltest.Text(subdir, zlib().Sign(one()))
	stray := []byte(strings.Replace(string(good), `"signatures": {`, `"signatures": {"gone-1-0.conda": {}, "and-1-0.conda": {}, `, 1))
	for _, c := range []struct {
		text   []byte
		strict bool
		want   verify.Result
		says   string
	}{
		{good, true, verify.Pass, ""},
		{stray, false, verify.Warn, "(the first of 2)"},
		{stray, true, verify.Fail, "gone-1-0.conda"},
	} {
		got := channel.Strays("x", parse(t, c.text), channel.Options{Strict: c.strict})
		if got.Result != c.want || got.Rule != channel.RuleStray || !strings.Contains(got.Detail, c.says) {
			t.Errorf("%+v, want %v and %q", got, c.want, c.says)
		}
	}
}

func TestBeside(t *testing.T) {
	for _, c := range []struct {
		got  verify.Check
		rule string
		want verify.Result
	}{
		{channel.Same("x", true), channel.RuleSame, verify.Pass},
		{channel.Same("x", false), channel.RuleSame, verify.Fail},
		{channel.Others("x", nil, channel.Options{}), channel.RuleOther, verify.Pass},
		{channel.Others("x", []string{"current_repodata.json"}, channel.Options{}), channel.RuleOther, verify.Warn},
		{channel.Others("x", []string{"current_repodata.json"}, channel.Options{Strict: true}), channel.RuleOther, verify.Fail},
		{channel.Lists("x", parse(t, []byte(`{"packages": {}, "packages.conda": {}, "removed": [], "repodata_version": 1}`))), channel.RuleLists, verify.Pass},
		{channel.Lists("x", parse(t, []byte(`{"packages": {}, "packages.whl": {"a-1-0.whl": {"name": "a"}}}`))), channel.RuleLists, verify.Fail},
		{channel.Lists("x", parse(t, []byte(`{"packages": {}, "Packages.v2": {}}`))), channel.RuleLists, verify.Fail},
		{channel.Lists("x", parse(t, []byte(`{"packages": {}, "v3": {"conda": {"a-1-0": {"name": "a"}}}}`))), channel.RuleLists, verify.Fail},
		{channel.Lists("x", parse(t, []byte(`{"packages": {}, "x-note": "text", "x-list": [1]}`))), channel.RuleLists, verify.Pass},
		{channel.Authority(nil), channel.RuleAuthority, verify.Fail},
		{channel.Authority(byTwo(t)), channel.RuleAuthority, verify.Pass},
	} {
		if c.got.Rule != c.rule || c.got.Result != c.want {
			t.Errorf("%+v, want %s %v", c.got, c.rule, c.want)
		}
	}
}
