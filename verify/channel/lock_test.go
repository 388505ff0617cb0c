package channel_test

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
)

func TestLock(t *testing.T) {
	const address = "https://packages.example.org/main"
	good, unsigned := zlib().Sign(one()), bzip()
	oldest := channeltest.New(subdir, "old", "1", "0", ".tar.bz2", []byte("old")).Edit(`"sha256"`, `"sha-256"`).Sign(one())
	newest := channeltest.New(subdir, "new", "1", "0", ".conda", []byte("zlib")).Edit(`"md5"`, `"md-5"`).Sign(one())
	x := parse(t, channeltest.Text(subdir, good, unsigned, oldest, newest))
	judge := channel.NewJudge(byOne(t), subdir, channel.Options{})
	find := func(name string) (*repodata.Index, *channel.Judge) {
		if name == subdir {
			return x, judge
		}
		return nil, nil
	}
	sha, sum := fmt.Sprintf("%x", sha256.Sum256([]byte("zlib"))), fmt.Sprintf("%x", md5.Sum([]byte("zlib")))
	for _, c := range []struct {
		name   string
		locked channel.Locked
		strict bool
		rule   string
		result verify.Result
	}{
		{"good", channel.Locked{File: good.File, SHA256: sha}, true, channel.RuleLockDigest, verify.Pass},
		{"both digests", channel.Locked{File: good.File, SHA256: sha, MD5: sum}, true, channel.RuleLockDigest, verify.Pass},
		{"both, and the record has SHA-256 alone", channel.Locked{File: newest.File, SHA256: sha, MD5: sum}, true, channel.RuleLockDigest, verify.Pass},
		{"an MD5 that the record does not have", channel.Locked{File: newest.File, MD5: sum}, false, channel.RuleLockDigest, verify.Fail},
		{"MD5 only", channel.Locked{File: good.File, MD5: sum}, false, channel.RuleLockWeak, verify.Warn},
		{"MD5 only, strict", channel.Locked{File: good.File, MD5: sum}, true, channel.RuleLockWeak, verify.Fail},
		{"no digest", channel.Locked{File: good.File}, false, channel.RuleLockDigest, verify.Fail},
		{"another SHA-256", channel.Locked{File: good.File, SHA256: sha[:63] + "x"}, false, channel.RuleLockDigest, verify.Fail},
		{"another MD5 beside a good SHA-256", channel.Locked{File: good.File, SHA256: sha, MD5: sum[1:] + "0"}, false, channel.RuleLockDigest, verify.Fail},
		{"a SHA-256 that the record does not have", channel.Locked{File: oldest.File, SHA256: sha}, false, channel.RuleLockDigest, verify.Fail},
		{"its record is not signed", channel.Locked{File: unsigned.File, SHA256: sha}, false, channel.RuleLockRecord, verify.Fail},
		{"no record", channel.Locked{File: "gone-1-0.conda", SHA256: sha}, false, channel.RuleLockRecord, verify.Fail},
		{"another subdir", channel.Locked{Subdir: "osx-64", File: good.File, SHA256: sha}, false, channel.RuleLockPlace, verify.Fail},
		{"another channel", channel.Locked{Channel: "https://packages.example.org/other", File: good.File, SHA256: sha}, false, channel.RuleLockPlace, verify.Fail},
		{"no channel: a package of pip", channel.Locked{Channel: "-", File: good.File}, false, channel.RuleLockPlace, verify.Fail},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.locked
			if p.Name = "it"; p.Channel == "" {
				p.Channel = address
			}
			if p.Channel == "-" {
				p.Channel = ""
			}
			if p.Subdir == "" {
				p.Subdir = subdir
			}
			l := channel.Lock{Channel: address, Find: find, Options: channel.Options{Strict: c.strict}}
			r, got := l.Judge(p)
			if got.Rule != c.rule || got.Result != c.result || got.Subject != "it" || got.Detail == "" {
				t.Errorf("%+v", got)
			}
			if (r == nil) != (c.rule == channel.RuleLockPlace || c.name == "no record") {
				t.Errorf("a result: %v", r)
			}
		})
	}
}
