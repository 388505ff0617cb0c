package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/openpgp"
	"github.com/rootmoot/rootmoot/root"
)

// isKeys recognises what gpg --export wrote, also armoured, which is then refused
// with what to do about it.
func isKeys(raw []byte) bool {
	return openpgp.IsExport(raw) || bytes.HasPrefix(raw, []byte("-----BEGIN PGP PUBLIC KEY"))
}

// wayOut is what to do about what gpg wrote; "" for any other error.
func wayOut(err error) string {
	var fault *openpgp.Fault
	if errors.As(err, &fault) {
		return fault.Do
	}
	return ""
}

// keyRows shows of each key what a plan has: the fingerprint as the token's serial
// number, and the key in hex.
func keyRows(raw []byte) ([][2]string, error) {
	keys, err := openpgp.ParseKeys(raw)
	if err != nil {
		return nil, err
	}
	var rows [][2]string
	for _, k := range keys {
		what := "primary key"
		if k.Subkey {
			what = "subkey"
		}
		rows = append(rows, [2]string{what, k.Fingerprint}, [2]string{"  algorithm", k.Algorithm})
		if !k.Made.IsZero() {
			rows = append(rows, [2]string{"  made", root.FormatTime(k.Made)})
		}
		if k.Ed25519 != nil {
			rows = append(rows, [2]string{"  hex", hex.EncodeToString(k.Ed25519)})
		}
	}
	return append(rows, [2]string{"note", fmt.Sprintf("%d keys; none was judged: gpg --list-keys tells which are revoked or expired", len(keys))}), nil
}
