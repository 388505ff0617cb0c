package verbs

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
)

// Reports on tokens keep to the published schema, whatever the verdict, and say
// what the token says.
func TestTokenReport(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	const yubikeys = testdata + "yubikeys/"
	for _, c := range []struct {
		name   string
		args   []string
		code   int
		serial string
	}{
		{"holds", []string{yubikeys + "18158855/18158855_key_cert.2.pem", yubikeys + "18158855/18158855_device_cert.pem", "--chain", testdata + "sigstore"}, Yes, "18158855"},
		{"fips", []string{yubikeys + "10550341/10550341_key_cert.pem", yubikeys + "10550341/10550341_device_cert.pem"}, Yes, "10550341"},
		{"no chain", []string{yubikeys + "18158855/18158855_key_cert.2.pem"}, No, "18158855"},
		{"no serial number", []string{"--slot", "9a", yubikeys + "piv-go/4.3.7_key_cert.pem", yubikeys + "piv-go/4.3.7_device_cert.pem"}, No, ""},
		{"no attestation", []string{yubikeys + "18158855/18158855_device_cert.pem"}, No, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			program := &cobra.Command{Use: "test"}
			program.AddCommand(Token("test", func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }))
			var out, errs bytes.Buffer
			code := Main(t.Context(), program, append([]string{"token", "--json"}, c.args...), nil, &out, &errs)
			if code != c.code {
				t.Fatalf("exit code %d, want %d: %s", code, c.code, errs.String())
			}
			if out.Len() == 0 && errs.Len() > 0 {
				return // there was nothing to report on
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
			var rep struct {
				Verdict     string
				Attestation attestation
			}
			if err := json.Unmarshal(out.Bytes(), &rep); err != nil {
				t.Fatal(err)
			}
			a := rep.Attestation
			if a.Serial != c.serial || a.Proven != (rep.Verdict == "accepted") || a.FIPS != (c.name == "fips") || (a.Chain != nil) != (c.name == "holds") {
				t.Errorf("%s: %+v", rep.Verdict, a)
			}
		})
	}
}
