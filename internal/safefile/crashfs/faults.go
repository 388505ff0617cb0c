package crashfs

import "syscall"

// Each of these is for [FS.Fail]: what goes wrong from the nth operation on that
// changes something, or at it.

// Full has no room from the nth operation on. Of a write that hits the end half
// is done, if short.
func Full(n int, short bool) func(Op) *Fault {
	return func(o Op) *Fault {
		switch {
		case o.N < n || o.Kind != Create && o.Kind != Write && o.Kind != Link:
			return nil
		case o.N == n && short:
			return &Fault{Err: syscall.ENOSPC, Done: o.Size / 2}
		}
		return &Fault{Err: syscall.ENOSPC}
	}
}

// ReadOnly takes no changes from the nth operation on.
func ReadOnly(n int) func(Op) *Fault {
	return func(o Op) *Fault {
		if o.N < n || !o.Kind.Changes() {
			return nil
		}
		return &Fault{Err: syscall.EROFS}
	}
}

// Gone has no names from the nth operation on: the folder was removed. Files
// that are open go on.
func Gone(n int) func(Op) *Fault {
	return func(o Op) *Fault {
		switch o.Kind {
		case Create, Link, Rename, Remove, Open, Look:
			if o.N >= n {
				return &Fault{Err: syscall.ENOENT}
			}
		}
		return nil
	}
}

// Pulled is a stick that was pulled out at the nth operation: nothing works.
func Pulled(n int) func(Op) *Fault {
	return func(o Op) *Fault {
		if o.N < n || o.Kind == Close {
			return nil
		}
		return &Fault{Err: syscall.EIO}
	}
}

// Once fails at the nth operation alone.
func Once(n int, err error) func(Op) *Fault {
	return func(o Op) *Fault {
		if o.N != n || !o.Kind.Changes() {
			return nil
		}
		return &Fault{Err: err}
	}
}
