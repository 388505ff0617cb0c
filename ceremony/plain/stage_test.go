package plain_test

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// noon is when these sittings are held.
func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// folder prepares a rehearsal in dir.
func folder(t *testing.T, dir string) *rehearse.Rehearsal {
	t.Helper()
	r := &rehearse.Rehearsal{Dir: dir, Format: plan.TUF, Now: noon, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// open opens a sitting of it, on a machine of which little is known.
func open(t *testing.T, r *rehearse.Rehearsal, name string, trusted verify.Trusted) *sitting.Sitting {
	t.Helper()
	s, err := sitting.Open(config(t, r, name, trusted))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func config(t *testing.T, r *rehearse.Rehearsal, name string, trusted verify.Trusted) sitting.Config {
	t.Helper()
	cfg, err := r.Config(t.Context(), name, trusted)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Bundle, err = attest.RehearsalBundle(); err != nil {
		t.Fatal(err)
	}
	cfg.Machine = func() machine.Facts {
		return machine.Facts{
			OS: "linux", Arch: "amd64", Clock: noon(), Kernel: machine.Known[string]{Value: "6.1.0"},
			Interfaces: machine.Known[[]string]{Value: []string{"eth0", "wlan0"}},
			Binary:     machine.Known[machine.Binary]{Value: machine.Binary{SHA256: [32]byte{0xab, 0xcd}, Version: "v1.0.0", Go: "go1.26"}},
			Swap:       machine.Known[[]string]{Problem: "no permission"},
		}
	}
	return cfg
}
