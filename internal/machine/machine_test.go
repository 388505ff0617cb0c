package machine

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

const (
	routeTitle = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
	swapTitle  = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
)

// quiet is a machine as it should be; more is added to it or replaces parts.
func quiet(more map[string]string) system {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"proc/sys/kernel/osrelease":      "6.12.48\n",
		"proc/sys/kernel/core_pattern":   "core\n",
		"proc/net/route":                 routeTitle + "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
		"proc/swaps":                     swapTitle,
		"sys/module/ext4/x":              "",
		"sys/class/net/lo/flags":         "0x9\n",
		"sys/class/net/eth0/flags":       "0x1002\n",
		"sys/class/net/bonding_masters":  "\n",
		"sys/class/net/no_interface/foo": "\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range more {
		if text == "" {
			delete(files, name)
			continue
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return system{
		os:    "linux",
		files: files,
		host:  func() (string, error) { return "airgap", nil },
		core:  func() (Core, error) { return Core{}, nil },
		exe:   func() (fs.File, error) { return fstest.MapFS{"p": {Data: []byte("program")}}.Open("p") },
	}
}

// severities gathers and judges, and returns what is not OK, without the clock
// and the program, which have tests of their own.
func severities(s system) map[string]string {
	got := map[string]string{}
	for _, f := range Findings(s.gather(func() time.Time { return noon })) {
		if f.Severity != OK && f.ID != RoomClock && f.ID != RoomBinary {
			got[f.ID] = string(f.Severity) + ": " + f.Text
		}
	}
	return got
}

func TestFindings(t *testing.T) {
	const missing = "unknown: could not be found out: open "
	tests := []struct {
		name string
		more map[string]string
		want map[string]string
	}{
		{"as it should be", nil, map[string]string{}},
		{"interface up", map[string]string{"sys/class/net/eth0/flags": "0x1003\n"}, map[string]string{
			RoomNetwork: "warning: network interfaces are up: eth0; unplug them or switch them off",
		}},
		{"interface unreadable", map[string]string{"sys/class/net/eth0/flags": "up\n"}, map[string]string{
			RoomNetwork: `unknown: could not be found out: flags of eth0: strconv.ParseUint: parsing "up": invalid syntax`,
		}},
		{"default route", map[string]string{"proc/net/route": routeTitle + "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"}, map[string]string{
			RoomRoute: "warning: a default route leads out through eth0; disconnect from the network",
		}},
		{"half of all addresses is not the default route", map[string]string{"proc/net/route": routeTitle + "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"}, map[string]string{}},
		{"route that is down", map[string]string{"proc/net/route": routeTitle + "eth0\t00000000\t010200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"}, map[string]string{}},
		{"IPv6 default route", map[string]string{"proc/net/ipv6_route": strings.Repeat("0", 32) + " 00 " + strings.Repeat("0", 32) + " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 wlan0\n" +
			strings.Repeat("0", 32) + " 00 " + strings.Repeat("0", 32) + " 00 " + strings.Repeat("0", 32) + " ffffffff 00000001 00000000 00200200       lo\n"}, map[string]string{
			RoomRoute: "warning: a default route leads out through wlan0; disconnect from the network",
		}},
		{"strange route table", map[string]string{"proc/net/route": "?\n"}, map[string]string{
			RoomRoute: "unknown: could not be found out: proc/net/route: 1 columns in a line, want 8",
		}},
		{"wireless driver", map[string]string{"sys/module/cfg80211/x": "x"}, map[string]string{
			RoomRadio: "warning: wireless or Bluetooth is present: driver cfg80211; take the card out, or unload the driver",
		}},
		{"Bluetooth device", map[string]string{"sys/class/bluetooth/hci0/x": "x"}, map[string]string{
			RoomRadio: "warning: wireless or Bluetooth is present: device hci0; take the card out, or unload the driver",
		}},
		{"swap", map[string]string{"proc/swaps": swapTitle + "/dev/sda2   partition 1 0 -2\n/dev/zram0 partition 1 0 -2\n"}, map[string]string{
			RoomSwap: "warning: swap space is in use: /dev/sda2, /dev/zram0; a PIN could be written to it: run `swapoff -a`",
		}},
		{"nothing readable", map[string]string{"proc/swaps": "", "proc/net/route": "", "sys/module/ext4/x": "", "proc/sys/kernel/core_pattern": ""}, map[string]string{
			RoomSwap:  missing + "proc/swaps: file does not exist",
			RoomRoute: missing + "proc/net/route: file does not exist",
			RoomRadio: missing + "sys/module: file does not exist",
			RoomCore:  missing + "proc/sys/kernel/core_pattern: file does not exist",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, severities(quiet(tt.more))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// On another system nothing is taken for good that was not looked at.
func TestOtherSystem(t *testing.T) {
	s := quiet(nil)
	s.os, s.core = "plan9", func() (Core, error) { return Core{}, errors.New(notHere) }
	const want = "unknown: could not be found out: not known on this system"
	got := severities(s)
	for _, id := range []string{RoomNetwork, RoomRoute, RoomRadio, RoomSwap, RoomCore} {
		if got[id] != want {
			t.Errorf("%s: %q, want %q", id, got[id], want)
		}
	}
}

func TestFacts(t *testing.T) {
	s := quiet(map[string]string{"sys/class/net/eth0/flags": "0x1003\n"})
	s.host = func() (string, error) { return "", errors.New("no name") }
	got := s.gather(func() time.Time { return noon.In(time.FixedZone("", 3600)) })
	got.Binary = Known[Binary]{} // has a test of its own
	want := Facts{
		Clock: noon, OS: "linux", Arch: runtime.GOARCH,
		Kernel:     Known[string]{Value: "6.12.48"},
		Host:       Known[string]{Problem: "no name"},
		Interfaces: Known[[]string]{Value: []string{"eth0"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCore(t *testing.T) {
	tests := []struct {
		name string
		core Known[Core]
		want Severity
	}{
		{"undumpable", Known[Core]{Value: Core{Limit: 1, Piped: true}}, OK},
		{"limited", Known[Core]{Value: Core{Dumpable: true}}, OK},
		{"limited, but piped", Known[Core]{Value: Core{Dumpable: true, Piped: true}}, Warning},
		{"to disk", Known[Core]{Value: Core{Dumpable: true, Limit: 1}}, Warning},
		{"not known", Known[Core]{Problem: "?"}, Unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := coreDumps(tt.core); got.Severity != tt.want || got.ID != "ROOM-CORE" {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestClock(t *testing.T) {
	tests := []struct {
		name    string
		local   time.Time
		outside time.Time
		want    Finding
	}{
		{"equal", noon, noon, Finding{RoomClock, OK, "the clock (2026-12-01 12:00:00 UTC) is 0s ahead of the outside clock (2026-12-01 12:00:00 UTC)"}},
		{"just within", noon.Add(time.Minute), noon, Finding{RoomClock, OK, "the clock (2026-12-01 12:01:00 UTC) is 1m0s ahead of the outside clock (2026-12-01 12:00:00 UTC)"}},
		{"behind", noon, noon.Add(time.Minute + time.Second), Finding{
			RoomClock, Warning,
			"the clock (2026-12-01 12:00:00 UTC) is 1m1s behind the outside clock (2026-12-01 12:01:01 UTC), more than 1m0s; set it",
		}},
		{"centuries", time.Unix(0, 0), time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC), Finding{
			RoomClock, Warning,
			"the clock (1970-01-01 00:00:00 UTC) is 2562047h47m16s behind the outside clock (2500-01-01 00:00:00 UTC), more than 1m0s; set it",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, CompareClock(tt.local, tt.outside, time.Minute)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := clock(time.Unix(0, 0)); got.Severity != Warning {
		t.Errorf("1970: %+v", got)
	}
	if got := clock(noon); got.Severity != Note || !strings.Contains(got.Text, "2026-12-01 12:00:00 UTC") {
		t.Errorf("a possible time: %+v", got)
	}
}

func TestBinary(t *testing.T) {
	got, err := quiet(nil).binary()
	if err != nil || got.SHA256 != sha256.Sum256([]byte("program")) || got.Go != runtime.Version() {
		t.Errorf("got %+v, %v", got, err)
	}
	// The real one: the file of this test.
	raw, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	facts := Gather(func() time.Time { return noon })
	if facts.Binary.Problem != "" || facts.Binary.Value.SHA256 != sha256.Sum256(raw) {
		t.Errorf("this test has the SHA-256 %x, got %+v", sha256.Sum256(raw), facts.Binary)
	}
	facts.Binary.Value.Modified = true
	if got := program(facts.Binary); got.Severity != Warning {
		t.Errorf("changed source: %+v", got)
	}
}

const envCore = "MACHINE_TEST_CORE"

// Switching dumps off cannot be undone, so a process of its own does it.
func TestDisableCoreDumps(t *testing.T) {
	if os.Getenv(envCore) != "" {
		if err := DisableCoreDumps(); err != nil {
			t.Fatal(err)
		}
		facts := Gather(func() time.Time { return noon })
		if got := coreDumps(facts.Core); got.Severity != OK || facts.Core.Value.Limit != 0 || facts.Core.Value.Dumpable {
			t.Errorf("dumps are still on: %+v", facts.Core)
		}
		if facts.Binary.Problem != "" {
			t.Errorf("the program can no longer be read: %s", facts.Binary.Problem)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestDisableCoreDumps$", "-test.v")
	cmd.Env = append(os.Environ(), envCore+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS")) {
		t.Errorf("%v\n%s", err, out)
	}
}
