package channel

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/verify"
)

// An identity is what a record says of itself. What is no string is empty.
type identity struct {
	name, version, build, subdir string
}

func identify(r repodata.Record) identity {
	var id identity
	for name, value := range r.Members() {
		var to *string
		switch string(name) {
		case "name":
			to = &id.name
		case "version":
			to = &id.version
		case "build":
			to = &id.build
		case "subdir":
			to = &id.subdir
		default:
			continue
		}
		*to, _ = repodata.Unquote(value)
	}
	return id
}

// ending is how the file names of a list end.
func ending(l repodata.List) string {
	if l == repodata.PackagesConda {
		return ".conda"
	}
	return ".tar.bz2"
}

// place holds a record to the name and the place under which it was found: a
// finding that fails if they do not fit.
func (b *bench) place(r repodata.Record) verify.Check {
	id := identify(r)
	if c := filed(r, id); c.Result == verify.Fail {
		return c
	}
	if id.subdir != b.subdir {
		return refuse(RulePlace, r, at(r, "subdir"), fmt.Sprintf("is a record of subdir %q and lies in %q: it is another place's", clip(id.subdir), b.subdir))
	}
	return verify.Check{Rule: RulePlace, Result: verify.Pass}
}

// filed: the file name is the record's. It has one reading only, because no
// version and no build has a dash, and it is the name of a file, not a path.
func filed(r repodata.Record, id identity) verify.Check {
	for _, m := range []struct{ member, value, never string }{{"name", id.name, ""}, {"version", id.version, "-"}, {"build", id.build, "-"}} {
		if !plain(m.value) || m.never != "" && strings.Contains(m.value, m.never) {
			return refuse(RuleFile, r, at(r, m.member), fmt.Sprintf("%q makes no file name: want text of plain characters, no dash in version and build", clip(m.value)))
		}
	}
	file := string(r.File)
	rest, isName := strings.CutPrefix(file, id.name+"-")
	rest, isVersion := strings.CutPrefix(rest, id.version+"-")
	rest, isBuild := strings.CutPrefix(rest, id.build)
	if !isName || !isVersion || !isBuild || rest != ending(r.List) {
		return refuse(RuleFile, r, at(r), fmt.Sprintf("is the record of %q: it was moved here from there", clip(id.name+"-"+id.version+"-"+id.build+ending(r.List))))
	}
	return verify.Check{Rule: RuleFile, Result: verify.Pass}
}

// plain text can stand in a file name on any system and in an address: visible
// ASCII without slashes.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '/' || c == '\\' {
			return false
		}
	}
	return s != ""
}

// longest is how much is quoted of a text that may be a megabyte.
const longest = 200

func clip(s string) string {
	if len(s) > longest {
		return strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}
