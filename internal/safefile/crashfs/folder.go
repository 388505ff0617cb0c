package crashfs

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"syscall"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// folder is the folder as one process has it open.
type folder struct {
	fs     *FS
	from   *session
	closed bool
}

// do carries out one operation on names, in the name of package os's op.
func (d *folder) do(kind Kind, op, name string, act func() error) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	return d.locked(kind, op, name, act)
}

// locked is do with the lock held.
func (d *folder) locked(kind Kind, op, name string, act func() error) error {
	if d.closed {
		return pathError(op, name, os.ErrClosed)
	}
	fault, last := d.fs.begin(d.from, Op{Kind: kind, Name: name})
	err := error(nil)
	if fault != nil {
		err = fault.Err
	} else if err = act(); last {
		err = ErrCut
	}
	if err != nil {
		return pathError(op, name, err)
	}
	return nil
}

func (d *folder) OpenFile(name string, flag int, perm fs.FileMode) (safefile.File, error) {
	f := &file{folder: d, name: name, access: flag & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)}
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	err := d.locked(d.opens(name, flag), "openat", name, func() error {
		f.inode = d.fs.names[name]
		switch {
		case f.inode == nil && flag&os.O_CREATE == 0:
			return syscall.ENOENT
		case f.inode == nil:
			f.inode = newInode(perm)
			d.fs.change(change{name: f.inode})
		case flag&(os.O_CREATE|os.O_EXCL) == os.O_CREATE|os.O_EXCL:
			return syscall.EEXIST
		case flag&os.O_TRUNC != 0:
			f.inode.truncate(0)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// opens tells what opening a name will be.
func (d *folder) opens(name string, flag int) Kind {
	switch there := d.fs.names[name] != nil; {
	case !there && flag&os.O_CREATE != 0:
		return Create
	case there && flag&os.O_TRUNC != 0 && flag&os.O_EXCL == 0:
		return Truncate
	}
	return Open
}

func (d *folder) Lstat(name string) (info fs.FileInfo, err error) {
	err = d.do(Look, "lstatat", name, func() error {
		n := d.fs.names[name]
		if n == nil {
			return syscall.ENOENT
		}
		info = newInfo(name, n)
		return nil
	})
	return info, err
}

func (d *folder) SameFile(a, b fs.FileInfo) bool {
	ours, ok := a.(fileInfo)
	theirs, ok2 := b.(fileInfo)
	return ok && ok2 && ours.inode == theirs.inode
}

func (d *folder) ReadDir() (list []fs.DirEntry, err error) {
	err = d.do(List, "readdir", ".", func() error {
		for _, name := range slices.Sorted(maps.Keys(d.fs.names)) {
			list = append(list, fs.FileInfoToDirEntry(newInfo(name, d.fs.names[name])))
		}
		return nil
	})
	return list, err
}

func (d *folder) Link(old, name string) error {
	return d.do(Link, "linkat", name, func() error {
		if d.fs.can != Links {
			return syscall.EPERM // as FAT says it
		}
		return d.give(old, name, change{})
	})
}

func (d *folder) Rename(old, name string) error {
	return d.do(Rename, "renameat", name, func() error {
		n := d.fs.names[old]
		if n == nil {
			return syscall.ENOENT
		}
		if n != d.fs.names[name] { // else POSIX has it do nothing
			d.fs.change(change{old: nil, name: n})
		}
		return nil
	})
}

func (d *folder) RenameNew(old, name string) error {
	return d.do(Rename, "renameat2", name, func() error {
		if d.fs.can == Neither {
			return errors.ErrUnsupported
		}
		return d.give(old, name, change{old: nil})
	})
}

// give puts the file of the name old under a name that must be free, in one
// step with what c does.
func (d *folder) give(old, name string, c change) error {
	n := d.fs.names[old]
	if n == nil {
		return syscall.ENOENT
	}
	if d.fs.names[name] != nil {
		return syscall.EEXIST
	}
	c[name] = n
	d.fs.change(c)
	return nil
}

func (d *folder) Remove(name string) error {
	return d.do(Remove, "unlinkat", name, func() error {
		if d.fs.names[name] == nil {
			return syscall.ENOENT
		}
		d.fs.change(change{name: nil})
		return nil
	})
}

func (d *folder) Sync() error {
	return d.do(SyncFolder, "sync", ".", func() error {
		if d.fs.cut {
			return nil // the power goes meanwhile: any of it may be done
		}
		d.fs.medium, d.fs.changes = maps.Clone(d.fs.names), nil
		return nil
	})
}

func (d *folder) Close() error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if d.closed {
		return pathError("close", ".", os.ErrClosed)
	}
	d.closed = true
	return nil
}
