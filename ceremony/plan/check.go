package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// Bounds on what one plan may say; far above any ceremony, far below trouble.
const (
	maxName        = 40    // characters of a name that others refer to
	maxText        = 500   // characters of a name of the plan, an organisation, a place
	maxDescription = 10000 // characters, in several lines
	maxKeys        = 64
)

var (
	nameForm     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	digestForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	firmwareForm = regexp.MustCompile(`^>=(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$`)
	versionForm  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+_-]{0,79}$`)
	platformForm = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9]+$`)
)

// A checker gathers what makes a plan meaningless. Paths are as the reader of
// the YAML file knows them: root.keyholders[2].
type checker struct {
	p      *Plan
	faults []fault
}

type fault struct{ path, message string }

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, fault{path, fmt.Sprintf(format, args...)})
}

// check asks everything that does not need the trusted root.
func (c *checker) check() {
	c.head()
	c.continues()
	c.document()
	c.keys()
	c.roles()
	c.changes()
	c.people()
	c.policy()
}

func (c *checker) head() {
	p := c.p
	if p.Rootmoot != 1 {
		c.fault("rootmoot", "%d: this build reads plans of version 1", p.Rootmoot)
	}
	c.text("name", p.Name, true)
	c.description(p.Description)
	oneOf(c, "format", p.Format, TUF, Conda)
	oneOf(c, "purpose", p.Purpose, Genesis, Renew, Rotate, Emergency)
	oneOf(c, "mode", p.Mode, Production, Rehearsal)
	oneOf(c, "document", p.Document, RootDocument, KeyManagerDocument)
	c.time("signing_time", p.SigningTime)
	c.time("deadline", p.Deadline)
}

func (c *checker) continues() {
	from := c.p.Continues
	if from == nil {
		return
	}
	if from.Version < 1 {
		c.fault("continues.version", "%d: versions begin at 1", from.Version)
	}
	c.digest("continues.digest", from.Digest)
	switch {
	case from.Chain != "":
		c.digest("continues.chain", from.Chain)
		if from.Version == 1 && from.Chain != from.Digest {
			c.fault("continues.chain", "is not the digest, though version 1 is the first root: leave it out")
		}
	case from.Version > 1:
		c.fault("continues", "chain is missing: name the digest of the chain's first root, as the trusted root is version %d", from.Version)
	}
}

// document checks the section of what is to be signed, and that the other one
// is absent.
func (c *checker) document() {
	p := c.p
	if p.Document == KeyManagerDocument {
		c.keyManager()
		return
	}
	if p.KeyManager != nil {
		c.fault("key_mgr", "belongs to a plan with document: key_mgr")
	}
	if p.Root == nil {
		c.fault("", "root is missing: a plan with document: root needs expires, threshold and keyholders")
		return
	}
	c.time("root.expires", p.Root.Expires)
	c.threshold("root.threshold", p.Root.Threshold)
	c.names("root.keyholders", p.Root.Keyholders, true)
	if p.Format == Conda && p.ConsistentSnapshot != nil {
		c.fault("consistent_snapshot", "is a member of tuf roots: leave it out")
	}
}

func (c *checker) keyManager() {
	p := c.p
	if p.Format == TUF {
		c.fault("document", "key_mgr is a document of conda, and the format is tuf")
	}
	if p.Root != nil {
		c.fault("root", "belongs to a plan with document: root")
	}
	if p.Continues == nil {
		c.fault("", "continues is missing: a key manager document needs the root that delegates to it")
	}
	if p.KeyManager == nil {
		c.fault("", "key_mgr is missing: a plan with document: key_mgr needs its version and expires")
		return
	}
	if p.KeyManager.Version < 1 {
		c.fault("key_mgr.version", "%d: versions begin at 1", p.KeyManager.Version)
	}
	c.time("key_mgr.expires", p.KeyManager.Expires)
	if f := p.KeyManager.Follows; f != nil {
		c.digest("key_mgr.follows.digest", f.Digest)
		if f.Version < 0 || f.Version >= p.KeyManager.Version {
			c.fault("key_mgr.follows.version", "%d: the version only rises, and this one is %d", f.Version, p.KeyManager.Version)
		}
	}
	c.rootsOnly()
}

// rootsOnly refuses what only a plan for a root can say.
func (c *checker) rootsOnly() {
	p := c.p
	if p.Purpose == Genesis {
		c.fault("purpose", "a genesis begins a chain of roots: for a first key manager document say rotate")
	}
	if p.ConsistentSnapshot != nil {
		c.fault("consistent_snapshot", "is a member of tuf roots: leave it out")
	}
	if len(p.Reencode) > 0 {
		c.fault("reencode", "conda writes a key in one way only: leave it out")
	}
}

// roleNames are the roles beside root that each document can have.
func (c *checker) roleNames() []string {
	switch {
	case c.p.Document == KeyManagerDocument:
		return []string{root.RolePackages}
	case c.p.Format == Conda:
		return []string{root.RoleManager}
	}
	return []string{"timestamp", "snapshot", "targets", "mirrors"}
}

func (c *checker) roles() {
	known := c.roleNames()
	if c.p.Format.Root() == 0 {
		return // said already; which roles there are depends on it
	}
	for _, name := range slices.Sorted(maps.Keys(c.p.Roles)) {
		path := strictyaml.Child("roles", name)
		if !slices.Contains(known, name) {
			c.fault(path, "no role beside root of such a document: want %s", strings.Join(known, ", "))
			continue
		}
		c.threshold(path+".threshold", c.p.Roles[name].Threshold)
		c.names(path+".keys", c.p.Roles[name].Keys, true)
	}
	if c.p.Document == KeyManagerDocument && len(c.p.Roles) == 0 {
		c.fault("", "roles is missing: a key manager document names the keys of pkg_mgr")
	}
}

// changes checks what the plan says about keys and members of the trusted root.
func (c *checker) changes() {
	p := c.p
	c.names("leaving", p.Leave, false)
	c.names("reencode", p.Reencode, false)
	for i, name := range p.Leave {
		path := strictyaml.Index("leaving", i)
		if where := p.roleOf(name); where != "" {
			c.fault(path, "%s stays: it stands in %s; take it out of one of the two", name, where)
		}
		c.inFull(path, name)
	}
	for i, name := range p.Reencode {
		c.inFull(strictyaml.Index("reencode", i), name)
	}
	for i, member := range p.Remove {
		path := strictyaml.Index("remove", i)
		c.text(path, member, true)
		if slices.Contains(p.Remove[:i], member) {
			c.fault(path, "%s stands there twice", member)
		}
	}
}

// roleOf is the path of the first role that lists the name.
func (p *Plan) roleOf(name string) string {
	if slices.Contains(p.keyholders(), name) {
		return "root.keyholders"
	}
	for _, role := range slices.Sorted(maps.Keys(p.Roles)) {
		if slices.Contains(p.Roles[role].Keys, name) {
			return "roles." + role + ".keys"
		}
	}
	return ""
}
