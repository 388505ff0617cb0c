package verbs

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// A shelf is the repodata of one subdir, and what lies beside it.
type shelf struct {
	name   string // as it is shown: "linux-64/repodata.json"
	subdir string // that of the folder; "" if only the file can say it
	dir    safefile.Dir
	file   string   // "" if there is none
	zst    string   // the same in zstd, beside file; "" if there is none
	others []string // indexes that are not judged
	wares  []string // packages that lie there
}

// shelves are those of a whole channel, or of one file.
type shelves []*shelf

func (s shelves) close() {
	for _, one := range s {
		_ = one.dir.Close() // read only
	}
}

// has reports whether there is that subdir.
func (s shelves) has(subdir string) bool {
	return slices.ContainsFunc(s, func(one *shelf) bool { return one.subdir == subdir })
}

const (
	plainName = "repodata.json"
	zstdName  = plainName + ".zst"
)

// others are further indexes of which clients take records.
func others() []string {
	return []string{"current_repodata.json", "current_repodata.json.zst", "current_repodata.json.bz2", "repodata.json.bz2", "repodata.jlap", "repodata_shards.msgpack.zst"}
}

// shelves opens what the argument names. The error has its exit code.
func (p *packages) shelves(arg string) (shelves, error) {
	if strings.Contains(arg, "://") {
		return nil, &Error{Code: Usage, Err: fmt.Errorf("%s: want a file or a folder", shown(arg)), Hint: "fetch the repodata first: what was judged should be what is installed from"}
	}
	info, err := os.Stat(arg)
	if err != nil {
		return nil, &Error{Code: Unread, Err: err}
	}
	if info.IsDir() {
		return p.channelFolder(arg)
	}
	if p.lyingBeside {
		return nil, &Error{Code: Usage, Err: errors.New("--artifacts: is for a folder; name packages one by one behind REPODATA")}
	}
	if _, err := repodata.FormOf(arg); err != nil {
		return nil, &Error{Code: Usage, Err: err}
	}
	dir, err := openDir(filepath.Dir(arg))
	if err != nil {
		return nil, err
	}
	return shelves{{name: arg, subdir: cmp.Or(p.subdir, folderOf(arg)), dir: dir, file: filepath.Base(arg)}}, nil
}

// folderOf is the name of the folder in which a file lies, if it is called as
// subdirs are: then the file must be for that one. A file may lie elsewhere.
func folderOf(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	name := filepath.Base(filepath.Dir(path))
	system, processor, _ := strings.Cut(name, "-")
	systems := []string{"emscripten", "freebsd", "linux", "osx", "wasi", "win", "zos"}
	if name == "noarch" || processor != "" && slices.Contains(systems, system) {
		return name
	}
	return ""
}

func openDir(path string) (safefile.Dir, error) {
	dir, err := safefile.OpenDir(path)
	if err != nil {
		return nil, &Error{Code: Unread, Err: err}
	}
	return safefile.In(dir), nil
}

// channelFolder is a folder that has repodata itself, or below it in subdirs.
func (p *packages) channelFolder(path string) (out shelves, err error) {
	if p.subdir != "" {
		return nil, &Error{Code: Usage, Err: errors.New("--subdir: is for a file; folders are called after their subdirs")}
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, &Error{Code: Unread, Err: err}
	}
	one, err := stock(path, filepath.Base(path))
	if err != nil {
		return nil, err
	}
	entries, err := one.dir.ReadDir()
	if err != nil {
		return nil, &Error{Code: Unread, Err: err}
	}
	for _, e := range entries {
		s, err := p.subfolder(path, e)
		if err != nil {
			out.close()
			return nil, err
		}
		if s != nil {
			out = append(out, s)
		}
	}
	if one.file != "" && len(out) == 0 {
		return shelves{one}, nil
	}
	defer one.dir.Close()
	if one.file != "" { // whoever relays a channel could hide all of it behind one file
		out.close()
		return nil, &Error{Code: Usage, Err: fmt.Errorf("%s: holds %s itself, and folders with repodata: which of them clients read cannot be told", path, one.file), Hint: "take the file away, or name one folder at a time"}
	}
	if len(out) == 0 {
		return nil, &Error{Code: Unread, Err: fmt.Errorf("%s: there is no %s in it, nor in a folder of it", path, plainName)}
	}
	return out, nil
}

// subfolder is a subdir of a channel, nil if it is none. A link to one would be
// served, and is not followed.
func (p *packages) subfolder(path string, e fs.DirEntry) (*shelf, error) {
	at := filepath.Join(path, e.Name())
	if e.Type()&fs.ModeSymlink != 0 {
		if info, err := os.Stat(at); err == nil && info.IsDir() {
			return nil, &Error{Code: Unread, Err: fmt.Errorf("%s: is a link to a folder: name that folder", at)}
		}
	}
	if !e.IsDir() {
		return nil, nil
	}
	s, err := stock(at, e.Name())
	if err != nil {
		return nil, err
	}
	// One with another index only is refused where it is read: clients may read it.
	if s.file == "" && len(s.others) == 0 && (!p.lyingBeside || len(s.wares) == 0) {
		_ = s.dir.Close() // read only
		return nil, nil
	}
	return s, nil
}

// stock looks what lies in a folder.
func stock(path, subdir string) (*shelf, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, err
	}
	entries, err := dir.ReadDir()
	if err != nil {
		_ = dir.Close() // read only
		return nil, &Error{Code: Unread, Err: err}
	}
	s := &shelf{subdir: subdir, dir: dir}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == plainName:
			s.file = name
		case name == zstdName:
			s.zst = name
		case slices.Contains(others(), name):
			s.others = append(s.others, name)
		case strings.HasSuffix(name, ".conda"), strings.HasSuffix(name, ".tar.bz2"):
			s.wares = append(s.wares, name)
		}
	}
	if s.file == "" {
		s.file, s.zst = s.zst, ""
	}
	s.name = subdir + "/" + s.file
	return s, nil
}

// text reads repodata. What is wrong with its bytes is a finding for the caller; an
// *[Error] says that they could not be read.
func (s *shelf) text() ([]byte, error) {
	if s.file == "" {
		return nil, fmt.Errorf("there are packages or other indexes, and neither %s nor %s", plainName, zstdName)
	}
	form, err := repodata.FormOf(s.file)
	if err != nil {
		return nil, err
	}
	text, err := s.read(form)
	if err != nil {
		return nil, s.unread(err)
	}
	return text, nil
}

func (s *shelf) read(form repodata.Form) ([]byte, error) {
	f, err := safefile.Open(s.dir, s.file, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return repodata.Read(f, info.Size(), form, 0)
}

// unread gives an error its exit code, if it is the system's.
func (s *shelf) unread(err error) error {
	var system *fs.PathError
	if errors.As(err, &system) || errors.Is(err, safefile.ErrNotRegular) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return &Error{Code: Unread, Err: fmt.Errorf("%s: %w", s.name, err)}
	}
	return err
}

// same reports whether the file in zstd is that text.
func (s *shelf) same(text []byte) (bool, error) {
	f, err := safefile.Open(s.dir, s.zst, os.O_RDONLY)
	if err != nil {
		return false, s.unread(err)
	}
	defer f.Close()
	same, err := repodata.Expands(f, text)
	if err != nil {
		return false, &Error{Code: Unread, Err: fmt.Errorf("%s: %w", s.name, err)}
	}
	return same, nil
}
