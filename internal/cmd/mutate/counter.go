package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A slip is one piece of source written wrongly, as a tired hand might.
type slip struct {
	name string
	file string // from the module's folder
	was  string // stands in the file exactly once
	is   string
}

// slips are wrong versions of the counter, and of the comparisons on which a
// verdict rests: the rules say that they are made, not that they are right.
func slips() []slip {
	return []slip{
		{"counts by keyid, not by key", "root/role.go", "i, again := at[k.Public.identity()]", "i, again := 0, false"},
		{"counts a key by its first keyid only", "root/role.go", "case k.Usable() && again && standing > t.Keys[i].Standing:", "case false:"},
		{"counts weak keys", "root/role.go", "\tcase !k.Usable():\n", "\tcase k.Public.IsZero():\n"},
		{"takes every signature for good", "root/role.go", "case e.verify(i, k.Public):", "case true:"},
		{"takes signatures of any form", "root/role.go", "case e.Entries[i].Form != r.form:", "case false:"},
		{"takes a keyid's last signature", "root/role.go", "for i := len(e.Entries) - 1; i >= 0; i-- {", "for i := range e.Entries {"},
		{"one signature too few is enough", "root/role.go", "t.Good >= t.Threshold", "t.Good+1 >= t.Threshold"},
		{"just enough is not enough", "root/role.go", "t.Good >= t.Threshold", "t.Good > t.Threshold"},
		{"a threshold of nobody is met", "root/role.go", "t.Threshold >= 1 && ", ""},
		{"no point is weak", "root/weak.go", "return weakPoint(k.raw)", `return ""`},
		{"no point is of small order", "root/weak.go", "if y == s {", "if y == s && y != y {"},
		{"every point is canonical", "root/weak.go", "if !lessOrEqual(y, minusOne) {", "if false {"},
		{"RSA of 1024 bits is enough", "root/weak.go", "const minRSABits = 2048", "const minRSABits = 1024"},
		{"any later version follows", "verify/next.go", "r.Version-1 != t.Version()", "r.Version-1 < t.Version()"},
		{"the successor's quorum is the old one", "verify/next.go", "ruleNew, r.RootRole()", "ruleNew, t.root.RootRole()"},
		{"the successor's quorum is its own", "verify/next.go", "ruleOld, t.root.RootRole()", "ruleOld, r.RootRole()"},
		{"fresh at the second of expiry", "verify/fresh.go", "if left <= 0 {", "if left < 0 {"},
		{"a pin is a version", "verify/trusted.go", "r.Version == p.Version && r.Digest == p.Digest", "r.Version == p.Version"},
		{"a pin is a digest", "verify/trusted.go", "r.Version == p.Version && r.Digest == p.Digest", "r.Digest == p.Digest"},
		{"root keys speak for the key manager", "verify/keymanager.go", `t.root.Role(root.RoleManager)`, `t.root.Role("root")`},

		{"a package needs one signature fewer", "verify/channel/judge.go", "len(c.good) >= b.threshold", "len(c.good)+1 >= b.threshold"},
		{"a package needs one signature more", "verify/channel/judge.go", "len(c.good) >= b.threshold", "len(c.good) > b.threshold"},
		{"weak keys sign packages", "verify/channel/judge.go", "!k.Usable() || k.Public.Algorithm() != root.Ed25519", "false"},
		{"every signature of a package is good", "verify/channel/judge.go", "if !ed25519.Verify(k.raw, b.message, sig[:]) {", "if !ed25519.Verify(k.raw, b.message, sig[:]) && false {"},
		{"signatures of a package have any form", "verify/channel/judge.go", "if !raw {", "if !raw && false {"},
		{"a record is signed as it stands", "verify/channel/judge.go", "b.message, err = b.canon.Append(b.message[:0], r.Text); err != nil", "b.message = append(b.message[:0], r.Text...); err != nil"},
		{"a version may have dashes", "verify/channel/place.go", `{"version", id.version, "-"}`, `{"version", id.version, ""}`},
		{"a file name may go on", "verify/channel/place.go", "rest != ending(r.List)", "!strings.HasSuffix(rest, ending(r.List))"},
		{"a file name may be a path", "verify/channel/place.go", "|| c == '/' ", ""},
		{"an allowed record lies anywhere", "verify/channel/judge.go", "if out.Accepted() {", "if out.Finding.Result == verify.Pass {"},
		{"other lists of packages are passed over", "verify/channel/file.go", "c.Result, c.Pointer = verify.Fail, canonical.Names(name)", "c.Result, c.Pointer = verify.Warn, canonical.Names(name)"},
		{"without an authority signatures count", "verify/channel/judge.go", "if b.refused != \"\" {", "if b.refused != \"\" && false {"},
		{"of a package only so much is read", "verify/channel/artifact.go", "size+1", "size"},
		{"a package may be of any size", "verify/channel/artifact.go", "want != size", "want != size && false"},
		{"a lock file's second digest is not looked at", "verify/channel/lock.go", `		if d.locked == "" {`, `		if d.locked == "" || d.name == "md5" && p.SHA256 != "" {`},
	}
}

// folders are those whose tests may notice.
func (s slip) folders() []string {
	if strings.HasPrefix(s.file, "verify/channel/") {
		return []string{"verify/channel"}
	}
	return []string{"root", "verify"}
}

// apply is the one file with the slip in it.
func (s slip) apply(module string) (files, error) {
	src, err := os.ReadFile(filepath.Join(module, filepath.FromSlash(s.file)))
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(src, []byte(s.was)); n != 1 {
		return nil, fmt.Errorf("%s: %q stands there %d times, want once: see to the slip %q", s.file, s.was, n, s.name)
	}
	return files{s.file: bytes.Replace(src, []byte(s.was), []byte(s.is), 1)}, nil
}
