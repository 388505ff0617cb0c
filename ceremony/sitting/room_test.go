package sitting_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
)

// TestRoomTool compares the program with the one that the plan names: by the
// digest for this platform, or else by what it says of its version.
func TestRoomTool(t *testing.T) {
	digest := func(b byte) string { return strings.Repeat(fmt.Sprintf("%02x", b), 32) }
	names := func(platform string, b byte) string {
		return fmt.Sprintf("version: 1.0.0, sha256: {%s: %q}", platform, digest(b))
	}
	for _, c := range []struct {
		name    string
		tool    string // in the plan
		version string // of the program, whose SHA-256 is of sevens
		problem string
		ok      bool
		want    string
	}{
		{"right digest", names("linux/amd64", 7), "v1.0.0", "", true, "is the one that the plan names for linux/amd64"},
		{"right digest, another version said", names("linux/amd64", 7), "(devel)", "", true, "is the one that the plan names"},
		{"wrong digest, same version", names("linux/amd64", 8), "v1.0.0", "", false, "with SHA-256 " + digest(8) + " for linux/amd64, this one has " + digest(7)},
		{"digest for another platform, same version", names("darwin/arm64", 7), "v1.0.0", "", true, "the plan names no digest for linux/amd64"},
		{"no digest, same version", "version: 1.0.0", "v1.0.0", "", true, "says that it is version 1.0.0, as in the plan"},
		{"no digest, another version", "version: 1.0.0", "v1.0.1", "", false, "the plan names version 1.0.0 and no digest for linux/amd64, this program says that it is version v1.0.1"},
		{"no digest, no version", "version: 1.0.0", "", "", false, "says that it is version (none)"},
		{"cannot be read", "version: 1.0.0", "", "no permission", false, "could not be found out: no permission"},
	} {
		for _, production := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, production %v", c.name, production), func(t *testing.T) {
				st := newStage(t)
				st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("tool: {version: rehearsal}"), []byte("tool: {"+c.tool+"}"), 1)
				mark := sitting.MarkNote
				if production {
					st.production()
					mark = sitting.MarkWarn
				}
				if c.ok {
					mark = sitting.MarkPass
				}
				st.cfg.Machine = func() machine.Facts {
					b := machine.Binary{Version: c.version, SHA256: [32]byte(bytes.Repeat([]byte{7}, 32))}
					return machine.Facts{OS: "linux", Arch: "amd64", Binary: machine.Known[machine.Binary]{Value: b, Problem: c.problem}}
				}
				st.open()
				st.walk("room")
				st.must(sitting.ActClock, "")
				st.found("ROOM-TOOL", mark, c.want)
				if opened := shows(sitting.View{Notices: st.view().Notices}, c.want); opened != (production && !c.ok) {
					t.Errorf("an exception is open: %v; %q", opened, st.view().Notices)
				}
			})
		}
	}
}

// found wants a finding about the room shown with this mark and text.
func (st *stage) found(id string, mark sitting.Mark, want string) {
	st.t.Helper()
	for _, c := range st.view().Body[0].Checks {
		if text, ok := strings.CutPrefix(c.Text, id+": "); ok {
			if c.Mark != mark || !strings.Contains(text, want) {
				st.t.Errorf("[%s] %s, want [%s] with %q", c.Mark, c.Text, mark, want)
			}
			return
		}
	}
	st.t.Errorf("there is no %s", id)
}

// TestAnotherFault: in production a second fault of the same kind is an
// exception of its own, also when the first was closed; the same one again is
// not.
func TestAnotherFault(t *testing.T) {
	st := newStage(t)
	st.production()
	route := "eth0"
	st.cfg.Machine = func() machine.Facts {
		f := poorRoom()
		f.Routes.Value = []string{route}
		return f
	}
	st.open()
	st.walk("room")
	for _, look := range []struct {
		route string
		more  int
	}{{"eth0", 6}, {"eth0", 0}, {"wlan0", 1}, {"wlan0", 0}, {"eth0", 0}} {
		before := strings.Count(st.journal(), `"kind":"exception"`)
		route = look.route
		st.must(sitting.ActClock, "")
		if got := strings.Count(st.journal(), `"kind":"exception"`) - before; got != look.more {
			t.Errorf("a default route through %s opens %d exceptions, want %d: %q", route, got, look.more, st.view().Notices)
		}
		st.closeAll()
	}
}
