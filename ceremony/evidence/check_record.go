package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
)

// manifest compares what the manifest says with what the record comes to.
func (a *audit) manifest() {
	want := describe(a.r.State, a.r.Gathered)
	want.Files = a.found.Manifest.Files // compared already
	if got, right, differs := firstOther(a.files[ManifestFile], want.Encode()); differs {
		a.fail(ruleManifest, ManifestFile, "says %q, and the record comes to %q", got, right)
		return
	}
	a.pass(ruleManifest, ManifestFile, "says what the record comes to: attempt %v, outcome %s", want.Attempt, want.Outcome)
}

// firstOther are the first lines in which two texts differ.
func firstOther(a, b []byte) (inA, inB string, differ bool) {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range max(len(x), len(y)) {
		p, q := x[min(i, len(x)-1)], y[min(i, len(y)-1)]
		if p != q || i >= min(len(x), len(y)) {
			return strings.TrimSpace(p), strings.TrimSpace(q), true
		}
	}
	return "", "", false
}

// frozen compares the frozen plan and the candidate with those computed here.
func (a *audit) frozen() {
	st := a.r.State
	frozen, candidate := []byte(nil), []byte(nil)
	if st.Frozen != nil {
		frozen = st.Frozen.Raw()
	}
	if st.Candidate != nil {
		candidate = st.Candidate.Body().Signed()
	}
	for _, f := range []struct {
		rule, name, what string
		want             []byte
	}{{rulePlan, FrozenFile, "the frozen plan", frozen}, {ruleCandidate, CandidateFile, "the candidate", candidate}} {
		got, there := a.files[f.name]
		switch {
		case !there && f.want == nil:
			why := "not every key is enrolled"
			if st.Blocked != nil {
				why = st.Blocked.Error()
			}
			a.pass(f.rule, f.name, "the sitting did not come to it: %s", why)
		case !there:
			a.fail(f.rule, f.name, "is not there, and %s follows from the record", f.what)
		case !bytes.Equal(got, f.want):
			a.fail(f.rule, f.name, "is not what the trusted root, the plan and the enrolled keys come to")
		default:
			a.pass(f.rule, f.name, "computed anew, it is the same to the byte")
		}
	}
}

// arrived compares the files from elsewhere with what the journal recorded of
// them, and the records in them with their statements.
func (a *audit) arrived() {
	good, recorded := true, kept(a.r.Gathered.Facts)
	is := make(map[string]bool)
	for _, want := range recorded {
		is[want.Name] = true
		switch data, there := a.files[want.Name]; {
		case !there:
			good = a.fail(ruleArrived, want.Name, "is recorded and is not there: put it back from a copy and hand over once more")
		case entries(Files{want.Name: data})[0] != want:
			good = a.fail(ruleArrived, want.Name, "is not the file that was recorded, of %d bytes and SHA-256 %v", want.Size, want.SHA256)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.files)) {
		if _, came := arrivedDigest(name); came && !is[name] {
			good = a.fail(ruleArrived, name, "is there, and no entry of the journal records it")
		}
	}
	if good {
		a.pass(ruleArrived, JournalFile, "%d files came from elsewhere, each as it was recorded", len(recorded))
	}
	good = true
	for _, d := range sorted(a.arrivals) {
		if err := a.fits(a.arrivals[d]); err != nil {
			good = a.fail(ruleRecord, a.arrivals[d].FileName(), "entry %d took it: %v", a.arrivals[d].entry, err)
		}
	}
	if good {
		a.pass(ruleRecord, JournalFile, "%d records of other places, each of this attempt and plan, and up to the head that was signed", len(a.arrivals))
	}
}

// fits checks a record of another place.
func (a *audit) fits(v *arrival) error {
	if v.err != nil {
		return v.err
	}
	if v.record == nil {
		return nil
	}
	o, begun := v.record.Opening()
	switch {
	case !begun:
		return errors.New("it begins no attempt")
	case o.Plan != a.r.Plan.Digest():
		return &ceremony.MismatchError{What: "plan", Want: a.r.Plan.Digest(), Got: o.Plan}
	case o.Attempt != a.r.State.Attempt:
		return &ceremony.MismatchError{What: "attempt", Want: a.r.State.Attempt, Got: o.Attempt}
	}
	if n := a.r.State.Covered(*v.record); v.Form == ceremony.ArrivedJournal && v.Covered > n {
		return fmt.Errorf("%d of its entries are taken for signed, and signatures cover %d", v.Covered, n)
	}
	if d := v.delivery; d != nil && d.Stated != nil && v.record.Head() != d.Stated.Journal {
		return &ceremony.MismatchError{What: "head of its record", Want: d.Stated.Journal, Got: v.record.Head()}
	}
	return nil
}
