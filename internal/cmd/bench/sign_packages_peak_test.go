package bench

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/sigstore/sigstore/pkg/cryptoutils"

	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
)

// peak is the most memory, in bytes, that the program itself has while it signs a
// channel with a key file.
func peak(s *signing) (float64, error) {
	folder := s.dir.Name()
	program := filepath.Join(folder, "rootmoot")
	if said, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "../../../cmd/rootmoot").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, said)
	}
	const password = "quartz lantern 7 orbit"
	t := fatal{}
	key, err := cryptoutils.MarshalPrivateKeyToEncryptedDER(s.key, cryptoutils.StaticPasswordFunc([]byte(password)))
	if err != nil {
		return 0, err
	}
	public := keymgrtest.Public(t, s.key)
	first := keymgrtest.Root(t, nil, keymgrtest.Keys(1), keymgrtest.Keys(3), false)
	for name, raw := range map[string][]byte{
		"packages.key": cryptoutils.PEMEncode(cryptoutils.EncryptedSigstorePrivateKeyPEMType, key),
		"packages.pub": []byte(public.PEM()),
		"1.root.json":  first,
		"key_mgr.json": keymgrtest.Manager{Version: 1, Raw: [][]byte{public.Raw()}, Signers: keymgrtest.Keys(3)}.Bytes(t),
	} {
		if err := s.dir.WriteFile(name, raw, 0o600); err != nil {
			return 0, err
		}
	}
	cmd := exec.Command(program, "keymgr", "sign-packages", filepath.Join(folder, unsigned), "--out", filepath.Join(folder, "peak.json"),
		"--trust", filepath.Join(folder, "1.root.json"), "--metadata", folder, "--at", keymgrtest.At.Format(time.RFC3339),
		"--key-file", filepath.Join(folder, "packages.key"), "--password-stdin")
	cmd.Stdin = bytes.NewReader([]byte(password))
	said, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(said, fmt.Appendf(nil, "signed     %d\n", s.records)) {
		return 0, fmt.Errorf("%v: %w\n%s", cmd, err, said)
	}
	return largest(cmd.ProcessState)
}
