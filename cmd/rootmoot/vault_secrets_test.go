package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// records checks that the files are what their schema says.
func (v *vault) records(names ...string) {
	v.t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/token.schema.json")
	if err != nil {
		v.t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(v.path(name))
		if err != nil {
			v.t.Fatal(err)
		}
		record, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err == nil {
			err = schema.Validate(record)
		}
		if err != nil {
			v.t.Errorf("%s: %v\n%s", name, err, raw)
		}
	}
}

// retires destroys the key of a card, first without saying the right words.
func (v *vault) retires(name string) {
	v.t.Helper()
	c := v.cards[name]
	retire := []string{"token", "retire", fmt.Sprint(c.serial), "--record", name + "-retired.json"}
	v.begin(retire...)
	v.line("To do it, type", "retire token 1")
	v.want("the refusal", v.term.ended(1), "nothing was done")
	v.begin(retire...)
	v.line("To do it, type", fmt.Sprintf("retire token %d", c.serial))
	v.line(fmt.Sprintf("PIN of token %d (5 of 5 tries left", c.serial), "999999")
	v.want("the refusal", oneLine(strings.Split(v.term.ended(1), "\n")), "wrong pin: 4 tries left")
	v.begin(retire...)
	v.line("To do it, type", fmt.Sprintf("retire token %d", c.serial))
	v.line(fmt.Sprintf("PIN of token %d (4 of 5 tries left", c.serial), c.pin)
	v.want("what was seen", v.term.ended(0), "no key in the slot; nothing to attest; no certificate")
	v.want("the token", v.run(0, "token", "inspect", fmt.Sprint(c.serial), "--attestation-ca", "ca.pem"), "slot 9c    no key", "no certificate")
	v.run(1, "token", "attest", fmt.Sprint(c.serial), "--attestation-ca", "ca.pem")
}

// spy looks at what anybody on the machine can see of the program while it
// waits for a PIN: its arguments and its environment.
func (v *vault) spy() {
	v.t.Helper()
	pid := v.term.pid()
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil || !noCore.Match(limits) {
		v.t.Errorf("the program may leave a core dump: %v\n%s", err, limits)
	}
	for _, name := range []string{"cmdline", "environ"} {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
		if err != nil {
			if name == "environ" && os.IsPermission(err) {
				continue // the program shows it to nobody: it is not dumpable
			}
			v.t.Fatal(err)
		}
		if len(raw) == 0 {
			v.t.Errorf("%s of the program is empty", name)
		}
		v.holdsNone("the program's "+name, raw)
	}
}

var noCore = regexp.MustCompile(`(?m)^Max core file size +0 +0 `)

// keptSecrets looks for PINs, PUKs and management keys in all that was written
// and shown since the beginning.
func (v *vault) keptSecrets() {
	v.t.Helper()
	v.holdsNone("the output", v.said.Bytes())
	files := 0
	for _, dir := range []string{v.dir, v.term.folder} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			v.holdsNone(path, raw)
			files++
			return err
		})
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if files < 10 {
		v.t.Errorf("only %d files were looked at", files)
	}
	log, err := os.ReadFile(v.path("terminal.log"))
	if err != nil || !strings.Contains(string(log), "Read back") {
		v.t.Errorf("the log of the terminal is not one: %v", err)
	}
}

// holdsNone looks for every secret in every form that it might have.
func (v *vault) holdsNone(what string, text []byte) {
	v.t.Helper()
	for name, c := range v.cards {
		for kind, secret := range map[string][]byte{"PIN": []byte(c.pin), "PUK": []byte(c.puk), "management key": c.management} {
			if secret == nil {
				continue // it has none of its own yet
			}
			for form, is := range map[string]string{
				"itself": string(secret), "hex": hex.EncodeToString(secret), "HEX": strings.ToUpper(hex.EncodeToString(secret)),
				"base64": base64.RawStdEncoding.EncodeToString(secret), "bytes": strings.Trim(fmt.Sprint(secret), "[]"),
			} {
				if bytes.Contains(text, []byte(is)) {
					v.t.Errorf("%s holds the %s of %s (%s)", what, kind, name, form)
				}
			}
		}
	}
}

// learn looks up the management key that nobody was shown. It must not be asked
// for while the card waits for a touch.
func (v *vault) learn(c *card) {
	v.t.Helper()
	state, err := c.State()
	if err != nil {
		v.t.Fatal(err)
	}
	var s struct {
		Management struct {
			Value []byte `json:"value"`
		} `json:"management"`
	}
	if err := json.Unmarshal(state, &s); err != nil || len(s.Management.Value) < 16 {
		v.t.Fatalf("no management key in the state of the card: %v", err)
	}
	c.management = s.Management.Value
}
