package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Flags of a network interface (netdevice(7)) and of a route (route(8)).
const (
	interfaceUp       = 0x1
	interfaceLoopback = 0x8
	routeUp           = 0x1
)

// radioDrivers are the parts of the kernel that every wireless or Bluetooth
// device needs.
var radioDrivers = [...]string{"bluetooth", "cfg80211", "mac80211"}

// radioClasses are the folders in which such devices appear.
var radioClasses = [...]string{"bluetooth", "ieee80211"}

func (s system) kernel() (string, error) {
	raw, err := fs.ReadFile(s.files, "proc/sys/kernel/osrelease")
	return strings.TrimSpace(string(raw)), err
}

// interfaces reads the flags of each network interface.
func (s system) interfaces() ([]string, error) {
	const class = "sys/class/net"
	entries, err := fs.ReadDir(s.files, class)
	if err != nil {
		return nil, err
	}
	var up []string
	for _, e := range entries {
		raw, err := fs.ReadFile(s.files, class+"/"+e.Name()+"/flags")
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
			continue // not an interface, such as bonding_masters
		}
		if err != nil {
			return nil, err
		}
		flags, err := strconv.ParseUint(strings.TrimSpace(string(raw)), 0, 32)
		if err != nil {
			return nil, fmt.Errorf("flags of %s: %w", e.Name(), err)
		}
		if flags&interfaceUp != 0 && flags&interfaceLoopback == 0 {
			up = append(up, e.Name())
		}
	}
	return up, nil
}

// routes finds default routes of both versions of IP: destinations of which no
// bit is fixed. The kernel's own entry on loopback refuses what has no route.
func (s system) routes() ([]string, error) {
	var found []string
	add := func(device string) {
		if device != "lo" && !slices.Contains(found, device) {
			found = append(found, device)
		}
	}
	v4, err := s.table("proc/net/route", 8)
	if err != nil {
		return nil, err
	}
	for i, f := range v4 {
		// Iface Destination Gateway Flags RefCnt Use Metric Mask, after a title
		if i > 0 && strings.Trim(f[1]+f[7], "0") == "" && hasFlag(f[3], routeUp) {
			add(f[0])
		}
	}
	v6, err := s.table("proc/net/ipv6_route", 10)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // IPv6 can be switched off
		return nil, err
	}
	for _, f := range v6 {
		// destination, length, source, length, next hop, metric, counters, flags, device
		if strings.Trim(f[0]+f[1], "0") == "" && hasFlag(f[8], routeUp) {
			add(f[9])
		}
	}
	return found, nil
}

func hasFlag(hex string, flag uint64) bool {
	flags, err := strconv.ParseUint(hex, 16, 32)
	return err != nil || flags&flag != 0 // what cannot be read is not taken for good
}

// table reads lines of fields separated by space, at least min of them.
func (s system) table(name string, min int) ([][]string, error) {
	raw, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for line := range strings.Lines(string(raw)) {
		fields := strings.Fields(line)
		if len(fields) < min {
			return nil, fmt.Errorf("%s: %d columns in a line, want %d", name, len(fields), min)
		}
		rows = append(rows, fields)
	}
	return rows, nil
}

// radio looks for devices, and for drivers, which are loaded for a device that
// is switched off, too.
func (s system) radio() ([]string, error) {
	if _, err := fs.Stat(s.files, "sys/module"); err != nil {
		return nil, err // without it, finding nothing would mean nothing
	}
	var found []string
	for _, driver := range radioDrivers {
		switch _, err := fs.Stat(s.files, "sys/module/"+driver); {
		case err == nil:
			found = append(found, "driver "+driver)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	for _, class := range radioClasses {
		devices, err := fs.ReadDir(s.files, "sys/class/"+class)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, d := range devices {
			found = append(found, "device "+d.Name())
		}
	}
	return found, nil
}

func (s system) swap() ([]string, error) {
	rows, err := s.table("proc/swaps", 1)
	if err != nil {
		return nil, err
	}
	var areas []string
	for i, f := range rows {
		if i > 0 { // a title
			areas = append(areas, f[0])
		}
	}
	return areas, nil
}
