// Package repodatatest generates channels for tests and benchmarks: of any size,
// always the same for the same seed, and of the shape of large public channels,
// whose records have some 650 bytes in one line, seven dependencies, and names
// of members that come sorted.
package repodatatest

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/repodata"
)

// A Channel says what to generate.
type Channel struct {
	Records int // two in three of them .conda
	Seed    uint64
	Indent  bool                 // as Python's indent=2, which conda's own signing tool writes; else in one line
	Keys    []ed25519.PrivateKey // each signs every record
}

// Bytes is the channel's repodata.json.
func (c Channel) Bytes() []byte {
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// Write writes the channel's repodata.json. It holds the file names and the
// signatures, and no record for longer than it takes to write it.
func (c Channel) Write(w io.Writer) error {
	g := &generator{Channel: c, out: bufio.NewWriterSize(w, 1<<16)}
	old, recent := c.files()
	g.open("{")
	g.member(true, "info", func() {
		g.open("{")
		g.text(true, "subdir", "linux-64")
		g.close("}")
	})
	g.member(false, "packages", func() { g.records(old) })
	g.member(false, "packages.conda", func() { g.records(recent) })
	g.member(false, "removed", func() { g.out.WriteString("[]") })
	g.member(false, "repodata_version", func() { g.out.WriteString("1") })
	if len(c.Keys) > 0 {
		g.member(false, "signatures", g.signatures)
	}
	g.close("}")
	return g.out.Flush()
}

// A file is the name of a package.
type file struct {
	name string
	pkg  pkg
}

// files makes the names of all packages, sorted.
func (c Channel) files() (old, recent []file) {
	r := rand.New(rand.NewPCG(c.Seed, 1))
	for n := 0; len(old)+len(recent) < c.Records; n++ {
		for _, p := range builds(r, n, c.Records-len(old)-len(recent)) {
			if p.ext = ".conda"; r.IntN(3) == 0 {
				p.ext = ".tar.bz2"
			}
			if f := (file{p.file(), p}); p.ext == ".conda" {
				recent = append(recent, f)
			} else {
				old = append(old, f)
			}
		}
	}
	for _, list := range [][]file{old, recent} {
		slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.name, b.name) })
	}
	return old, recent
}

type generator struct {
	Channel
	out    *bufio.Writer
	level  int
	canon  repodata.Canon
	signed []signed
}

// A signed is what the keys say of a file.
type signed struct {
	file string
	sigs [][]byte
}

func (g *generator) records(files []file) {
	g.open("{")
	for i, f := range files {
		g.member(i == 0, f.name, func() { g.record(f.pkg) })
	}
	g.close("}")
}

func (g *generator) record(p pkg) {
	if len(g.Keys) == 0 {
		p.write(g)
		return
	}
	var b bytes.Buffer
	aside := generator{Channel: g.Channel, out: bufio.NewWriter(&b), level: g.level}
	p.write(&aside)
	aside.out.Flush()
	g.out.Write(b.Bytes())
	message, err := g.canon.Append(nil, b.Bytes())
	if err != nil {
		panic(err) // the generator writes good records
	}
	s := signed{file: p.file()}
	for _, k := range g.Keys {
		s.sigs = append(s.sigs, ed25519.Sign(k, message))
	}
	g.signed = append(g.signed, s)
}

func (g *generator) signatures() {
	keys := make([]string, len(g.Keys))
	order := make([]int, len(g.Keys))
	for i, k := range g.Keys {
		keys[i] = hex.EncodeToString(k.Public().(ed25519.PublicKey))
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	slices.SortFunc(g.signed, func(a, b signed) int { return strings.Compare(a.file, b.file) })
	g.open("{")
	for i, s := range g.signed {
		g.member(i == 0, s.file, func() {
			g.open("{")
			for j, k := range order {
				g.member(j == 0, keys[k], func() {
					g.open("{")
					g.text(true, "signature", hex.EncodeToString(s.sigs[k]))
					g.close("}")
				})
			}
			g.close("}")
		})
	}
	g.close("}")
}

// open, close, next and member lay JSON out.
func (g *generator) open(bracket string) {
	g.out.WriteString(bracket)
	g.level++
}

func (g *generator) close(bracket string) {
	g.level--
	g.line()
	g.out.WriteString(bracket)
}

func (g *generator) line() {
	if g.Indent {
		g.out.WriteString("\n" + strings.Repeat("  ", g.level))
	}
}

func (g *generator) next(first bool) {
	if !first {
		g.out.WriteByte(',')
	}
	g.line()
}

func (g *generator) member(first bool, name string, value func()) {
	g.next(first)
	g.out.WriteString(`"` + name + `":`)
	if g.Indent {
		g.out.WriteByte(' ')
	}
	value()
}

func (g *generator) text(first bool, name, value string) {
	g.member(first, name, func() { g.out.WriteString(`"` + value + `"`) })
}
