package sitting_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// texts visits every string in a value.
func texts(v any, visit func(string)) { walkTexts(reflect.ValueOf(v), visit) }

func walkTexts(v reflect.Value, visit func(string)) {
	switch v.Kind() {
	case reflect.String:
		visit(v.String())
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walkTexts(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			walkTexts(v.Field(i), visit)
		}
	}
}

// nasty has what must never reach a terminal: a screen that is cleared, a text
// that runs backwards, a character of no width, a line of its own, no UTF-8.
const nasty = "ada\x1b[2J\u202egpj\u200b\u2028x\ry\nz\xff\u009b31m"

// TestNothingInvisible types nasty into every field of text, has it in the name
// of the place, and looks at every text of every view of a whole sitting.
func TestNothingInvisible(t *testing.T) {
	st := newStage(t)
	st.cfg.Place = strings.ToValidUTF8(nasty, "")
	seen := 0
	st.watch = func(v any) {
		switch v := v.(type) {
		case sitting.View, sitting.Progress:
			texts(v, func(s string) {
				seen += strings.Count(s, `\u{1b}`)
				for _, r := range s {
					if !unicode.IsPrint(r) {
						t.Fatalf("%q holds %U", s, r)
					}
				}
			})
		}
	}
	st.open()
	for _, id := range []string{sitting.ActSignIn, sitting.ActException} {
		for _, o := range st.view().Acts {
			if o.ID == id {
				st.nastily(o)
			}
		}
	}
	for _, o := range st.view().Acts {
		if o.ID == sitting.ActClose || o.ID == sitting.ActPause {
			st.nastily(o)
		}
	}
	st.must(sitting.ActResume, "")
	st.walk("signatures")
	st.must(sitting.ActToken, "amsterdam")
	o, _ := st.view().Offer(sitting.ActRefuse, "amsterdam")
	st.nastily(o)
	st.walk("seal")
	st.must(sitting.ActToken, "boston")
	o, _ = st.view().Offer(sitting.ActDisagree, "boston")
	st.nastily(o)
	st.walk("")
	if seen < 5 {
		t.Errorf("the nasty text was shown %d times only", seen)
	}
	st.cfg.Plan = nil
	st.open() // what was no UTF-8 is what the journal holds of it
	if v := st.view(); !v.Done || len(v.Notices) > 0 {
		t.Errorf("opened again: done %v, notices %q", v.Done, v.Notices)
	}
}

func (st *stage) nastily(o sitting.Offer) {
	st.t.Helper()
	a := st.fill(o.ID, o.Target)
	for _, f := range o.Fields {
		witness := f.Name == "person" && o.Target == "internal-audit" // is somebody else
		if f.Kind == sitting.FieldText && !witness {
			a.Fields[f.Name] = nasty
		}
	}
	if err := st.do(a); err != nil {
		st.t.Fatalf("%s: %v", o.ID, err)
	}
}

// TestNoSecrets walks through both sittings, with every PIN also mistyped, and a
// PIN blocked and unblocked with a PUK that was mistyped too, and looks for
// all of them in what is shown, said and written.
func TestNoSecrets(t *testing.T) {
	st := newStage(t)
	const puk = "pukZW#9x"
	var secrets []string
	serial := uint32(90000001)
	for _, name := range []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka", "edinburgh"} {
		pin := "pin#" + name[:2] + "Z" // nothing like hex: found only if it leaks
		st.replaceToken(name, serial, pin, puk, nil)
		secrets = append(secrets, pin)
		serial++
	}
	const fresh = "fresh#Z4"
	secrets = append(secrets, puk, "wrongZ#1", "wrongZ#2", fresh)
	looked := 0
	look := func(where, s string) {
		looked++
		for _, secret := range secrets {
			if strings.Contains(s, secret) || strings.Contains(s, hexOf(secret)) {
				t.Fatalf("%s holds the secret %q: %.200q", where, secret, s)
			}
		}
	}
	st.watch = func(v any) {
		if err, ok := v.(error); ok {
			look("an error", err.Error())
		}
		look("what is shown", printed(v))
	}
	first := st.genesis()
	st.stand(rehearse.Rotate, first)
	st.open()
	st.walk("signatures")
	for _, name := range []string{"amsterdam", "boston", "dakar"} {
		st.must(sitting.ActToken, name)
		a := st.fill(sitting.ActSign, name)
		a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("wrongZ#1"))
		st.refused(a, "wrong pin: 2 tries left")
		st.must(sitting.ActSign, name)
	}
	st.blocked("chennai", sitting.ActSign)
	if err := st.do(st.unblocking("chennai", "wrongZ#2", fresh, fresh)); err == nil || !strings.Contains(err.Error(), "wrong puk: 2 tries left") {
		t.Fatalf("a wrong PUK: %v", err)
	}
	st.refused(st.unblocking("chennai", puk, fresh, "wrongZ#1"), "the second is not what the first was")
	if err := st.do(st.unblocking("chennai", puk, fresh, fresh)); err != nil {
		t.Fatal(err)
	}
	st.cast.PINs["chennai"] = fresh
	st.must(sitting.ActSign, "chennai")
	st.walk("")
	if looked < 200 {
		t.Errorf("looked at %d texts only", looked)
	}
	for _, dir := range []string{rehearse.Genesis, rehearse.Rotate} {
		files := st.files(st.r.SittingDir(dir))
		if len(files) < 5 {
			t.Errorf("%s holds %d files only", dir, len(files))
		}
		for name, data := range files {
			look(name, data)
		}
	}
}
