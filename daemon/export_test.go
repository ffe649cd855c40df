package daemon

import "strings"

// LimitInForce returns the value that is in force of a limit, by its key in the
// configuration (limits.up, import.pace).
func (d *Daemon) LimitInForce(key string) string {
	_, name, _ := strings.Cut(key, ".")
	n := d.holders.keeper.Node()
	return n.Get(name)
}
