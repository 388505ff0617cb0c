// Rootmoot produces and co-signs the next version of a root of trust, with
// several people who each hold a key on a hardware token, and checks roots from
// one that is already trusted to the newest.
//
// One file a verb: it holds the flags, one call, and the printing; menu in
// main.go lists them. What a verb does is done by the packages below.
// Data goes to standard output, everything else to standard error; exit codes
// are those of package verbs.
package main
