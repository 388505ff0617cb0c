package channel

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// What is said of a repodata.json as a whole, beside its records.

// Authority says who signs packages: m is what [verify.Delegated] has accepted,
// nil if there is none, and then nothing can be judged.
func Authority(m *root.KeyManager) verify.Check {
	c := verify.Check{Rule: RuleAuthority, Subject: verify.KeyManagerFile}
	if m == nil {
		c.Result = verify.Fail
		c.Detail = "there is no key manager that was accepted, so that nobody's signature of a package counts"
		return c
	}
	role, _ := m.Role(root.RolePackages)
	c.Result = verify.Pass
	c.Detail = fmt.Sprintf("%d of %d keys sign packages until %s", role.Threshold, len(role.Distinct()), root.FormatTime(m.Expires.Time))
	return c
}

// Readable says whether a file was read as repodata: err is what
// [repodata.Read] or [repodata.Parse] said of its bytes.
func Readable(subject string, err error) verify.Check {
	c := verify.Check{Rule: RuleRepodata, Result: verify.Pass, Subject: subject}
	if err != nil {
		c.Result = verify.Fail
		c.Detail = err.Error()
	}
	return c
}

// Lists refuses a file with what may be another list of packages than the two that
// have signatures (packages.whl, or the v3 of CEP 48): a client could install from
// it what nobody has judged. Every unknown member with an object in it may be one.
func Lists(subject string, x *repodata.Index) verify.Check {
	c := verify.Check{Rule: RuleLists, Result: verify.Pass, Subject: subject}
	for _, name := range x.Others() {
		if strings.HasPrefix(strings.ToLower(name), "packages") || bytes.IndexByte(x.Member(name).Value, '{') >= 0 {
			c.Result, c.Pointer = verify.Fail, canonical.Names(name)
			c.Detail = fmt.Sprintf("%q may be a list of packages, and signatures are for packages and packages.conda alone: have it taken out, or do not install from it", clip(name))
			return c
		}
	}
	return c
}

// Locate finds the subdir that a repodata.json is for: that of its info, which
// must be the folder's, where a folder is known by its name (else "").
func Locate(subject string, x *repodata.Index, folder string) (string, verify.Check) {
	said, has := x.Subdir()
	c := verify.Check{Rule: RuleSubdir, Result: verify.Pass, Subject: subject, Pointer: "/info/subdir"}
	switch {
	case has && folder != "" && said != folder:
		c.Result = verify.Fail
		c.Detail = fmt.Sprintf("is for subdir %q and lies in %q", clip(said), folder)
	case folder != "":
		said = folder
	case !plain(said):
		c.Result = verify.Fail
		c.Detail = "names no subdir, so that records of other places could not be told: say which it is"
	}
	return said, c
}

// Strays says whether signatures has entries that belong to no record.
func Strays(subject string, x *repodata.Index, o Options) verify.Check {
	c := verify.Check{Rule: RuleStray, Result: verify.Pass, Subject: subject}
	n := 0
	for file := range x.Strays() {
		if n++; n == 1 {
			c.Detail = fmt.Sprintf("%q is signed and has no record: the record was taken out, or the signature left behind", clip(string(file)))
		}
	}
	if n == 0 {
		return c
	}
	c.Result, c.Pointer = verify.Warn, "/signatures"
	if o.Strict {
		c.Result = verify.Fail
	}
	if n > 1 {
		c.Detail += fmt.Sprintf(" (the first of %d)", n)
	}
	return c
}

// Same says whether the compressed text beside a repodata.json is that text:
// clients take the one or the other.
func Same(subject string, same bool) verify.Check {
	c := verify.Check{Rule: RuleSame, Result: verify.Pass, Subject: subject}
	if !same {
		c.Result = verify.Fail
		c.Detail = "holds another text than the repodata.json beside it, and clients may take either: have both made anew"
	}
	return c
}

// Others says that other indexes lie beside, which were not judged.
func Others(subject string, names []string, o Options) verify.Check {
	c := verify.Check{Rule: RuleOther, Result: verify.Pass, Subject: subject}
	if len(names) > 0 {
		c.Result = verify.Warn
		if o.Strict {
			c.Result = verify.Fail
		}
		c.Detail = "clients may take records from " + strings.Join(names, ", ") + ", which is not judged here"
	}
	return c
}
