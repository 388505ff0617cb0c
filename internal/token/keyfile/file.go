package keyfile

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token"
)

// maxFile bounds a key file, and a public key's, in bytes. That of an Ed25519 key
// has some 650.
const maxFile = 16 << 10

// The types of PEM block that are read. New ones are written as the first.
const (
	sigstoreType = "ENCRYPTED SIGSTORE PRIVATE KEY"
	cosignType   = "ENCRYPTED COSIGN PRIVATE KEY"
	publicType   = "PUBLIC KEY"
)

// PublicName is the name of the public key's file beside a key file.
func PublicName(name string) string { return strings.TrimSuffix(name, ".key") + ".pub" }

// A content is what stands in the two files of a key.
type content struct {
	spki   []byte
	public ed25519.PublicKey
	sealed sealed
}

// read reads both files, and refuses whatever is odd about them before there is a
// password.
func read(dir safefile.Dir, name string) (content, error) {
	raw, err := readPrivately(dir, name)
	if err != nil {
		return content{}, err
	}
	var c content
	if c.sealed, err = parse(raw); err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	beside := PublicName(name)
	raw, err = safefile.Read(dir, beside, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("%w: the public key of %s belongs there, as a PEM file: its key is not to be known without", err, name)
	}
	if err != nil {
		return c, err
	}
	if c.spki, c.public, err = parsePublic(raw); err != nil {
		return c, fmt.Errorf("%s: %w", beside, err)
	}
	return c, nil
}

// readPrivately reads a file that nobody but its owner can read.
func readPrivately(dir safefile.Dir, name string) ([]byte, error) {
	f, err := safefile.Open(dir, name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if mode := info.Mode().Perm(); hasModes() && mode&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w: its mode is %04o; say chmod 600, and think about who has read it", name, errOpen, mode)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(raw) > maxFile {
		return nil, &safefile.TooLargeError{Name: name, Max: maxFile}
	}
	return raw, nil
}

var errOpen = errors.New("others than its owner may read or write this key file")

// hasModes: on Windows a file's mode says nothing of who may read it.
func hasModes() bool { return runtime.GOOS != "windows" }

// parse reads a key file.
func parse(raw []byte) (sealed, error) {
	block, err := onlyBlock(raw)
	if err != nil {
		return sealed{}, err
	}
	switch block.Type {
	case sigstoreType, cosignType:
		if len(block.Headers) > 0 {
			return sealed{}, errHeaders
		}
		return parseSealed(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return sealed{}, fmt.Errorf("encrypted in the way of PKCS #8; %s", wanted)
	case "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY":
		return sealed{}, fmt.Errorf("a private key that is not encrypted, or not by sigstore: whoever reads the file may have the key; %s", wanted)
	}
	return sealed{}, fmt.Errorf("a PEM block of type %q; %s", clip(block.Type), wanted)
}

var errHeaders = errors.New("the PEM block has headers, which sigstore never writes")

const wanted = "want a PEM block " + sigstoreType + ", as rootmoot keymgr new-key makes it"

// onlyBlock is the one PEM block of a file, with nothing beside it.
func onlyBlock(raw []byte) (*pem.Block, error) {
	block, rest := pem.Decode(raw)
	switch {
	case block == nil || !bytes.HasPrefix(raw, []byte("-----BEGIN ")):
		return nil, errors.New("no PEM file; " + wanted)
	case len(bytes.TrimSpace(rest)) > 0:
		return nil, errors.New("something follows the PEM block")
	}
	return block, nil
}

// parsePublic reads the public key's file.
func parsePublic(raw []byte) ([]byte, ed25519.PublicKey, error) {
	block, err := onlyBlock(raw)
	if err != nil {
		return nil, nil, err
	}
	if block.Type != publicType || len(block.Headers) > 0 {
		return nil, nil, fmt.Errorf("a PEM block of type %q, want %s without headers", clip(block.Type), publicType)
	}
	k, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("public key: %w", err)
	}
	public, is := k.(ed25519.PublicKey)
	if !is {
		return nil, nil, otherAlgorithm(k)
	}
	spki, err := token.SPKI(public)
	if err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(spki, block.Bytes) {
		return nil, nil, errors.New("public key: it is not written as DER has it")
	}
	return spki, public, nil
}

// otherAlgorithm refuses a key, public or private, that is not Ed25519's.
func otherAlgorithm(k any) error {
	name, _, _ := strings.Cut(strings.TrimPrefix(fmt.Sprintf("%T", k), "*"), ".") // of its package: ecdsa, rsa, ecdh
	return fmt.Errorf("a key of %s: key files are for Ed25519, the one algorithm of conda's key managers and package records", name)
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
