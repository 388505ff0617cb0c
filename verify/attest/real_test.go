package attest_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

const yubikeys = "../../testdata/yubikeys/"

func yubico(t testing.TB) attest.Bundle {
	t.Helper()
	b, err := attest.YubicoBundle()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readDER is the one PEM block of a file.
func readDER(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(raw)
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		t.Fatalf("%s: not one PEM block", path)
	}
	return block.Bytes
}

// realToken are the certificates of a real token, by the folder and the
// beginning of its files' names.
func realToken(t testing.TB, prefix string) (leaf, device []byte) {
	t.Helper()
	return readDER(t, yubikeys+prefix+"_key_cert.pem"), readDER(t, yubikeys+prefix+"_device_cert.pem")
}

// models are what the eight real tokens attest of themselves.
func models() map[string]attest.Facts {
	return map[string]attest.Facts{
		"10550341": {Firmware: attest.Version{4, 4, 5}, FIPS: true},
		"13078778": {Firmware: attest.Version{5, 2, 6}, FormFactor: "usb-c keychain"},
		"13078782": {Firmware: attest.Version{5, 2, 6}, FormFactor: "usb-c keychain"},
		"14454335": {Firmware: attest.Version{5, 2, 7}, FormFactor: "usb-c keychain"},
		"14470876": {Firmware: attest.Version{5, 2, 7}, FormFactor: "usb-c keychain"},
		"15938765": {Firmware: attest.Version{5, 2, 7}, FormFactor: "usb-c keychain"},
		"15938791": {Firmware: attest.Version{5, 2, 7}, FormFactor: "usb-c keychain"},
		"18158855": {Firmware: attest.Version{5, 4, 3}, FormFactor: "usb-a keychain"},
	}
}

// Every attestation that the eight tokens ever gave of their signing slot holds
// under the maker's root, for the key that was published with it. All are of
// before the firmware that mended EUCLEAK.
func TestRealTokens(t *testing.T) {
	b := yubico(t)
	for serial, want := range models() {
		leaves, err := filepath.Glob(yubikeys + serial + "/*_key_cert*.pem")
		if err != nil || len(leaves) == 0 {
			t.Fatalf("%s: no attestations: %v", serial, err)
		}
		device := readDER(t, yubikeys+serial+"/"+serial+"_device_cert.pem")
		for _, path := range leaves {
			key := readDER(t, strings.Replace(path, "_key_cert", "_pubkey", 1))
			expect := attest.Expect{SPKI: key, Slot: "9c", Serial: serial, PIN: "always", Touch: "always"}
			facts, checks := attest.Check(readDER(t, path), [][]byte{device}, b, expect, at)
			if bad := failures(t, checks); bad != nil || !facts.Proven {
				t.Errorf("%s: fails %v", path, bad)
			}
			if got := resultOf(checks, attest.RuleAdvisory); got.Result != verify.Warn || !strings.Contains(got.Detail, "YSA-2024-03") {
				t.Errorf("%s: advisories: %+v", path, got)
			}
			got := attest.Facts{Firmware: facts.Firmware, FormFactor: facts.FormFactor, FIPS: facts.FIPS, CSPN: facts.CSPN}
			if d := cmp.Diff(want, got); d != "" || facts.Algorithm != "ecdsa-p256" || facts.Serial != serial {
				t.Errorf("%s: facts (-want +got):\n%s%+v", path, d, facts)
			}
			if root := facts.Path[len(facts.Path)-1]; root != "CN=Yubico PIV Root CA Serial 263751" {
				t.Errorf("%s: chains to %s", path, root)
			}
			expect.MinFirmware = attest.Version{5, 7, 0}
			if _, checks = attest.Check(readDER(t, path), [][]byte{device}, b, expect, at); !cmp.Equal(failures(t, checks), []string{attest.RuleFirmware}) {
				t.Errorf("%s: with firmware 5.7.0 wanted: %+v", path, checks)
			}
		}
	}
}

func resultOf(checks []verify.Check, rule string) verify.Check {
	for _, c := range checks {
		if c.Rule == rule {
			return c
		}
	}
	return verify.Check{}
}

// No token's attestation passes for another's: with another device's
// certificate, for another key, or under another serial number. Tokens of one
// batch share their attesting key, and with it the certificate.
func TestRealTokensSwapped(t *testing.T) {
	b := yubico(t)
	for serial := range models() {
		leaf, device := realToken(t, serial+"/"+serial)
		key := readDER(t, yubikeys+serial+"/"+serial+"_pubkey.pem")
		for other := range models() {
			if other == serial {
				continue
			}
			_, otherDevice := realToken(t, other+"/"+other)
			otherKey := readDER(t, yubikeys+other+"/"+other+"_pubkey.pem")
			for name, c := range map[string]struct {
				device []byte
				expect attest.Expect
				want   []string
			}{
				"device": {otherDevice, attest.Expect{SPKI: key, Slot: "9c", Serial: serial}, []string{attest.RuleChain}},
				"key":    {device, attest.Expect{SPKI: otherKey, Slot: "9c", Serial: serial}, []string{attest.RuleKey}},
				"serial": {device, attest.Expect{SPKI: key, Slot: "9c", Serial: other}, []string{attest.RuleSerial}},
			} {
				if name == "device" && bytes.Equal(device, otherDevice) {
					continue
				}
				facts, checks := attest.Check(leaf, [][]byte{c.device}, b, c.expect, at)
				if d := cmp.Diff(c.want, failures(t, checks)); d != "" || facts.Proven {
					t.Errorf("%s with the %s of %s (-want +got):\n%s", serial, name, other, d)
				}
			}
		}
	}
}

// Two more real tokens, of slot 9a: a newer one, and one of 2018 under the U2F
// root whose device certificate does not say that it is a CA, and which tells
// no serial number.
func TestRealTokensOfOldMake(t *testing.T) {
	b := yubico(t)
	for _, c := range []struct {
		firmware, root, chain string
		want                  []string
	}{
		{"5.4.3", "CN=Yubico PIV Root CA Serial 263751", "chains to", nil},
		{"4.3.7", "CN=Yubico U2F Root CA Serial 457200631", "without basicConstraints", []string{attest.RuleExtensions}},
	} {
		leaf, device := realToken(t, "piv-go/"+c.firmware)
		facts, checks := attest.Check(leaf, [][]byte{device}, b, attest.Expect{Slot: "9a"}, at)
		if d := cmp.Diff(c.want, failures(t, checks)); d != "" {
			t.Errorf("%s (-want +got):\n%s%+v", c.firmware, d, checks)
		}
		if facts.Path[len(facts.Path)-1] != c.root || facts.Firmware.String() != c.firmware {
			t.Errorf("%s: %+v", c.firmware, facts)
		}
		if got := resultOf(checks, attest.RuleChain); !strings.Contains(got.Detail, c.chain) {
			t.Errorf("%s: %s", c.firmware, got.Detail)
		}
		if _, checks = attest.Check(leaf, [][]byte{device}, b, attest.Expect{Slot: "9c"}, at); resultOf(checks, attest.RuleSlot).Result != verify.Fail {
			t.Errorf("%s: slot 9a passes for 9c", c.firmware)
		}
	}
}

// The bundle that is built in holds the maker's CAs for PIV and no others. What
// it is made of stands in its own text, name over fingerprint over certificate.
func TestYubicoBundle(t *testing.T) {
	b := yubico(t)
	if b.Name != "yubico 2026-07-22" || b.Rehearsal {
		t.Errorf("%+v", b)
	}
	raw, err := os.ReadFile("yubico.pem")
	if err != nil {
		t.Fatal(err)
	}
	for _, digest := range []string{sha256Hex(raw), sha256Hex(nil)} {
		if pinned, err := attest.ParsePinned("x", raw, digest); (err == nil) != (digest == sha256Hex(raw)) || (err == nil) != (pinned.Digest == b.Digest) {
			t.Errorf("pinned to %s: %v", digest, err)
		}
	}
	var got []string
	for {
		block, rest := pem.Decode(raw)
		if block == nil {
			break
		}
		lines := strings.Split(string(raw[:bytes.Index(raw, []byte("-----BEGIN"))]), "\n")
		raw = rest
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		name := lines[len(lines)-3]
		if name != c.Subject.CommonName || lines[len(lines)-2] != sha256Hex(block.Bytes) {
			t.Errorf("%q stands over the certificate of %s", lines, c.Subject)
		}
		got = append(got, name)
	}
	want := []string{
		"Yubico PIV Root CA Serial 263751", "Yubico U2F Root CA Serial 457200631", "Yubico Attestation Root 1",
		"Yubico Attestation Intermediate A 1", "Yubico Attestation Intermediate B 1",
		"Yubico PIV Attestation A 1", "Yubico PIV Attestation B 1", "Yubico PIV Attestation B2 1",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("certificates (-want +got):\n%s", d)
	}
}
