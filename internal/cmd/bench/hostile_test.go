package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// hostile is a successor of sigstore's newest root with n keys, each in twenty
// roles and in the root role, and with n signatures of which none is one. It
// makes a verifier do all there is to do, and say something about each key. The
// keys are P-256: an Ed25519 signature is over the document itself, so that
// many of them on a large document cost what nobody can save.
func hostile(n int) ([]byte, error) {
	keys, ids, sigs := make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		k, err := p256(i)
		if err != nil {
			return nil, err
		}
		id := fmt.Sprintf("k%03d", i)
		ids[i] = `"` + id + `"`
		keys[i] = fmt.Sprintf(`"%s":{"keytype":"ecdsa","scheme":"ecdsa-sha2-nistp256","keyval":{"public":%q}}`, id, k.PEM())
		sigs[i] = fmt.Sprintf(`{"keyid":"%s","sig":"%s"}`, id, "3006020101020101") // r and s are 1
	}
	list := fmt.Sprintf(`:{"threshold":1,"keyids":[%s]}`, strings.Join(ids, ","))
	roles := []string{`"root"` + list, `"timestamp"` + list, `"snapshot"` + list, `"targets"` + list}
	for i := range 17 {
		roles = append(roles, fmt.Sprintf(`"r%d"`, i)+list)
	}
	return fmt.Appendf(nil, `{"signed":{"_type":"root","spec_version":"1.0.34","version":16,"expires":"2027-01-01T00:00:00Z",`+
		`"consistent_snapshot":true,"keys":{%s},"roles":{%s}},"signatures":[%s]}`,
		strings.Join(keys, ","), strings.Join(roles, ","), strings.Join(sigs, ",")), nil
}

func p256(n int) (root.PublicKey, error) {
	number := make([]byte, 32)
	binary.BigEndian.PutUint64(number, uint64(n)+1)
	k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), number)
	if err != nil {
		return root.PublicKey{}, err
	}
	point, err := k.PublicKey.Bytes()
	if err != nil {
		return root.PublicKey{}, err
	}
	return root.NewECDSA(root.P256, point)
}

// refusing judges a document that must be refused, and not for its size.
func refusing(raw []byte) (func() error, error) {
	if len(raw) > verify.MaxRoot {
		return nil, fmt.Errorf("%d bytes are too many to be looked at", len(raw))
	}
	newest, err := read("sigstore", 15, 15)
	if err != nil {
		return nil, err
	}
	t, _ := verify.TrustFile(newest[0], sigstoreTime())
	return func() error {
		_, rep := verify.Next(t, raw, sigstoreTime())
		if rep.Verdict() != verify.Refused || len(rep.Checks) < 100 {
			return errors.New("the hostile root is not refused for all that is wrong with it")
		}
		return nil
	}, nil
}

// hostiles compares a document with one of a quarter of it, done four times.
func hostiles() ([]row, error) {
	const few, many = 200, 800
	var work []func() error
	for _, n := range []int{many, few} {
		raw, err := hostile(n)
		if err != nil {
			return nil, err
		}
		f, err := refusing(raw)
		if err != nil {
			return nil, err
		}
		work = append(work, f)
	}
	c, err := clock(worked).compare(9, work[0], times(many/few, work[1]))
	if err != nil {
		return nil, err
	}
	return []row{{
		what: fmt.Sprintf("a hostile root, %d keys: %d with %d", many, many/few, few),
		ours: c.ours.took(), theirs: c.theirs.took(), ratio: c.ratio, most: 1.5,
	}}, nil
}

func TestHostileIsTheWork(t *testing.T) {
	raw, err := hostile(60)
	if err != nil {
		t.Fatal(err)
	}
	f, err := refusing(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := f(); err != nil {
		t.Error(err)
	}
}
