package machine

import (
	"fmt"
	"strings"
	"time"
)

// Severity says what a finding asks of the people in the room.
type Severity string

// The severities of a finding.
const (
	OK      Severity = "ok"      // as it should be, as far as software can see
	Note    Severity = "note"    // people have to compare it with something
	Warning Severity = "warning" // not as it should be in a ceremony
	Unknown Severity = "unknown" // could not be found out, which is not good
)

// Finding is what a fact means for a ceremony.
type Finding struct {
	ID       string // ROOM-CLOCK and so on; stable
	Severity Severity
	Text     string // for people; says what to do, if anything
}

// The ids of findings.
const (
	RoomClock   = "ROOM-CLOCK"
	RoomNetwork = "ROOM-NETWORK"
	RoomRoute   = "ROOM-ROUTE"
	RoomRadio   = "ROOM-RADIO"
	RoomSwap    = "ROOM-SWAP"
	RoomCore    = "ROOM-CORE"
	RoomBinary  = "ROOM-BINARY"
)

// timeFormat is for people who compare clocks.
const timeFormat = "2006-01-02 15:04:05 UTC"

// neverSet is a time that no right clock shows any more: this package is
// younger. Machines without a battery begin in 1970, or when they were made.
var neverSet = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Findings judges facts, one finding an id, always all of them and in the same
// order. The clock is only looked at; [CompareClock] judges it.
func Findings(f Facts) []Finding {
	return []Finding{
		clock(f.Clock),
		none(RoomNetwork, f.Interfaces, "no network interface is up",
			"network interfaces are up: %s; unplug them or switch them off"),
		none(RoomRoute, f.Routes, "no default route",
			"a default route leads out through %s; disconnect from the network"),
		none(RoomRadio, f.Radio, "no wireless or Bluetooth device or driver",
			"wireless or Bluetooth is present: %s; take the card out, or unload the driver"),
		none(RoomSwap, f.Swap, "no swap space in use",
			"swap space is in use: %s; a PIN could be written to it: run `swapoff -a`"),
		coreDumps(f.Core),
		program(f.Binary),
	}
}

func clock(now time.Time) Finding {
	shown := now.UTC().Format(timeFormat)
	if now.Before(neverSet) {
		return Finding{RoomClock, Warning, "the clock shows " + shown + " and was never set; set it"}
	}
	return Finding{RoomClock, Note, "the clock shows " + shown + "; compare it with a clock that all can see"}
}

// CompareClock judges the machine's clock by another that the people trust, read
// at the same moment.
func CompareClock(local, outside time.Time, tolerance time.Duration) Finding {
	difference := local.Sub(outside)
	word := "ahead of"
	if difference < 0 {
		word = "behind"
	}
	text := fmt.Sprintf("the clock (%s) is %s %s the outside clock (%s)", local.UTC().Format(timeFormat),
		difference.Abs().Truncate(time.Second), word, outside.UTC().Format(timeFormat))
	if difference.Abs() > tolerance {
		return Finding{RoomClock, Warning, fmt.Sprintf("%s, more than %s; set it", text, tolerance)}
	}
	return Finding{RoomClock, OK, text}
}

// none wants a list to be empty.
func none(id string, list Known[[]string], good, bad string) Finding {
	switch {
	case list.Problem != "":
		return unknown(id, list.Problem)
	case len(list.Value) > 0:
		return Finding{id, Warning, fmt.Sprintf(bad, strings.Join(list.Value, ", "))}
	}
	return Finding{id, OK, good}
}

func unknown(id, problem string) Finding {
	return Finding{id, Unknown, "could not be found out: " + problem}
}

func coreDumps(core Known[Core]) Finding {
	switch c := core.Value; {
	case core.Problem != "":
		return unknown(RoomCore, core.Problem)
	case !c.Dumpable:
		return Finding{RoomCore, OK, "crash dumps of this program are off"}
	case c.Limit == 0 && !c.Piped:
		return Finding{RoomCore, OK, "crash dumps of this program are limited to nothing"}
	case c.Piped:
		return Finding{RoomCore, Warning, "a crash dump of this program would go to another program, with what is in memory"}
	default:
		return Finding{RoomCore, Warning, "a crash dump of this program would be written to disk, with what is in memory; run `ulimit -c 0` first"}
	}
}

func program(binary Known[Binary]) Finding {
	if binary.Problem != "" {
		return unknown(RoomBinary, binary.Problem)
	}
	b := binary.Value
	text := fmt.Sprintf("this program is version %s, SHA-256 %x; check it with another tool", b.Version, b.SHA256)
	if b.Modified {
		return Finding{RoomBinary, Warning, text + "; it was built from changed source"}
	}
	return Finding{RoomBinary, Note, text}
}
