package repodatatest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A pkg is one package of a channel: most of its record follows from its seed.
type pkg struct {
	name, version, build string
	ext                  string
	number               int
	noarch               bool
	seed                 uint64
}

func (p pkg) file() string { return p.name + "-" + p.version + "-" + p.build + p.ext }

const words = "abseil arrow astro aws azure bio blas boost cairo cell cloud core cuda cython dask data django fast flask font " +
	"gdal geo git google graph grpc gtk hdf5 html http icu image ipy java jax json jupyter kafka kube lapack lib llvm log lua " +
	"mesh mpi ms net numba numpy ocl open orc panda parquet perl pillow plot proto pulp py qt r ray rust scikit scipy seq shell " +
	"spark sphinx sql stan tensor text time torch toml tree typing unit vision web xml yaml zarr zlib zstd"

const licenses = "MIT|MIT|MIT|BSD-3-Clause|BSD-3-Clause|Apache-2.0|Apache-2.0|GPL-3.0-or-later|LGPL-2.1-or-later|MPL-2.0|GPL-2.0-only WITH Classpath-exception-2.0|ISC"

func pick(r *rand.Rand, list string, by string) string {
	all := strings.Split(list, by)
	return all[r.IntN(len(all))]
}

// builds are at most so many builds of the n-th name: its versions, each for some
// versions of Python, or for none.
func builds(r *rand.Rand, n, most int) []pkg {
	name := pick(r, words, " ") + pick(r, "-|_||-|", "|") + pick(r, words, " ") + strconv.Itoa(n)
	kind := r.IntN(10)
	var out []pkg
	for v := range 1 + r.IntN(24) {
		p := pkg{name: name, version: fmt.Sprintf("%d.%d.%d", v/8, v%8, r.IntN(12)), number: r.IntN(3), noarch: kind < 2}
		for b := range 1 + kind/2 {
			hash := fmt.Sprintf("h%07x_%d", r.IntN(1<<28), p.number)
			switch {
			case p.noarch && b > 0:
				continue
			case p.noarch:
				p.build = "pyhd8ed1ab_" + strconv.Itoa(p.number)
			case kind < 5:
				p.build = hash
			default:
				p.build = fmt.Sprintf("py%d%s", 38+b, hash)
			}
			if len(out) == most {
				return out
			}
			p.seed = r.Uint64()
			out = append(out, p)
		}
	}
	return out
}

func (p pkg) write(g *generator) {
	r := rand.New(rand.NewPCG(p.seed, 2))
	g.open("{")
	g.text(true, "build", p.build)
	g.integer("build_number", int64(p.number))
	if r.IntN(8) == 0 {
		g.list("constrains", r, 1+r.IntN(3))
	}
	n := 1 + r.IntN(7) + r.IntN(7)
	if r.IntN(50) == 0 {
		n += r.IntN(120) // the large ones
	}
	g.list("depends", r, n)
	g.text(false, "license", pick(r, licenses, "|"))
	if r.IntN(5) < 2 {
		g.text(false, "license_family", pick(r, "MIT|BSD|APACHE|GPL|LGPL|Other", "|"))
	}
	g.text(false, "md5", digits(r, 2))
	g.text(false, "name", p.name)
	if p.noarch {
		g.text(false, "noarch", "python")
	}
	g.text(false, "sha256", digits(r, 4))
	g.integer("size", 4000+r.Int64N(1<<uint(14+r.IntN(12))))
	g.text(false, "subdir", "linux-64")
	g.integer("timestamp", 1_500_000_000_000+r.Int64N(230_000_000_000))
	if r.IntN(200) == 0 {
		g.text(false, "track_features", "blas_openblas")
	}
	g.text(false, "version", p.version)
	g.close("}")
}

func (g *generator) integer(name string, n int64) {
	g.member(false, name, func() { g.out.WriteString(strconv.FormatInt(n, 10)) })
}

func (g *generator) list(name string, r *rand.Rand, n int) {
	g.member(false, name, func() {
		g.open("[")
		for i := range n {
			g.next(i == 0)
			g.out.WriteString(`"` + requirement(r) + `"`)
		}
		g.close("]")
	})
}

func requirement(r *rand.Rand) string {
	switch r.IntN(8) {
	case 0:
		return fmt.Sprintf("python >=3.%d,<3.%d.0a0", 8+r.IntN(6), 9+r.IntN(6))
	case 1:
		return "python_abi 3." + strconv.Itoa(8+r.IntN(6)) + ".* *_cp" + strconv.Itoa(38+r.IntN(6))
	case 2:
		return "libgcc-ng >=12"
	case 3:
		return pick(r, words, " ")
	}
	v := r.IntN(12)
	return fmt.Sprintf("%s%s >=%d.%d.%d,<%d.0a0", pick(r, words, " "), pick(r, "|-core|lib", "|"), v, r.IntN(20), r.IntN(9), v+1)
}

// digits are so many times 16 hexadecimal digits.
func digits(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "%016x", r.Uint64())
	}
	return b.String()
}
