package main

import "io/fs"

// ownersOf returns user and group of a file; known is false where it has none.
func ownersOf(fs.FileInfo) (uid, gid string, known bool) { return "", "", false }
