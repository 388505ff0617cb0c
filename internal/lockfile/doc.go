// Package lockfile reads which packages a lock file of conda's world names: lists
// of addresses under @EXPLICIT, as `conda list --explicit` makes them,
// conda-lock.yml, and pixi.lock. It says nothing about the packages.
//
//	@EXPLICIT
//	https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda#c9f075ab2f33b3bbee9e62d4ad0a6cd8
//
// It takes of a file what names packages, and is not as strict about the rest as
// package strictyaml: these files are made by programs, and no person vouches for
// their lines. But what could mean two things is refused: a member twice, an
// alias, another version of the format. A package that is no conda package is
// handed over too, for whoever reads a lock file must not overlook it.
package lockfile
