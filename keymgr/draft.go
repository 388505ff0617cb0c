package keymgr

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// draft begins one file.
func (j *job) draft(p Place) error {
	form, err := repodata.FormOf(p.Name)
	if err != nil {
		return err
	}
	file, err := safefile.Begin(p.Dir, p.Name)
	if err != nil {
		return err
	}
	d := &draft{Draft: file, name: p.Name}
	j.drafts = append(j.drafts, d)
	if form == repodata.Zstd {
		d.zstd, err = repodata.Compress(file)
	}
	return err
}

// A draft is a file that is written, compressed if its name says so.
type draft struct {
	*safefile.Draft
	name string
	zstd io.WriteCloser // nil: plain
}

// Write adds to its text.
func (d *draft) Write(p []byte) (int, error) {
	if d.zstd != nil {
		return d.zstd.Write(p)
	}
	return d.Draft.Write(p)
}

func (d *draft) finish() error {
	if d.zstd == nil {
		return nil
	}
	if err := d.zstd.Close(); err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	return nil
}

func (d *draft) place(anew bool) error {
	if anew {
		return d.Create()
	}
	return d.Replace()
}

// behind are other forms of a file, and what else is made of it, that are there.
func behind(p Place, written []string) (out []string) {
	plain := p.Name
	if form, _ := repodata.FormOf(p.Name); form == repodata.Zstd {
		plain = p.Name[:len(p.Name)-len(".zst")]
	}
	names := []string{plain, plain + ".zst", plain + ".bz2", plain + ".gz"}
	if plain == "repodata.json" {
		names = append(names, "current_repodata.json")
	}
	fresh := map[string]bool{p.Name: true}
	for _, name := range written {
		fresh[name] = true
	}
	for _, name := range names {
		if _, err := p.Dir.Lstat(name); err == nil && !fresh[name] {
			out = append(out, name)
		}
	}
	return out
}

// holds reports whether the file in zstd is there and has this text.
func holds(p Place, text []byte) (bool, error) {
	f, err := safefile.Open(p.Dir, p.Name, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	same, err := repodata.Expands(f, text)
	if err != nil {
		return false, fmt.Errorf("%s: %w", p.Name, err)
	}
	return same, nil
}
