package rehearse_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

func TestWholeRehearsal(t *testing.T) {
	for _, format := range []plan.Format{plan.TUF, plan.Conda} {
		t.Run(string(format), func(t *testing.T) {
			r := &rehearse.Rehearsal{Dir: t.TempDir(), Format: format, Now: time.Now, Rand: rand.Reader}
			ctx := context.Background()
			if err := r.Prepare(ctx); err != nil {
				t.Fatal(err)
			}
			var trusted verify.Trusted
			o := verify.Options{At: time.Now(), Rehearsal: true}
			for i, name := range rehearse.Sittings() {
				text := play(t, r, name, trusted)
				if i == 1 {
					text = strings.Join(strings.Fields(text), " ") // lines are broken anywhere
					for _, want := range []string{"wrong pin: 2 tries left", "refused chennai", "leaves", "joins", "open exception"} {
						if !strings.Contains(text, want) {
							t.Errorf("the rotation does not show %q", want)
						}
					}
				}
				raw, err := os.ReadFile(filepath.Join(r.SittingDir(name), []string{"1.root.json", "2.root.json"}[i]))
				if err != nil {
					t.Fatal(err)
				}
				var report verify.Report
				if i == 0 {
					trusted, report = verify.TrustFile(raw, o)
				} else {
					trusted, report = verify.Candidate(trusted, raw, o)
				}
				if report.Verdict() != verify.Accepted {
					t.Fatalf("%s: %+v", name, report.Failures())
				}
			}
		})
	}
}

func play(t *testing.T, r *rehearse.Rehearsal, name string, trusted verify.Trusted) string {
	t.Helper()
	cfg, err := r.Config(context.Background(), name, trusted)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Bundle, err = attest.RehearsalBundle(); err != nil {
		t.Fatal(err)
	}
	cfg.Machine = func() machine.Facts { return machine.Gather(time.Now) }
	cfg.Tool = "test"
	s, err := sitting.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var out bytes.Buffer
	console := plain.NewPipe(strings.NewReader(""), &out)
	err = plain.Run(context.Background(), s, console, plain.Player{Actor: people.New(r.Cast(name)), Console: console})
	if testing.Verbose() || err != nil {
		t.Log(out.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}
