package verify_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// pinpointed holds each finding to its place, and where a key stands there, to
// the key's fingerprint in full. The document is nil where there is none.
func pinpointed(t *testing.T, raw []byte, b *root.Body, rep verify.Report) {
	t.Helper()
	tree, _ := canonical.Parse(raw, canonical.Limits{})
	nowhere := []string{"ROOT-SIZE", "ROOT-JSON", "ROOT-ENVELOPE"} // about the whole file, or where its reading ends
	for _, c := range rep.Checks {
		if c.Result != verify.Fail && c.Result != verify.Warn {
			continue
		}
		if c.Detail == "" {
			t.Errorf("%s at %q says nothing", c.Rule, cut([]byte(c.Pointer)))
		}
		if c.Pointer == "" {
			if !slices.Contains(nowhere, c.Rule) {
				t.Errorf("%s says not where: %s", c.Rule, cut([]byte(c.Detail)))
			}
			continue
		}
		if tree != nil && !there(tree, c.Pointer) {
			t.Errorf("%s points to %s, where nothing is", c.Rule, cut([]byte(c.Pointer)))
		}
		// Of one that stood under that keyid in the trusted root and another that
		// does here, SIG-VALID names whichever it is about.
		if k := keyAt(tree, b, c.Pointer); !k.IsZero() && c.Rule != "SIG-VALID" && !strings.Contains(c.Detail, k.Fingerprint().String()) {
			t.Errorf("%s does not name the key %v: %s", c.Rule, k.Fingerprint(), cut([]byte(c.Detail)))
		}
		if c.Rule == "SIG-VALID" && !fingerprint.MatchString(c.Detail) {
			t.Errorf("SIG-VALID names no key: %s", c.Detail)
		}
	}
}

var fingerprint = regexp.MustCompile("^key [0-9a-f]{64}: ")

// there: the pointer leads to a value, or to a member that is missing.
func there(tree *canonical.Value, pointer string) bool {
	if follow(tree, pointer) != nil {
		return true
	}
	parent := pointer[:strings.LastIndex(pointer, "/")]
	return follow(tree, parent).Kind() == canonical.Object
}

func follow(v *canonical.Value, pointer string) *canonical.Value {
	for _, step := range strings.Split(pointer, "/")[1:] {
		if i, err := strconv.Atoi(step); err == nil && v.Kind() == canonical.Array {
			if i >= v.Len() {
				return nil
			}
			v = v.Elements()[i]
			continue
		}
		v = v.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
	}
	return v
}

// keyAt is the key that a pointer leads to: its object, a place in a role that
// names it, or a signature by it.
func keyAt(tree *canonical.Value, b *root.Body, pointer string) root.PublicKey {
	if tree == nil || b == nil {
		return root.PublicKey{}
	}
	id, isText := follow(tree, pointer).Text(canonical.String)
	if !isText {
		id, isText = follow(tree, pointer).Get("keyid").Text(canonical.String)
	}
	if !isText {
		id = strings.NewReplacer("~1", "/", "~0", "~").Replace(pointer[strings.LastIndex(pointer, "/")+1:])
	}
	for _, k := range b.Keys {
		if k.ID == id {
			return k.Public
		}
	}
	return root.PublicKey{}
}
