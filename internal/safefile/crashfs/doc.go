// Package crashfs is a folder in memory for tests: it forgets what was not
// synced when the power goes, and fails where it is told to.
//
// An [FS] is a [safefile.Dir] (see [FS.Open]) and the medium below it. What
// programs see of it is one thing, what stands on the medium another. Every
// operation that changes something is counted; [FS.CutAt] lets the power go at
// one of them, from which on all fail, and [FS.Crash] makes the folder that is
// found afterwards. It is drawn at random, and may be drawn many times:
//
//   - Bytes: of each block of 512 bytes the version of the last sync, or any
//     later one. Blocks are drawn one by one, so that a write can be torn in any
//     way that leaves sectors whole.
//   - Sizes: that of the last sync, or any later one, whatever became of the
//     bytes. A block that the size covers and that was never written holds zeros
//     or what lay there before: garbage.
//   - Names: of each name what it stood for when the folder was synced last, or
//     anything that it stood for later. Names are drawn one by one, so that
//     changes are lost or kept in any order: a link or a rename can be there
//     without the removal before it, and of a rename either half alone.
//
// This is less than most file systems promise: ext4 keeps changes of names in
// their order, renames in one step, lets a new size be seen only with its
// bytes, and takes a file's name along when it syncs the file. FAT does none of
// that. A third of the draws keep to the order of names, because the common
// outcomes should come up often too.
//
// What can be relied on, because all file systems in use have it:
//
//   - What was synced and not touched since is there. Syncing a file brings its
//     bytes and its size onto the medium, syncing the folder all its names, and
//     neither does the other's work.
//   - A sector is written whole or not at all, and so is the entry of a name: no
//     name appears that never was, none stands for half a file number, and a
//     name that is replaced by a rename stands for the old file or the new one.
//   - What one process writes another reads, whether it is synced or not:
//     [FS.Kill] is the end of a process and loses nothing but locks.
//
// A sync that fails takes the bytes for written, as Linux does: they still can
// be read, and the next sync succeeds without them unless they are written
// again. Names wait for the next sync of the folder.
package crashfs
