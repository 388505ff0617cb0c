// Package verbs holds the commands that rootmoot and rootmoot-verify share, and
// what every command of both has in common: exit codes, the way errors are
// said, versions, the printing of a report.
//
// Data goes to standard output, errors and hints to standard error. A command
// returns an error and [Main] makes it a code; nothing here ends the program.
package verbs
