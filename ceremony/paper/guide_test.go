package paper_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/paper"
	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// TestGuideSaysTheSame plays a whole rehearsal, with a break and with a
// keyholder at another place, and holds the scripts of its plans to what was on
// the screen: the titles of the steps, and every line that is to be chosen.
func TestGuideSaysTheSame(t *testing.T) {
	r := &rehearse.Rehearsal{Dir: t.TempDir(), Format: plan.TUF, Now: time.Now, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := &screens{titles: make(map[string]string), offers: make(map[string]bool)}
	var trusted verify.Trusted
	var scripts []*paper.Document
	for i, name := range rehearse.Sittings() {
		cfg, err := r.Config(t.Context(), name, trusted)
		if err != nil {
			t.Fatal(err)
		}
		seen.play(t, cfg, r.Cast(name), i == 0)
		scripts = append(scripts, scriptOf(t, cfg.Plan, trusted))
		raw, err := os.ReadFile(filepath.Join(cfg.Dir, fmt.Sprintf("%d.root.json", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		if trusted, _ = verify.TrustFile(raw, verify.Options{At: time.Now(), Rehearsal: true}); trusted.IsZero() {
			t.Fatalf("%s made no root", name)
		}
	}
	for _, d := range scripts {
		seen.judge(t, d)
	}
	if len(seen.judged) < 25 {
		t.Errorf("only %d lines were looked for: %q", len(seen.judged), seen.judged)
	}
}

func scriptOf(t *testing.T, raw []byte, trusted verify.Trusted) *paper.Document {
	t.Helper()
	p, err := plan.Load(raw)
	if err != nil {
		t.Fatal(err)
	}
	d, err := paper.Script(p, paper.Options{Trusted: trusted.Root()})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// screens are what was seen of the guide.
type screens struct {
	titles map[string]string // by step
	offers map[string]bool
	texts  strings.Builder // of what happened between screens
	judged []string
}

// An onlooker answers as somebody else does, and remembers what was shown.
type onlooker struct {
	plain.Actor
	*screens
	before func(v sitting.View) (sitting.Act, bool)
}

// Answer is what the actor answers.
func (o onlooker) Answer(v sitting.View) (sitting.Act, bool) {
	for _, item := range v.Agenda {
		if o.titles[item.Step] == "" {
			o.titles[item.Step] = item.Title
		}
	}
	for _, offer := range v.Acts {
		o.offers[offer.Label] = true
	}
	if o.before != nil {
		if a, instead := o.before(v); instead {
			return a, true
		}
	}
	return o.Actor.Answer(v)
}

// play plays a sitting to its end. With all, there is a break first, and at the
// signatures one keyholder signs at a place of their own.
func (seen *screens) play(t *testing.T, cfg sitting.Config, cast people.Cast, all bool) {
	t.Helper()
	s := open(t, cfg)
	defer s.Close()
	o := onlooker{Actor: people.New(cast), screens: seen}
	if all {
		o.before = func(v sitting.View) (sitting.Act, bool) { return seen.detour(t, s, cfg, cast, v) }
	}
	seen.run(t, s, o)
}

func open(t *testing.T, cfg sitting.Config) *sitting.Sitting {
	t.Helper()
	bundle, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Bundle, cfg.Tool = bundle, "test"
	cfg.Machine = func() machine.Facts { return machine.Gather(time.Now) }
	s, err := sitting.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (seen *screens) run(t *testing.T, s *sitting.Sitting, o onlooker) {
	t.Helper()
	var out bytes.Buffer
	console := plain.NewPipe(strings.NewReader(""), &out)
	if err := plain.Run(t.Context(), s, console, plain.Player{Actor: o, Console: console}); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	seen.texts.Write(out.Bytes())
}

// detour is what does not happen in every sitting.
func (seen *screens) detour(t *testing.T, s *sitting.Sitting, cfg sitting.Config, cast people.Cast, v sitting.View) (sitting.Act, bool) {
	t.Helper()
	if pause, ok := v.Offer(sitting.ActPause, ""); ok && !seen.has("the words are those on paper") {
		a := pause.Act()
		a.Fields["why"] = "lunch"
		return a, true
	}
	if _, ok := v.Offer(sitting.ActToken, "boston"); ok && v.Turn.Participant == "" && v.Heading == "Signatures" && !seen.has("write the file") {
		r, err := s.Ask("boston")
		if err != nil {
			t.Fatal(err)
		}
		there := cfg
		there.Dir, there.Place, there.Plan, there.Request = t.TempDir(), "boston", nil, r.Encode()
		desk := open(t, there)
		defer desk.Close()
		seen.run(t, desk, onlooker{Actor: people.New(people.Cast{PINs: map[string]string{"boston": cast.PINs["boston"]}}), screens: seen})
		_, raw, ready := desk.Contribution()
		if !ready {
			t.Fatal("boston has nothing to send")
		}
		if _, err := s.Merge("a stick", raw); err != nil {
			t.Fatal(err)
		}
	}
	return sitting.Act{}, false
}

func (seen *screens) has(label string) bool {
	for l := range seen.offers {
		if strings.HasPrefix(l, label) {
			return true
		}
	}
	return false
}

// quoted is what a text of the script says that stands on the screen.
var quoted = regexp.MustCompile("\u201c([^\u201d]+)\u201d")

// judge holds a script to what was seen.
func (seen *screens) judge(t *testing.T, d *paper.Document) {
	t.Helper()
	for _, s := range d.Sections {
		if step, is := strings.CutPrefix(s.ID, "step-"); is && s.Title != seen.titles[step] {
			t.Errorf("step %s: %q on paper, %q on the screen", step, s.Title, seen.titles[step])
		}
		for _, b := range s.Blocks {
			for _, it := range b.Items {
				for _, c := range it.Choose {
					// Not everybody signed: the quorum was met before.
					c = strings.ReplaceAll(c, strings.TrimPrefix(s.ID, "sign-"), "NAME")
					seen.want(t, it.Number, c)
				}
				said := slices.Concat(it.Text, it.Ticks, it.Choices, []string{it.Say})
				for _, e := range it.Else {
					said = append(said, e.If, e.Then)
				}
				for _, m := range quoted.FindAllStringSubmatch(strings.Join(said, "\n"), -1) {
					seen.want(t, it.Number, m[1])
				}
			}
		}
	}
}

// want looks for a line that can be chosen and begins like this, with some name
// for NAME and after a name or none; or for a text that was shown.
func (seen *screens) want(t *testing.T, item, line string) {
	t.Helper()
	if !slices.Contains(seen.judged, line) {
		seen.judged = append(seen.judged, line)
	}
	pattern := regexp.MustCompile(`^([a-z-]+: )?` + strings.ReplaceAll(regexp.QuoteMeta(line), "NAME", "[a-z0-9-]+"))
	for label := range seen.offers {
		if pattern.MatchString(label) {
			return
		}
	}
	if strings.Contains(strings.Join(strings.Fields(seen.texts.String()), " "), line) {
		return
	}
	t.Errorf("item %s: nothing on the screen reads %q", item, line)
}
