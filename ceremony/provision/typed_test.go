package provision_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// TestSerial: nothing is offered that writes before the number on the case was
// typed.
func TestSerial(t *testing.T) {
	st := newStage(t)
	st.open()
	before := st.file()
	for _, typed := range []string{"90000124", "9000012", "90000123 1", "the number", "9000O123"} {
		a := st.fill(provision.ActSerial)
		a.Fields["serial"] = typed
		if err := st.p.Check(a, "serial"); err == nil {
			t.Errorf("%q is taken for the number", typed)
		}
		st.refused(a, sitting.WrongToken, "was typed, and the token in the reader says that it is 90000123")
	}
	for _, o := range st.p.View().Acts {
		if o.ID != provision.ActSerial && o.ID != provision.ActLook {
			t.Errorf("%s is offered", o.ID)
		}
	}
	st.refused(sitting.Act{ID: provision.ActEmpty}, sitting.NotDone, "is not offered")
	a := st.fill(provision.ActSerial)
	a.Fields["serial"] = " 900 001 23 "
	if err := st.do(a); err != nil {
		t.Error(err)
	}
	if st.file() != before {
		t.Error("the card has changed")
	}
}

// TestPhrase: only the whole phrase, with this token's number, empties it.
func TestPhrase(t *testing.T) {
	st := newStage(t)
	st.open()
	st.must(provision.ActSerial)
	before := st.file()
	for _, typed := range []string{"", "y", "empty", "empty token", "empty token 90000124", "Empty token 90000123"} {
		a := st.fill(provision.ActEmpty)
		a.Fields["empty"] = typed
		st.refused(a, sitting.NotDone, "the phrase was not typed as it is")
	}
	a := st.fill(provision.ActEmpty)
	delete(a.Fields, "empty")
	st.refused(a, sitting.NotDone, "the phrase")
	if st.file() != before {
		t.Error("the card has changed")
	}
}

// TestWeakSecrets: what anybody would try first is refused when it is typed, and
// so is a second that is not the first.
func TestWeakSecrets(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk(provision.ActPIN)
	try := func(act, field, first, second, why string) {
		t.Helper()
		a := st.fill(act)
		a.Secrets[field] = sitting.NewSecret([]byte(first))
		if second == first {
			if err := st.p.Check(a, field); err == nil {
				t.Errorf("%q is taken", first)
			}
		}
		a.Secrets[field+"-again"] = sitting.NewSecret([]byte(second))
		before := st.file()
		var r *sitting.Refusal
		if err := st.do(a); !errors.As(err, &r) || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), first) && first != "" {
			t.Errorf("%q, %q: %v, want it refused because %s", first, second, err, why)
		}
		if st.file() != before {
			t.Errorf("%q: the card has changed", first)
		}
	}
	for secret, why := range map[string]string{
		"12345": "fewer than 6", "1234567890": "more than 8", "ab cdef": "a space", "123456": "the factory's", "777777": "two different",
		"234567": "counts", "271271": "repeats", "184481": "backwards", "qwerty": "keyboard", "000123": "serial number", "250784": "a date",
	} {
		try(provision.ActPIN, "new-pin", secret, secret, why)
		try(provision.ActPIN, "new-pin", secret, "k7#mQ2", why)
	}
	try(provision.ActPIN, "new-pin", "k7#mQ2", "k7#mQ3", "the second is not what the first was")
	try(provision.ActPIN, "new-pin", "k7#mQ2", "", "nothing was typed")
	try(provision.ActPIN, "new-pin", "", "", "nothing was typed")
	st.must(provision.ActPIN)
	for secret, why := range map[string]string{
		"12345678": "the factory's", "k7#mQ2": "fewer than 8", holderPIN + "xy": "the PIN is in it", "x" + holderPIN + "y": "the PIN is in it", "84512784": "",
	} {
		if why != "" {
			try(provision.ActPUK, "new-puk", secret, secret, why)
		}
	}
	try(provision.ActPUK, "new-puk", "84512784", "84512785", "the second is not what the first was")
	st.walk("")
}

// TestGroups: a sealed management key is set only when it is on paper, and is
// shown no more after that.
func TestGroups(t *testing.T) {
	st := newStage(t)
	groups := st.groups()
	first := fmt.Sprint(groups)
	for i, right := range groups { // each is asked for, and named if it differs
		wrong := slices.Clone(groups)
		wrong[i] = strings.Map(func(r rune) rune { return map[bool]rune{true: '1', false: '0'}[r == '0'] }, right)
		from := i / 4 * 4
		a := st.fill(provision.ActManagement)
		a.Fields[fmt.Sprintf("groups-%d", from+1)] = strings.Join(wrong[from:from+4], " ")
		st.refused(a, sitting.WrongWords, fmt.Sprintf("group %d was typed as another one", i+1))
	}
	for _, c := range []struct{ typed, why string }{
		{strings.Join(groups[4:7], " "), "group 8"},
		{strings.Join(groups[4:9], " "), "more was typed"},
		{strings.Join(groups[4:8], " ") + "é", "more was typed"},
		{"", "nothing was typed"},
	} {
		a := st.fill(provision.ActManagement)
		a.Fields["groups-5"] = c.typed
		var r *sitting.Refusal
		if err := st.p.Check(a, "groups-5"); !errors.As(err, &r) || !strings.Contains(r.What, c.why) {
			t.Errorf("%q: %v, want it refused because %s", c.typed, err, c.why)
		}
	}
	if st.info().DefaultManagement != token.Yes {
		t.Error("it was set")
	}
	st.must(provision.ActMakeManagement)
	if fmt.Sprint(st.p.View().Body[0].Words) == first {
		t.Error("another one is the same one")
	}
	a := st.fill(provision.ActManagement)
	a.Fields["groups-1"] = strings.ToUpper(a.Fields["groups-1"])
	a.Fields["groups-9"] = strings.ReplaceAll(a.Fields["groups-9"], " ", "")
	if err := st.do(a); err != nil {
		t.Fatal(err)
	}
	if shows(st.p.View(), strings.Fields(st.holder.Management())[0]) {
		t.Error("it is still shown")
	}
}
