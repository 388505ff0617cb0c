package pcsc

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// readerHolders names the programs on this machine that may hold a reader, such
// as "scdaemon (pid 123)": known ones, and those that have libpcsclite loaded,
// which is only seen of one's own programs. This one is not among them. It is a
// guess, for an error text, and knows nothing except on Linux.
func readerHolders() []string { return holders(os.DirFS("/proc"), os.Getpid()) }

// known are programs that keep readers to themselves, as /proc shortens their
// names (15 bytes).
func known() []string {
	return []string{"scdaemon", "gsd-smartcard", "pcsc_scan", "yubico-piv-tool", "ykman", "ykman-gui", "yubioath-deskto", "authenticator", "pkcs11-tool", "pkcs15-tool", "opensc-tool", "p11-kit-remote", "opencryptoki", "pkcsslotd"}
}

func holders(proc fs.FS, self int) []string {
	entries, err := fs.ReadDir(proc, ".")
	if err != nil {
		return nil // no /proc here
	}
	var pids []int
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && pid != self {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	var out []string
	for _, pid := range pids {
		if name := holder(proc, strconv.Itoa(pid)); name != "" {
			out = append(out, fmt.Sprintf("%s (pid %d)", name, pid))
		}
	}
	return out
}

// holder is the name of a process that may hold a reader, or "". A process may
// end while it is looked at.
func holder(proc fs.FS, pid string) string {
	comm, err := fs.ReadFile(proc, pid+"/comm")
	if err != nil {
		return ""
	}
	name := plain(strings.TrimSuffix(string(comm), "\n"))
	if slices.Contains(known(), name) {
		return name
	}
	maps, err := fs.ReadFile(proc, pid+"/maps")
	if err != nil || !bytes.Contains(maps, []byte("/libpcsclite.so")) {
		return ""
	}
	return name
}

// plain is a process's name without what could trick a terminal: a process
// can call itself anything.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, name)
}
