package bench

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A signing is a channel on disk, unsigned, and what signs it.
type signing struct {
	dir     *os.Root
	records int
	bytes   int64
	key     ed25519.PrivateKey
	permit  keymgr.Permit
}

const (
	unsigned = "repodata.json"
	signedTo = "signed.json"
)

func newSigning(records int) (*signing, error) {
	folder, err := os.MkdirTemp("", "rootmoot-bench-")
	if err != nil {
		return nil, err
	}
	s := &signing{records: records, key: keymgrtest.Key(4)}
	if s.dir, err = os.OpenRoot(folder); err != nil {
		return nil, err
	}
	if s.permit, err = permit(s.key); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	f, err := s.dir.Create(unsigned)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	err = repodatatest.Channel{Records: records, Seed: 1}.Write(f)
	if info, statErr := f.Stat(); statErr == nil {
		s.bytes = info.Size()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close takes the folder away.
func (s *signing) Close() error {
	return errors.Join(os.RemoveAll(s.dir.Name()), s.dir.Close())
}

// fatal lets what is for tests be used where there is none.
type fatal struct{ testing.TB }

func (fatal) Helper() {}

func (fatal) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// permit is that of a key which a chain of its own lists.
func permit(k ed25519.PrivateKey) (keymgr.Permit, error) {
	t, o := fatal{}, verify.Options{At: keymgrtest.At}
	newest, _ := verify.TrustFile(keymgrtest.Root(t, nil, keymgrtest.Keys(1), keymgrtest.Keys(3), false), o)
	manager := keymgrtest.Manager{Version: 1, Packages: []ed25519.PrivateKey{k}, Signers: keymgrtest.Keys(3)}
	a, rep := keymgr.NewAuthority(newest, manager.Bytes(t), o)
	if a == nil {
		return keymgr.Permit{}, fmt.Errorf("%v", rep.Failures())
	}
	public, err := root.NewEd25519(k.Public().(ed25519.PublicKey))
	if err != nil {
		return keymgr.Permit{}, err
	}
	return a.Permit(public, false)
}

// inMemory is a key of this process.
type inMemory struct{ ed25519.PrivateKey }

func (k inMemory) Public() [32]byte { return [32]byte(k.PrivateKey.Public().(ed25519.PublicKey)) }

func (k inMemory) Sign(message []byte) (sig [64]byte, err error) {
	copy(sig[:], ed25519.Sign(k.PrivateKey, message))
	return sig, nil
}

// sign signs the file into another one, as the program does: read, index,
// canonicalise, sign, write, sync, read back.
func (s *signing) sign(workers int, out string) func() error {
	return func() error {
		signer, err := keymgr.NewSigner(s.permit, keymgr.InMemory(inMemory{s.key}))
		if err != nil {
			return err
		}
		signer.Workers = workers
		if err := s.dir.Remove(out); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		dir := safefile.In(s.dir)
		rep, err := signer.File(context.Background(), keymgr.Files{In: keymgr.Place{Dir: dir, Name: unsigned}, Out: &keymgr.Place{Dir: dir, Name: out}})
		if err == nil && rep.Signed != s.records {
			err = fmt.Errorf("%d of %d records were signed", rep.Signed, s.records)
		}
		return err
	}
}

// inMemory does the same without the files: it indexes a text, and throws away what
// it writes. How long a medium takes to sync is not ours.
func (s *signing) inMemory(workers int) (func() error, error) {
	text, err := s.dir.ReadFile(unsigned)
	if err != nil {
		return nil, err
	}
	return func() error {
		signer, err := keymgr.NewSigner(s.permit, keymgr.InMemory(inMemory{s.key}))
		if err != nil {
			return err
		}
		signer.Workers = workers
		x, err := repodata.Parse(text)
		if err != nil {
			return err
		}
		count, err := signer.Sign(context.Background(), x, func() (io.Writer, error) { return io.Discard, nil })
		if err == nil && count.Signed != s.records {
			err = fmt.Errorf("%d of %d records were signed", count.Signed, s.records)
		}
		return err
	}, nil
}

// again signs what is signed already, which changes nothing.
func (s *signing) again() error {
	signer, err := keymgr.NewSigner(s.permit, keymgr.InMemory(inMemory{s.key}))
	if err != nil {
		return err
	}
	signer.Workers = 1
	rep, err := signer.File(context.Background(), keymgr.Files{In: keymgr.Place{Dir: safefile.In(s.dir), Name: signedTo}})
	if err == nil && rep.Kept != s.records {
		err = fmt.Errorf("%d of %d records were kept", rep.Kept, s.records)
	}
	return err
}

// messages are the canonical forms of all records: what has to be signed.
func (s *signing) messages() ([][]byte, error) {
	text, err := s.dir.ReadFile(unsigned)
	if err != nil {
		return nil, err
	}
	x, err := repodata.Parse(text)
	if err != nil {
		return nil, err
	}
	var canon repodata.Canon
	out := make([][]byte, x.Len())
	for i := range out {
		if out[i], err = canon.Append(nil, x.Record(i).Text); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// bareSign signs messages and does nothing else.
func bareSign(k ed25519.PrivateKey, messages [][]byte) func() error {
	return func() error {
		for _, m := range messages {
			if ed25519.Sign(k, m)[63]&0xe0 != 0 { // which no signature has
				return errors.New("not a signature")
			}
		}
		return nil
	}
}

// bareSignTwo does that on two cores.
func bareSignTwo(k ed25519.PrivateKey, messages [][]byte) func() error {
	half := len(messages) / 2
	return func() error {
		other := make(chan error, 1)
		go func() { other <- bareSign(k, messages[:half])() }()
		return errors.Join(bareSign(k, messages[half:])(), <-other)
	}
}

// signPackages compares signing channels with what the signatures cost alone.
func signPackages() ([]row, error) {
	var rows []row
	for _, n := range []int{10_000, 100_000} {
		more, err := signingOf(n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	last, err := signingMillion()
	return append(rows, last...), err
}

func signingOf(n int) ([]row, error) {
	s, err := newSigning(n)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	messages, err := s.messages()
	if err != nil {
		return nil, err
	}
	alone := bareSign(s.key, messages)
	single, err := s.inMemory(1)
	if err != nil {
		return nil, err
	}
	double, err := s.inMemory(2)
	if err != nil {
		return nil, err
	}
	var rows []row
	add := func(what string, c clock, least float64, ours, alone func() error) error {
		got, err := c.compare(max(1, 30_000/n), ours, alone)
		if err == nil {
			rows = append(rows, row{what: fmt.Sprintf("signing %d records%s", n, what), ours: got.ours.took(), theirs: got.theirs.took(), ratio: got.inverse(), least: least})
		}
		return err
	}
	err = add(", one core: ed25519.Sign's rate", worked, 0.85, single, alone)
	if err == nil && runtime.NumCPU() > 1 {
		err = errors.Join(
			add(", two cores: Sign's rate on one", elapsed, 1.7, double, alone),
			// Which is the same, but for others who use a core meanwhile.
			add(", two cores: Sign's rate on two", elapsed, 0.85, double, bareSignTwo(s.key, messages)),
		)
	}
	if err == nil && n == 100_000 {
		err = errors.Join(
			add(", file to file: Sign's rate", worked, 0, s.sign(1, signedTo), alone),
			add(" again, none has changed: Sign's rate", worked, 0, s.again, alone),
			add(", file to zstd: Sign's rate", worked, 0, s.sign(1, signedTo+".zst"), alone),
		)
	}
	return rows, err
}

// signingMillion is measured once: it shows that time grows with the records, and
// how much memory there is to be.
func signingMillion() ([]row, error) {
	const few, many = 100_000, 1_000_000
	var took [2]float64
	var grown float64
	for i, n := range []int{few, many} {
		s, err := newSigning(n)
		if err != nil {
			return nil, err
		}
		if n == many { // before this process is large: a child begins with what its parent had
			var size float64
			size, err = peak(s)
			grown = (size - float64(s.bytes)) / (1 << 20)
		}
		if err == nil {
			took[i], err = worked(s.sign(1, signedTo))
		}
		if err := errors.Join(err, s.Close()); err != nil {
			return nil, err
		}
	}
	ours, theirs := figureOf([]float64{took[1]}), figureOf([]float64{took[0] * many / few})
	return []row{
		{
			what: fmt.Sprintf("signing %d records, once: %d times %d", many, many/few, few),
			ours: ours.took(), theirs: theirs.took(), ratio: figureOf([]float64{ours.median / theirs.median}), most: 1.1,
		},
		{
			what: fmt.Sprintf("memory for %d records, above the text: 64 MiB", many),
			ours: fmt.Sprintf("%.0f MiB", grown), theirs: "64 MiB", ratio: figureOf([]float64{grown / 64}), most: 1,
		},
	}, nil
}

func TestSignPackagesIsTheSameWork(t *testing.T) {
	s, err := newSigning(400)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	messages, err := s.messages()
	if err != nil {
		t.Fatal(err)
	}
	memory, err := s.inMemory(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(memory(), s.sign(2, signedTo)(), s.again(), bareSign(s.key, messages)(), bareSignTwo(s.key, messages)()); err != nil {
		t.Fatal(err)
	}
	raw, err := s.dir.ReadFile(signedTo)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range messages {
		if sig := hex.AppendEncode(nil, ed25519.Sign(s.key, m)); !bytes.Contains(raw, sig) {
			t.Errorf("record %d has another signature", i)
		}
	}
	if err := s.sign(1, signedTo+".zst")(); err != nil {
		t.Error(err)
	}
}
