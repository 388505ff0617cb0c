package evidence

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// The files of evidence, beside the signed document, the chain and what came from
// elsewhere.
const (
	ManifestFile  = "manifest.json" // the first, always
	PlanFile      = "plan.yaml"     // as opened
	FrozenFile    = "plan.frozen.yaml"
	CandidateFile = "candidate.json" // its canonical signed part
	JournalFile   = "journal"
	PublicFile    = "public.json"         // of the public profile: what the record says to everybody
	BeforeFile    = "before.key_mgr.json" // what a key manager document follows
)

// chainFolder is where the roots lie that lead to the new one, so that the folder
// is a chain for whoever takes the archive apart.
const chainFolder = "chain/"

// rootFile is the name of a root's file.
func rootFile(version int64) string { return strconv.FormatInt(version, 10) + ".root.json" }

// versionOf reads the version in a root's file name; false if it is none.
func versionOf(name string) (int64, bool) {
	digits, is := strings.CutSuffix(name, ".root.json")
	v, err := strconv.ParseInt(digits, 10, 64)
	return v, is && err == nil && v > 0 && rootFile(v) == name
}

// isSigned reports whether a file of that name is what a sitting signs: a root,
// or a key manager document.
func isSigned(name string) bool {
	_, is := versionOf(name)
	return is || name == verify.KeyManagerFile
}

// chainVersion is versionOf for the roots of the chain.
func chainVersion(name string) (int64, bool) {
	name, is := strings.CutPrefix(name, chainFolder)
	v, ok := versionOf(name)
	return v, is && ok
}

// arrivedDigest is the digest in the name of a file that came from elsewhere.
func arrivedDigest(name string) (root.Digest, bool) {
	hex, aside := strings.CutPrefix(name, "aside-")
	if !aside {
		var form string
		rest, arrived := strings.CutPrefix(name, "arrived-")
		hex, form, _ = strings.Cut(rest, ".")
		f := ceremony.ArrivedForm(form)
		if !arrived || f != ceremony.ArrivedContribution && f != ceremony.ArrivedJournal {
			return root.Digest{}, false
		}
	}
	d, err := root.ParseDigest(hex)
	return d, err == nil
}

// known reports whether a file of that name can stand in evidence. None has a
// part that leads elsewhere.
func known(name string) bool {
	switch name {
	case ManifestFile, PlanFile, FrozenFile, CandidateFile, JournalFile, PublicFile, BeforeFile:
		return true
	}
	if isSigned(name) {
		return true
	}
	if _, is := chainVersion(name); is {
		return true
	}
	_, is := arrivedDigest(name)
	return is
}

// byName is the order of an archive: the manifest, then the others by their bytes.
func byName(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == ManifestFile:
		return -1
	case b == ManifestFile:
		return 1
	}
	return cmp.Compare(a, b)
}
