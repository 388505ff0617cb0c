package crashfs

import (
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// file is an open file.
type file struct {
	folder *folder
	name   string
	inode  *inode
	access int
	at     int
	closed bool
}

// do carries out one operation on the file; act is told how many bytes of a
// write are to be done.
func (f *file) do(kind Kind, op string, size int, act func(size int) error) error {
	m := f.folder.fs
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.closed {
		return pathError(op, f.name, os.ErrClosed)
	}
	fault, last := m.begin(f.folder.from, Op{Kind: kind, Name: f.name, Size: size})
	var err error
	switch {
	case fault == nil:
		if err = act(size); last {
			err = ErrCut
		}
	case kind == Write && fault.Done > 0:
		if err = act(min(fault.Done, size)); err == nil {
			err = fault.Err
		}
	case kind == Sync:
		f.inode.forget()
		err = fault.Err
	default:
		err = fault.Err
	}
	if err == nil || err == io.EOF || err == safefile.ErrLocked {
		return err
	}
	return pathError(op, f.name, err)
}

func (f *file) Read(p []byte) (n int, err error) {
	err = f.do(Read, "read", 0, func(int) error {
		if f.access == os.O_WRONLY {
			return syscall.EBADF
		}
		if f.at < len(f.inode.data) {
			n = copy(p, f.inode.data[f.at:])
		}
		f.at += n
		if n == 0 && len(p) > 0 {
			return io.EOF
		}
		return nil
	})
	return n, err
}

func (f *file) ReadAt(p []byte, off int64) (n int, err error) {
	err = f.do(Read, "read", 0, func(int) error {
		if f.access == os.O_WRONLY {
			return syscall.EBADF
		}
		if off < int64(len(f.inode.data)) {
			n = copy(p, f.inode.data[off:])
		}
		if n < len(p) {
			return io.EOF
		}
		return nil
	})
	return n, err
}

func (f *file) Write(p []byte) (int, error) { return f.write(p, &f.at) }

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	at := int(off)
	return f.write(p, &at)
}

func (f *file) write(p []byte, at *int) (n int, err error) {
	err = f.do(Write, "write", len(p), func(size int) error {
		if f.access == os.O_RDONLY {
			return syscall.EBADF
		}
		if size == 0 {
			return nil // also beyond the end
		}
		if f.folder.fs.cut { // the power goes meanwhile: half may be on its way
			f.inode.write(p[:size/2], *at)
		}
		f.inode.write(p[:size], *at)
		*at, n = *at+size, size
		return nil
	})
	return n, err
}

func (f *file) Truncate(size int64) error {
	return f.do(Truncate, "truncate", 0, func(int) error {
		if f.access == os.O_RDONLY {
			return syscall.EBADF
		}
		f.inode.truncate(int(size))
		return nil
	})
}

func (f *file) Stat() (info fs.FileInfo, err error) {
	err = f.do(Stat, "stat", 0, func(int) error {
		info = newInfo(f.name, f.inode)
		return nil
	})
	return info, err
}

func (f *file) Lock() error {
	return f.do(Lock, "lock", 0, func(int) error {
		if f.inode.lock != nil && f.inode.lock != f {
			return safefile.ErrLocked
		}
		f.inode.lock = f
		return nil
	})
}

func (f *file) Sync() error {
	return f.do(Sync, "sync", 0, func(int) error {
		if !f.folder.fs.cut { // else the power goes meanwhile: any of it may be done
			f.inode.sync()
		}
		return nil
	})
}

func (f *file) Close() error {
	err := f.do(Close, "close", 0, func(int) error { return nil })
	m := f.folder.fs
	m.mu.Lock()
	defer m.mu.Unlock()
	f.closed = true // also after an error, as on Linux
	if f.inode.lock == f {
		f.inode.lock = nil
	}
	return err
}

// fileInfo is what there is to say about a file.
type fileInfo struct {
	name  string
	size  int64
	inode *inode
}

func newInfo(name string, n *inode) fileInfo { return fileInfo{name, int64(len(n.data)), n} }

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return i.inode.perm }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return false }
func (i fileInfo) Sys() any           { return nil }
