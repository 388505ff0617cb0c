package tui

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var renewPictures = flag.Bool("pictures", false, "write docs/img/*.svg anew")

// pictureFolder is where the pages look for their pictures.
const pictureFolder = "../../docs/img"

// maxPicture bounds a picture, in bytes.
const maxPicture = 40_000

// An album is the pictures that have been taken.
type album struct {
	t      *testing.T
	folder string
	taken  map[string]bool
}

func newAlbum(t *testing.T) *album {
	t.Helper()
	folder, err := filepath.Abs(pictureFolder)
	if err != nil {
		t.Fatal(err)
	}
	return &album{t: t, folder: folder, taken: make(map[string]bool)}
}

// add compares a picture with the one that lies there, or writes it.
func (al *album) add(name, title, screen string, width, height int) {
	al.t.Helper()
	svg, err := svgOf(title, screen, width, height)
	if err != nil {
		al.t.Fatalf("%s: %v", name, err)
	}
	if err := standsAlone(svg); err != nil {
		al.t.Errorf("%s: %v", name, err)
	}
	if len(svg) > maxPicture {
		al.t.Errorf("%s: %d bytes, at most %d", name, len(svg), maxPicture)
	}
	if al.taken[name] {
		al.t.Errorf("%s is taken twice", name)
	}
	al.taken[name] = true
	path := filepath.Join(al.folder, name+".svg")
	if *renewPictures {
		if err := errors.Join(os.MkdirAll(al.folder, 0o755), os.WriteFile(path, svg, 0o644)); err != nil {
			al.t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		al.t.Fatal(err)
	}
	if !bytes.Equal(old, svg) {
		al.t.Errorf("docs/img/%s.svg is not what the screen looks like now: make screens renews it", name)
	}
}

// strangers are pictures that nobody takes any more.
func (al *album) strangers() {
	al.t.Helper()
	entries, err := os.ReadDir(al.folder)
	if err != nil {
		al.t.Fatal(err)
	}
	for _, e := range entries {
		switch {
		case al.taken[strings.TrimSuffix(e.Name(), ".svg")]:
		case *renewPictures:
			err = errors.Join(err, os.Remove(filepath.Join(al.folder, e.Name())))
		default:
			al.t.Errorf("docs/img/%s: no test takes this picture: make screens removes it", e.Name())
		}
	}
	if err != nil {
		al.t.Fatal(err)
	}
}

// shown wants every picture in some page.
func (al *album) shown() {
	al.t.Helper()
	var pages []byte
	for _, pattern := range []string{"../*.md", "../../*.md"} {
		paths, err := filepath.Glob(filepath.Join(al.folder, pattern))
		for _, path := range paths {
			page, readErr := os.ReadFile(path)
			pages, err = append(pages, page...), errors.Join(err, readErr)
		}
		if err != nil {
			al.t.Fatal(err)
		}
	}
	for name := range al.taken {
		if !bytes.Contains(pages, []byte("img/"+name+".svg)")) {
			al.t.Errorf("docs/img/%s.svg: no page shows it", name)
		}
	}
}
