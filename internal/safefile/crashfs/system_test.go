package crashfs

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// actor does the same to a folder of the system and to one in memory, and
// notes what it sees.
type actor struct {
	dir  safefile.Dir
	open []safefile.File
	log  strings.Builder
}

func (a *actor) say(format string, args ...any) { fmt.Fprintf(&a.log, format+"\n", args...) }

// act carries out one operation, named by numbers so that it can be repeated. A
// sync is none of them: nothing is seen of it, and it takes its time.
func (a *actor) act(what, i int, name, other string) {
	var f safefile.File
	if len(a.open) > 0 {
		f = a.open[i%len(a.open)]
	}
	switch what {
	case 0:
		flags := []int{os.O_RDWR, os.O_RDWR | os.O_CREATE, os.O_WRONLY | os.O_CREATE | os.O_EXCL, os.O_RDONLY, os.O_WRONLY | os.O_CREATE | os.O_TRUNC}
		f, err := a.dir.OpenFile(name, flags[i%len(flags)], 0o600)
		a.say("open %s %s", name, code(err))
		if err == nil {
			a.open = append(a.open, f)
		}
	case 1:
		a.say("link %s %s %s", name, other, code(a.dir.Link(name, other)))
	case 2:
		a.say("rename %s %s %s", name, other, code(a.dir.Rename(name, other)))
	case 3:
		a.say("rename new %s %s %s", name, other, code(a.dir.RenameNew(name, other)))
	case 4:
		a.say("remove %s %s", name, code(a.dir.Remove(name)))
	case 5:
		info, err := a.dir.Lstat(name)
		a.say("look %s %s", name, code(err))
		if err == nil {
			a.say("size %d mode %v", info.Size(), info.Mode())
		}
	case 6:
		if info, err := a.dir.Lstat(name); err == nil && f != nil {
			mine, err := f.Stat()
			a.say("same %v %s", err == nil && a.dir.SameFile(info, mine), code(err))
		}
	case 7:
		if f != nil {
			n, err := f.Write([]byte(strings.Repeat(name, i)))
			a.say("write %d %s", n, code(err))
		}
	case 8:
		if f != nil {
			n, err := f.WriteAt([]byte(name), int64(i*100))
			a.say("write at %d %s", n, code(err))
		}
	case 9:
		if f != nil {
			err := f.Truncate(int64(i * 90))
			// The system says EINVAL where a file is not open for writing.
			a.say("truncate %v", err == nil)
		}
	case 10:
		if f != nil {
			raw, err := io.ReadAll(f)
			a.say("read %q %s", raw, code(err))
		}
	case 11:
		if f != nil {
			a.say("close %s", code(f.Close()))
		}
	case 12:
		if f != nil {
			// Of a file that is closed the system says EBADF.
			err := f.Lock()
			a.say("lock %v %v", err == nil, err == safefile.ErrLocked)
		}
	case 13:
		list, err := a.dir.ReadDir()
		a.say("list %d %s", len(list), code(err))
		for _, e := range list {
			a.say("%s %v", e.Name(), e.Type())
		}
	case 14:
		if f != nil {
			p := make([]byte, 100)
			n, err := f.ReadAt(p, int64(i*30))
			a.say("read at %q %s", p[:n], code(err))
		}
	}
}

// Programs see the same of a folder in memory as of one of the system.
func TestLikeTheSystem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path, err := os.MkdirTemp("", "crashfs")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(path)
		root, err := os.OpenRoot(path)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		real, ours := &actor{dir: safefile.In(root)}, &actor{dir: New(Links).Open()}
		defer func() {
			for _, f := range real.open {
				f.Close()
			}
		}()
		names := rapid.SampledFrom([]string{"a", "b", "c"})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			what, i := rapid.IntRange(0, 14).Draw(t, "what"), rapid.IntRange(0, 20).Draw(t, "i")
			name, other := names.Draw(t, "name"), names.Draw(t, "other")
			real.act(what, i, name, other)
			ours.act(what, i, name, other)
			if real.log.String() != ours.log.String() {
				t.Fatalf("the system says\n%s\nand we\n%s", real.log.String(), ours.log.String())
			}
		}
	})
}
