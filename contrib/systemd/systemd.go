// Package systemd holds the units of packages, for programs that install one of
// them themselves.
package systemd

import _ "embed"

// Service is seeder.service for the system: its own user, hardened.
//
//go:embed seeder.service
var Service string

// UserService is seeder.service for whoever is logged in.
//
//go:embed user/seeder.service
var UserService string
