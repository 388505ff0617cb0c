package sitting_test

import (
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

// TestSealAndExceptions: nothing is sealed or ended with an exception open,
// also one recorded when the token is on the table or the seal made.
func TestSealAndExceptions(t *testing.T) {
	st := newStage(t)
	st.open()
	st.must(sitting.ActException, "")
	st.walk("signatures")
	st.closeAll()
	st.walk("seal")
	st.must(sitting.ActToken, "boston")
	st.must(sitting.ActException, "")
	for _, id := range []string{sitting.ActAgree, sitting.ActDisagree} {
		if _, ok := st.view().Offer(id, "boston"); ok {
			t.Errorf("%s is offered with an exception open", id)
		}
	}
	st.closeAll()

	wrong := st.fill(sitting.ActAgree, "boston")
	wrong.Secrets[sitting.PINField] = sitting.NewSecret([]byte("000000"))
	if err := st.do(wrong); err == nil {
		t.Fatal("sealed with a wrong PIN")
	}
	if _, ok := st.view().Offer(sitting.ActContinue, ""); ok {
		t.Error("the sitting goes on without a seal")
	}
	st.must(sitting.ActPutAway, "")
	if !shows(st.view(), "boston agrees; no seal covers it now") {
		t.Error("a word without a seal is not told apart")
	}
	st.must(sitting.ActToken, "boston")
	st.must(sitting.ActAgree, "boston")
	if n := strings.Count(st.journal(), `"kind":"word"`); n != 1 {
		t.Errorf("one word stands %d times in the journal", n)
	}
	st.must(sitting.ActException, "")
	if _, ok := st.view().Offer(sitting.ActContinue, ""); ok {
		t.Error("the sitting goes on with an exception open")
	}
	st.closeAll()
	if _, ok := st.view().Offer(sitting.ActContinue, ""); ok {
		t.Error("the sitting goes on with an exception that no seal covers")
	}
	st.walk("")
	if !shows(st.view(), "exceptions") {
		t.Error("the end does not count the exceptions")
	}
}

func (st *stage) closeAll() {
	st.t.Helper()
	for _, o := range st.view().Acts {
		if o.ID == sitting.ActClose {
			st.must(o.ID, o.Target)
		}
	}
	if len(st.view().Notices) > 0 {
		st.t.Fatalf("still: %q", st.view().Notices)
	}
}

// TestDisagree: whoever does not agree says so under their seal, and the record
// keeps it.
func TestDisagree(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("seal")
	st.must(sitting.ActToken, "dakar")
	a := st.fill(sitting.ActDisagree, "dakar")
	a.Fields["text"] = "the clock was never compared"
	if err := st.do(a); err != nil {
		t.Fatal(err)
	}
	const want = "dakar does not agree: the clock was never compared"
	if !shows(st.view(), want) {
		t.Error("the disagreement is not shown")
	}
	st.open()
	if !shows(st.view(), want) {
		t.Error("the disagreement was lost")
	}
	if _, again := st.view().Offer(sitting.ActToken, "dakar"); again {
		t.Error("dakar may seal twice")
	}
	st.walk("")
}

// TestTypeBack: the 24 words of another place's screen, and the witness's three
// of the 32.
func TestTypeBack(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("freeze")
	good := st.fill(sitting.ActTypeBack, "")
	right := strings.Fields(good.Fields["bip39"])
	if len(right) != 24 {
		t.Fatalf("%d words are shown", len(right))
	}
	other := good.Digest
	other[0] ^= 1
	for _, c := range []struct{ name, typed, want string }{
		{"another digest", strings.Join(words.EncodeBIP39(other), " "), "these are the words of " + root.Digest(other).String()},
		{"a word mistyped", "qwerty " + strings.Join(right[1:], " "), "qwerty"},
		{"a word missing", strings.Join(right[1:], " "), "23 typed where 24 are needed"},
		{"two exchanged", strings.Join(append([]string{right[1], right[0]}, right[2:]...), " "), "words"},
		{"the PGP words", strings.Repeat("aardvark absurd ", 12), "word 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.t = t
			a := st.fill(sitting.ActTypeBack, "")
			if c.name == "two exchanged" && right[0] == right[1] {
				return
			}
			a.Fields["bip39"] = c.typed
			st.refused(a, c.want)
		})
	}
	st.t = t
	o, _ := st.view().Offer(sitting.ActTypeBack, "")
	if got := o.Fields[1].Prompt; !strings.HasPrefix(got, "internal-audit (witness) types words ") || !strings.HasSuffix(got, " of the 32") {
		t.Errorf("asked: %q", got)
	}
	for _, typed := range []string{"", "aardvark aardvark aardvark", strings.Join(right[:3], " ")} {
		a := st.fill(sitting.ActTypeBack, "")
		a.Fields["witness"] = typed
		st.refused(a, "the witness's words are not those on the screen")
	}
	good = st.fill(sitting.ActTypeBack, "")
	good.Fields["bip39"] = "  " + strings.ToUpper(strings.Join(right, "  ")) + " "
	if err := st.do(good); err != nil {
		t.Error(err)
	}
	if step := now(st.view()); step != "candidate" {
		t.Errorf("at %s", step)
	}
	if got := st.confirmed()["freeze"]; got != "internal-audit" {
		t.Errorf("witnessed by %q", got)
	}
}
