package crashfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

// Each fault, as a program sees it, and what is done of the operation.
func TestFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault func(n int) func(Op) *Fault
		want  string // what each operation says
	}{
		{"full", func(n int) func(Op) *Fault { return Full(n, false) }, "write: 0 ENOSPC, sync ok, stat ok, rename ok, create ENOSPC, look ok, sync folder ok"},
		{"short", func(n int) func(Op) *Fault { return Full(n, true) }, "write: 5 ENOSPC, sync ok, stat ok, rename ok, create ENOSPC, look ok, sync folder ok"},
		{"read-only", ReadOnly, "write: 0 EROFS, sync EROFS, stat ok, rename EROFS, create EROFS, look ok, sync folder EROFS"},
		{"gone", Gone, "write: 10 ok, sync ok, stat ok, rename ENOENT, create ENOENT, look ENOENT, sync folder ok"},
		{"pulled", Pulled, "write: 0 EIO, sync EIO, stat EIO, rename EIO, create EIO, look EIO, sync folder EIO"},
		{"once", func(n int) func(Op) *Fault { return Once(n, syscall.EIO) }, "write: 0 EIO, sync ok, stat ok, rename ok, create ok, look ok, sync folder ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := New(Links)
			m.Put("f", nil)
			m.Put("g", nil)
			dir := m.Open()
			f, err := dir.OpenFile("f", os.O_RDWR, 0)
			must(t, err)
			m.Fail(tt.fault(m.Ops() + 1))
			n, err := f.Write(make([]byte, 10))
			got := fmt.Sprintf("write: %d %s", n, code(err))
			if len(m.Get("f")) != n {
				t.Errorf("said %d bytes, did %d", n, len(m.Get("f")))
			}
			say := func(what string, err error) { got += ", " + what + " " + code(err) }
			say("sync", f.Sync())
			_, err = f.Stat()
			say("stat", err)
			say("rename", dir.Rename("f", "h"))
			_, err = dir.OpenFile("new", os.O_WRONLY|os.O_CREATE, 0o600)
			say("create", err)
			_, err = dir.Lstat("g")
			say("look", err)
			say("sync folder", dir.Sync())
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// code is an error's number in letters.
func code(err error) string {
	for name, e := range map[string]error{
		"ENOSPC": syscall.ENOSPC, "EROFS": syscall.EROFS, "ENOENT": fs.ErrNotExist, "EEXIST": fs.ErrExist,
		"EIO": syscall.EIO, "EBADF": syscall.EBADF, "unsupported": errors.ErrUnsupported, "closed": fs.ErrClosed,
	} {
		if errors.Is(err, e) {
			return name
		}
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}
