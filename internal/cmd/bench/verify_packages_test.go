package bench

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// packer is a key that the key manager in testdata/channel lists.
func packer() ed25519.PrivateKey { return keymgrtest.Key(8) }

// A packed is a channel, and what its signatures alone are over.
type packed struct {
	folder      string
	plain, zstd *os.File
	size        int64 // of the text
	manager     *root.KeyManager
	messages    [][]byte
	signatures  [][64]byte
}

// pack generates a channel of so many records into a folder.
func pack(folder string, records int) (*packed, error) {
	p := &packed{folder: folder}
	raw, err := os.ReadFile(data("channel/metadata/key_mgr.json"))
	if err != nil {
		return nil, err
	}
	if p.manager, err = root.ParseKeyManager(raw); err != nil {
		return nil, err
	}
	if p.plain, err = os.Create(filepath.Join(folder, "repodata.json")); err != nil {
		return nil, err
	}
	if err := (repodatatest.Channel{Records: records, Seed: 1, Keys: []ed25519.PrivateKey{packer()}}).Write(p.plain); err != nil {
		return nil, err
	}
	return p, p.compress()
}

func (p *packed) compress() error {
	info, err := p.plain.Stat()
	if err != nil {
		return err
	}
	p.size = info.Size()
	if p.zstd, err = os.Create(filepath.Join(p.folder, "packed.json.zst")); err != nil {
		return err
	}
	w, err := repodata.Compress(p.zstd)
	if err != nil {
		return err
	}
	if _, err := p.plain.Seek(0, 0); err != nil {
		return err
	}
	if _, err := p.plain.WriteTo(w); err != nil {
		return err
	}
	return w.Close()
}

// prepare has canonical bytes and signatures at hand.
func (p *packed) prepare() error {
	x, err := p.read(repodata.Plain)
	if err != nil {
		return err
	}
	var canon repodata.Canon
	for i := range x.Len() {
		r := x.Record(i)
		message, err := canon.Append(nil, r.Text)
		if err != nil {
			return err
		}
		p.messages = append(p.messages, message)
		for s := range r.Signatures() {
			sig, _ := s.Raw()
			p.signatures = append(p.signatures, sig)
		}
	}
	return nil
}

func (p *packed) close() {
	p.plain.Close()
	p.zstd.Close()
	os.RemoveAll(p.folder)
}

func (p *packed) read(form repodata.Form) (*repodata.Index, error) {
	f := p.plain
	if form == repodata.Zstd {
		f = p.zstd
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text, err := repodata.Read(f, info.Size(), form, 0)
	if err != nil {
		return nil, err
	}
	return repodata.Parse(text)
}

// verify does all that there is to do, from the file on.
func (p *packed) verify(form repodata.Form, workers int) func() error {
	return func() error {
		x, err := p.read(form)
		if err != nil {
			return err
		}
		trusted := 0
		err = channel.NewJudge(p.manager, "linux-64", channel.Options{}).Each(context.Background(), x, workers, func(r channel.Result) error {
			if r.Verdict() == channel.Trusted {
				trusted++
			}
			return nil
		})
		if err == nil && trusted != x.Len() {
			err = fmt.Errorf("%d of %d are trusted", trusted, x.Len())
		}
		return err
	}
}

// bare verifies the signatures alone.
func (p *packed) bare() error {
	key := packer().Public().(ed25519.PublicKey)
	for i, sig := range p.signatures {
		if !ed25519.Verify(key, p.messages[i], sig[:]) {
			return fmt.Errorf("signature %d does not verify", i)
		}
	}
	return nil
}

// packages compares channels with their signatures alone.
func packages() (out []row, err error) {
	for _, n := range []int{10_000, 100_000} {
		rows, err := channelOf(n)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func channelOf(n int) ([]row, error) {
	folder, err := os.MkdirTemp("", "rootmoot-bench-")
	if err != nil {
		return nil, err
	}
	p, err := pack(folder, n)
	if err != nil {
		return nil, err
	}
	defer p.close()
	if err := p.prepare(); err != nil {
		return nil, err
	}
	var out []row
	for form, name := range []string{repodata.Plain: ".json", repodata.Zstd: ".json.zst"} {
		alone, err := clock(worked).compare(1, p.verify(repodata.Form(form), 1), p.bare)
		if err != nil {
			return nil, err
		}
		out = append(out, row{
			what: fmt.Sprintf("%d packages, %s: rate of their signatures alone", n, name),
			ours: alone.ours.took(), theirs: alone.theirs.took(), ratio: alone.inverse(), least: 0.85,
		})
	}
	if runtime.NumCPU() < 2 {
		return out, nil
	}
	two, err := clock(elapsed).compare(1, p.verify(repodata.Plain, 2), p.verify(repodata.Plain, 1))
	if err != nil {
		return nil, err
	}
	return append(out, row{
		what: fmt.Sprintf("%d packages on two cores: on one", n),
		ours: two.ours.took(), theirs: two.theirs.took(), ratio: two.inverse(), least: 1.7,
	}), nil
}

// million runs the program over a million packages: its memory, and that ten times
// as many cost ten times as much.
func million() ([]row, error) {
	tools, err := os.MkdirTemp("", "rootmoot-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tools)
	if err := built(tools); err != nil {
		return nil, err
	}
	var cost []float64
	var out []row
	for _, n := range []int{100_000, 1_000_000} {
		rows, seconds, err := asProcess(tools, n)
		if err != nil {
			return nil, err
		}
		out, cost = rows, append(cost, seconds)
	}
	return append(out, row{
		what: "1000000 packages, as a process: 10 times 100000", ours: figureOf(cost[1:]).took(), theirs: figureOf([]float64{10 * cost[0]}).took(),
		ratio: figureOf([]float64{cost[1] / cost[0] / 10}), most: 1.1,
	}), nil
}

// asProcess runs rootmoot-verify packages: rows about its memory, and the
// processor's time for .json.
func asProcess(tools string, n int) (out []row, seconds float64, err error) {
	folder, err := os.MkdirTemp("", "rootmoot-bench-")
	if err != nil {
		return nil, 0, err
	}
	p, err := pack(folder, n)
	if err != nil {
		return nil, 0, err
	}
	defer p.close()
	for _, f := range []*os.File{p.zstd, p.plain} {
		cmd := exec.Command(filepath.Join(tools, "rootmoot-verify"), "packages", "--at", "2026-12-01T00:00:00Z",
			"--trust", data("channel/metadata/1.root.json"), "--metadata", data("channel/metadata"), f.Name())
		if said, err := cmd.CombinedOutput(); err != nil {
			return nil, 0, fmt.Errorf("%v: %w\n%s", cmd, err, said)
		}
		rss, err := largest(cmd.ProcessState)
		if err != nil {
			return nil, 0, err
		}
		seconds = cmd.ProcessState.UserTime().Seconds() + cmd.ProcessState.SystemTime().Seconds()
		most := float64(p.size) + 64<<20
		out = append(out, row{
			what: fmt.Sprintf("memory for %d packages, %s: text and 64 MiB", n, filepath.Base(f.Name())),
			ours: mebibytes(rss), theirs: mebibytes(most), ratio: figureOf([]float64{rss / most}), most: 1,
		})
	}
	return out, seconds, nil
}

func mebibytes(n float64) string { return fmt.Sprintf("%.0f MiB", n/(1<<20)) }

func TestPackagesAreTheSameWork(t *testing.T) {
	p, err := pack(t.TempDir(), 200)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	if len(p.signatures) != 200 || len(p.messages) != 200 {
		t.Errorf("%d signatures of %d records", len(p.signatures), len(p.messages))
	}
	for name, work := range map[string]func() error{"plain": p.verify(repodata.Plain, 1), "zstd": p.verify(repodata.Zstd, 2), "bare": p.bare} {
		if err := work(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
