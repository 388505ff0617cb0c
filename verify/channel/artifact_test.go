package channel_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
)

func TestArtifact(t *testing.T) {
	const contents = "the bytes of a package"
	whole := channeltest.New(subdir, "a", "1", "0", ".conda", []byte(contents))
	sha := whole.Record[strings.Index(whole.Record, `"sha256"`):strings.Index(whole.Record, `"size"`)]
	oldest := whole.Edit(sha, "")
	for _, c := range []struct {
		name     string
		entry    channeltest.Entry
		contents string
		strict   bool
		rule     string
		result   verify.Result
	}{
		{"good", whole, contents, true, channel.RuleDigest, verify.Pass},
		{"cut short", whole, contents[:10], false, channel.RuleSize, verify.Fail},
		{"longer", whole, contents + "x", false, channel.RuleSize, verify.Fail},
		{"8: swapped", whole, strings.ToUpper(contents), false, channel.RuleDigest, verify.Fail},
		{"MD5 only", oldest, contents, false, channel.RuleWeak, verify.Warn},
		{"MD5 only, strict", oldest, contents, true, channel.RuleWeak, verify.Fail},
		{"8: MD5 only, swapped", oldest, strings.ToUpper(contents), false, channel.RuleDigest, verify.Fail},
		{"no digest", oldest.Edit(`"md5"`, `"md6"`), contents, false, channel.RuleDigest, verify.Fail},
		{"a digest that is a number", whole.Edit(sha, `"sha256":5,`), contents, false, channel.RuleDigest, verify.Fail},
		{"a digest that is too short", whole.Edit(sha, `"sha256":"00",`), contents, false, channel.RuleDigest, verify.Fail},
		{"a digest in capitals", whole.Edit(sha, strings.Replace(strings.ToUpper(sha), "SHA256", "sha256", 1)), contents, false, channel.RuleDigest, verify.Fail},
		{"no size", whole.Edit(`"size":22,`, ""), contents, false, channel.RuleDigest, verify.Pass},
		{"no size, and another file", whole.Edit(`"size":22,`, ""), contents + "x", false, channel.RuleDigest, verify.Fail},
		{"a size that is text", whole.Edit(`"size":22`, `"size":"22"`), contents, false, channel.RuleSize, verify.Fail},
		{"a size that is a float", whole.Edit(`"size":22`, `"size":22.0`), contents, false, channel.RuleSize, verify.Fail},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := channel.Expect(parse(t, channeltest.Text(subdir, c.entry)).Record(0))
			got, err := e.Check(int64(len(c.contents)), strings.NewReader(c.contents), channel.Options{Strict: c.strict})
			if err != nil || got.Rule != c.rule || got.Result != c.result || got.Subject != c.entry.File || got.Detail == "" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// A file that grows or shrinks while it is read is another file.
func TestArtifactChanges(t *testing.T) {
	const contents = "the bytes of a package"
	e := channel.Expect(parse(t, channeltest.Text(subdir, channeltest.New(subdir, "a", "1", "0", ".conda", []byte(contents)))).Record(0))
	for _, now := range []string{contents + "x", contents[:3], ""} {
		got, err := e.Check(int64(len(contents)), strings.NewReader(now), channel.Options{})
		if err != nil || got.Result != verify.Fail {
			t.Errorf("%q: %+v, %v", now, got, err)
		}
	}
	disk := errors.New("disk on fire")
	if _, err := e.Check(int64(len(contents)), iotest.ErrReader(disk), channel.Options{}); !errors.Is(err, disk) {
		t.Error(err)
	}
	// No more is read than there should be.
	endless := &counter{}
	if got, err := e.Check(int64(len(contents)), endless, channel.Options{}); err != nil || got.Result != verify.Fail || endless.n > 1<<16 {
		t.Errorf("%+v, %v, %d bytes read", got, err, endless.n)
	}
}

type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) {
	c.n += len(p)
	return copy(p, bytes.Repeat([]byte("x"), len(p))), nil
}

func TestRecorded(t *testing.T) {
	j := channel.NewJudge(byOne(t), subdir, channel.Options{})
	good, bad := zlib().Sign(one()), bzip()
	got := results(t, j, channeltest.Text(subdir, good, bad))
	trusted, unsigned := got[good.File], got[bad.File]
	for _, c := range []struct {
		r    *channel.Result
		want verify.Result
	}{{nil, verify.Fail}, {&trusted, verify.Pass}, {&unsigned, verify.Fail}} {
		if got := channel.Recorded("x", c.r); got.Result != c.want || got.Rule != channel.RuleArtifact {
			t.Errorf("%+v", got)
		}
	}
	if got := channel.Unread("x", errors.New("is a pipe")); got.Result != verify.Fail || got.Rule != channel.RuleRead {
		t.Errorf("%+v", got)
	}
}
