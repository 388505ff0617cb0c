package verify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/pythontest"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// securesystemslib is what Python's TUF tools sign and verify with. The script
// reads documents and says of each the digest of the canonical signed part, and
// which signatures by keys of the root role are good.
const securesystemslib = `
import hashlib, json, sys
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import Signature, SSlibKey
out = []
for text in json.load(sys.stdin):
    doc = json.loads(text)
    signed = encode_canonical(doc["signed"]).encode()
    good = {}
    for keyid in doc["signed"]["roles"]["root"]["keyids"]:
        key = SSlibKey.from_dict(keyid, dict(doc["signed"]["keys"][keyid]))
        for sig in doc["signatures"]:
            if sig["keyid"] == keyid:
                try:
                    key.verify_signature(Signature.from_dict(dict(sig)), signed)
                    good[keyid] = True
                except Exception:
                    good[keyid] = False
    out.append({"Digest": hashlib.sha256(signed).hexdigest(), "Good": good})
json.dump(out, sys.stdout)
`

type pythonView struct {
	Digest string
	Good   map[string]bool
}

// Python's library finds the same canonical form and the same good signatures
// in production roots and in forged ones with every kind of key.
func TestSecuresystemslib(t *testing.T) {
	var files []string
	for v := 1; v <= 15; v++ {
		files = append(files, string(load(t, fmt.Sprintf("sigstore/%d.root.json", v))))
	}
	for _, d := range []*forge.Doc{
		forge.Root(root.TUF, 1, 2, alice.TUF(), bob.TUF(), forge.ECDSA(root.P256, "p"), forge.ECDSA(root.P384, "p"), forge.RSA(2048, "r", forge.PSS)),
		forge.Root(root.TUF, 1, 2, people(root.TUF)...),
	} {
		d.Signed["x-text"] = "\x01\x1f\x7f\"\\/<&>\u2028\ufffdé😀"
		d.Signed["x-é"], d.Signed["x-\U0001f600"], d.Signed["x-\ufffd"] = 1, 2, 3
		d.Signed["x-number"] = json.Number("-123456789012345678901234567890")
		files = append(files, string(d.Bytes()), string(tampered(d.Bytes())))
	}
	for i, theirs := range askPython(t, files) {
		if diff := cmp.Diff(ourView(t, files[i]), theirs); diff != "" {
			t.Errorf("document %d (-ours +securesystemslib):\n%s", i+1, diff)
		}
	}
}

// tampered is the file with another expiry than was signed.
func tampered(file []byte) []byte {
	return bytes.Replace(file, []byte("2027-01-01"), []byte("2037-01-01"), 1)
}

// ourView leaves out keys as hex points, which that library has forgotten, and
// says nothing of them being good.
func ourView(t *testing.T, file string) pythonView {
	t.Helper()
	r, err := root.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	v := pythonView{Digest: r.Digest.String(), Good: make(map[string]bool)}
	points := make(map[string]bool)
	for _, k := range r.Keys {
		points[k.ID] = k.Public.Algorithm() == root.P256 && !pemKey(k)
	}
	for _, k := range r.RootRole().Tally(r.Envelope).Keys {
		if k.Pointer != "" {
			v.Good[k.Key.ID] = k.Standing == root.GoodSig && !points[k.Key.ID]
		}
	}
	return v
}

func askPython(t *testing.T, files []string) []pythonView {
	t.Helper()
	in, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(pythontest.With(t, "cryptography, securesystemslib.signer"), "-c", securesystemslib)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3: %v", err)
	}
	var out []pythonView
	if err := json.Unmarshal(raw, &out); err != nil || len(out) != len(files) {
		t.Fatalf("python3 said of %d documents: %v, %s", len(files), err, raw)
	}
	return out
}
