package canonical

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// FuzzAgainstJsontext: what is JSON to us is JSON to jsontext and the other way
// round, limits apart, and strings mean the same.
func FuzzAgainstJsontext(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-0.5e+3,true,null,"\ud83d\ude00\n"],"b":{}}`, `"\ud800"`, "\"\xff\"", `01`, `1.`, `[1,]`, `{,}`, `{"a":1,"a":2}`,
		`{"a":1,"\u0061":2}`, `"\u12"`, `nul`, "\"\ufffd\"", `-`, `{"a" 1}`, "\"\x01\"", `[]x`, `"\`, `"a\u`, `"\ud800\n"`,
		`"\ud800\ud800"`, `"\u+123"`, `"\ud800\u`, `[`, `{"a":`, `1e`, `-0`, ` [ 1 , 2 ] `, "\"\u2028\x7f\"", `"\x"`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > maxNumber {
			return
		}
		v, err := Parse(raw, Limits{Depth: 9000})
		if valid := jsontext.Value(raw).IsValid(); (err == nil) != valid {
			t.Fatalf("ours: %v; jsontext: %v", err, valid)
		}
		got, is := v.Text(String)
		if err != nil || !is {
			return
		}
		text := jsontext.Value(raw)
		if err := text.Compact(); err != nil {
			t.Fatal(err)
		}
		want, err := jsontext.AppendUnquote(nil, text)
		if err != nil || got != string(want) {
			t.Fatalf("ours: %q; jsontext: %q, %v", got, want, err)
		}
	})
}
