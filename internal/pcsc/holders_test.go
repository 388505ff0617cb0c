package pcsc

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestHolders(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	const maps = "7f12 r-xp 00000000 08:01 1 /usr/lib/x86_64-linux-gnu/libpcsclite.so.1.0.0\n"
	proc := fstest.MapFS{
		"version":     file("Linux"),
		"1/comm":      file("systemd\n"), // whose maps are not for us
		"123/comm":    file("scdaemon\n"),
		"45/comm":     file("browser\x1b[2J\n"),
		"45/maps":     file(maps),
		"46/comm":     file("shell\n"),
		"46/maps":     file("7f12 r-xp 00000000 08:01 1 /usr/lib/libc.so.6\n"),
		"47/comm":     file("rootmoot\n"), // this one
		"47/maps":     file(maps),
		"48/maps":     file(maps), // ended meanwhile
		"self/comm":   file("scdaemon\n"),
		"999/comm":    file("gsd-smartcard\n"),
		"1000/status": file("Name: x\n"),
	}
	want := []string{"browser?[2J (pid 45)", "scdaemon (pid 123)", "gsd-smartcard (pid 999)"}
	if got := holders(proc, 47); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := holders(fstest.MapFS{}, 1); got != nil {
		t.Errorf("without processes: %q", got)
	}
}
