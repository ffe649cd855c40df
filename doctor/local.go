package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"seeder/config"
	"seeder/internal/disk"
	"seeder/internal/nat"
	"seeder/store"
)

// leastFree is what a disk needs for the database to take anything, in bytes.
const leastFree = 64 << 20

// renewBefore is how long before its end a certificate is warned of.
const renewBefore = 14 * 24 * time.Hour

// hint returns what an error says is to be done, or else what is given.
func hint(err error, otherwise string) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		return h.Hint()
	}
	return otherwise
}

// config looks for settings that are wrong, or that seldom are what is meant.
func (l looker) config() Check {
	if l.Faults != nil {
		return check("config", Fail, strings.ReplaceAll(l.Faults.Error(), "\n", "; "), hint(l.Faults, "`seeder config check` tells what is wrong"))
	}
	var seen, advice []string
	warn := func(wrong bool, what, do string) {
		if wrong {
			seen, advice = append(seen, what), append(advice, do)
		}
	}
	c := l.cfg
	warn(slices.ContainsFunc(c.Swarm.External, private), "swarm.external names a private address", "name an address that everybody reaches")
	warn(!c.Swarm.DHT && len(c.Swarm.Trackers) == 0 && len(c.Swarm.Peers) == 0,
		"peers are looked for nowhere: no swarm.dht, swarm.trackers or swarm.peers", "switch swarm.dht on, or name a tracker or peers")
	warn(portOf(c.Swarm.Listen) == "0" && !config.Loopback(c.Swarm.Listen), "swarm.listen takes another port at each start", "give it a fixed port, such as :26881")
	warn(c.Metrics.Listen != "" && !config.Loopback(c.Metrics.Listen), "metrics.listen lets everybody read metrics who reaches "+c.Metrics.Listen,
		"keep others out with a firewall, or listen on 127.0.0.1")
	if err := l.certificate(warn); err != nil {
		return check("config", Fail, err.Error(), hint(err, "look at api.tls_cert and api.tls_key"))
	}
	if len(seen) > 0 {
		return check("config", Warn, strings.Join(seen, "; "), strings.Join(advice, "; "))
	}
	if l.Loaded.File == "" {
		return check("config", OK, "no file: all settings are defaults, of the environment, or flags", "")
	}
	return check("config", OK, "read from "+l.Loaded.File, "")
}

// certificate looks at that of api.listen, if there is one.
func (l looker) certificate(warn func(wrong bool, what, do string)) error {
	now := l.Clock.Now()
	leaf, err := l.Loaded.CheckCertificate(now)
	if err != nil || leaf == nil {
		return err
	}
	warn(now.Before(leaf.NotBefore), "the certificate of api.listen is not valid before "+leaf.NotBefore.UTC().Format(time.RFC3339), "look at the clock")
	warn(leaf.NotAfter.Sub(now) < renewBefore, "the certificate of api.listen expires on "+leaf.NotAfter.UTC().Format(time.DateOnly),
		"renew it; a running node takes the new files by itself")
	return nil
}

// private reports whether host:port names an address that not everybody reaches. A
// host name may be any.
func private(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && !nat.Public(ip)
}

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr) // checked by config
	return port
}

func (l looker) daemon() Check { return CheckDaemon(l.Daemon, l.Version) }

// CheckDaemon judges the daemon on a data folder, nil for none, for a program of
// a version.
func CheckDaemon(d *Daemon, version string) Check {
	switch {
	case d == nil:
		return check("daemon", Warn, "no daemon runs: nothing is fetched, served or announced", "`seeder run`, or `seeder service install` for always")
	case d.Silent:
		return check("daemon", Fail, fmt.Sprintf("process %d does not answer", d.PID), "look into its log; start it anew when it stays so")
	case d.Version != version:
		return check("daemon", Warn, fmt.Sprintf("process %d is of version %s, this program of %s", d.PID, d.Version, version), "start the daemon anew")
	}
	return check("daemon", OK, fmt.Sprintf("process %d, version %s", d.PID, d.Version), "")
}

// folder tries whether the data folder can be written.
func (l looker) folder() Check {
	dir := l.cfg.DataDir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return check("folder", Unknown, dir+" does not exist yet", "`seeder init` makes it")
	case err != nil:
		return check("folder", Fail, err.Error(), "give this user access, or name another folder: data_dir")
	case !info.IsDir():
		return check("folder", Fail, dir+" is no folder", "name a folder: data_dir")
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		advice := "give this user access, or name another folder: data_dir"
		if errors.Is(err, syscall.ENOSPC) {
			advice = "free some disk space"
		}
		return check("folder", Fail, "cannot be written: "+err.Error(), advice)
	}
	return check("folder", OK, dir+" can be written", "")
}

// permissions looks for secrets that other users of the machine can get at.
func (l looker) permissions() Check {
	if runtime.GOOS == "windows" {
		return check("permissions", Unknown, "not looked at on this system", "")
	}
	c := l.cfg
	secret := []string{c.KeysDir(), filepath.Join(c.DataDir, "node.key"), c.TokenFile(), filepath.Join(c.DataDir, "control.sock")}
	keys, _ := filepath.Glob(filepath.Join(c.KeysDir(), "*")) // the pattern is one
	secret = append(secret, keys...)
	// The service may read these by its group, which others may be in, too.
	var ofGroup, database []string
	if password(l.Loaded) {
		ofGroup = append(ofGroup, l.Loaded.File)
	}
	if _, ok := c.PostgresURL(); !ok {
		database = []string{c.SQLitePath()}
	}
	if closed := unreadable(slices.Concat(secret, database, ofGroup)); len(closed) > 0 {
		return check("permissions", Fail, "this user cannot read "+strings.Join(closed, ", "),
			"have root make them its own (another user has run seeder on this folder): chown -R --reference='"+c.DataDir+"' "+quoted(closed))
	}
	if c.API.TLS() {
		ofGroup = append(ofGroup, c.API.TLSKey) // whether it can be read the check of the configuration says
	}
	own := append(exposed(0o022, c.DataDir), exposed(0o077, secret...)...)
	state := Fail
	shared := exposed(0o027, ofGroup...)
	if len(own)+len(shared) == 0 {
		state = Warn
	}
	var advice []string
	if own = append(own, exposed(0o077, database...)...); len(own) > 0 {
		advice = append(advice, "make them yours alone: chmod go= "+quoted(own))
	}
	if len(shared) > 0 {
		advice = append(advice, "keep others out: chmod g-w,o= "+quoted(shared))
	}
	if len(advice) > 0 {
		return check("permissions", state, "other users of this machine can get at "+strings.Join(append(own, shared...), ", "), strings.Join(advice, "; "))
	}
	return check("permissions", OK, "keys, token, socket and database are this user's alone", "")
}

// exposed returns those of paths whose mode has a bit of mask.
func exposed(mask fs.FileMode, paths ...string) (out []string) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&mask != 0 {
			out = append(out, path)
		}
	}
	return out
}

// unreadable returns those of paths that this user may not read. A socket is not read.
func unreadable(paths []string) (out []string) {
	for _, path := range paths {
		f, err := os.Open(path)
		switch {
		case err == nil:
			_ = f.Close() // nothing was written
		case errors.Is(err, fs.ErrPermission):
			out = append(out, path)
		}
	}
	return out
}

// password reports whether the file of the configuration holds one.
func password(loaded config.Loaded) bool {
	url, ok := loaded.Config.PostgresURL()
	return ok && loaded.File != "" && config.HidePassword(url) != url && !loaded.IsDefault("database.url")
}

func quoted(paths []string) string {
	var out []string
	for _, p := range paths {
		out = append(out, "'"+strings.ReplaceAll(p, "'", `'\''`)+"'")
	}
	return strings.Join(out, " ")
}

func (l looker) database(ctx context.Context) Check {
	if l.Faults != nil {
		return check("database", Unknown, "not looked for while the configuration is wrong", "")
	}
	ctx, cancel := context.WithTimeout(ctx, databaseFor)
	defer cancel()
	schema, err := l.Database(ctx)
	switch {
	case err == nil && schema == 0:
		return check("database", Unknown, "there is none yet", "`seeder init` makes it")
	case err == nil:
		return check("database", OK, fmt.Sprintf("opens, has schema version %d, and what was read fits together", schema), "")
	case ctx.Err() != nil && schema > 0:
		return check("database", Unknown, fmt.Sprintf("opens and has schema version %d; reading all of it takes longer than %s", schema, databaseFor), "")
	case errors.Is(err, store.ErrNewerSchema):
		return check("database", Fail, err.Error(), "use the newer version of seeder that wrote it")
	case errors.Is(err, store.ErrUnavailable):
		return check("database", Fail, err.Error(), hint(err, "start the server, and look at database.url"))
	}
	return check("database", Fail, err.Error(), hint(err, "look at database.url and at the log"))
}

// disk looks at the room for archives.
func (l looker) disk() Check {
	dir := l.cfg.DataDir
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	free, total, err := disk.Free(dir)
	if err != nil {
		return check("disk", Unknown, err.Error(), "")
	}
	keep := l.MinFree.Of(total)
	seen := fmt.Sprintf("%s of %s are free", size(free), size(total))
	switch {
	case free < leastFree:
		return check("disk", Fail, seen, "free some space: the database needs it to work")
	case free < keep:
		return check("disk", Warn, fmt.Sprintf("%s, and %s are to stay free: downloads wait", seen, size(keep)), "free some space, or lower it: `seeder limits set --min-free`")
	case keep > 0:
		seen += fmt.Sprintf(", %s are to stay free", size(keep))
	}
	return check("disk", OK, seen, "")
}

func size(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// ports tells where the node listens, or without one whether it could.
func (l looker) ports(ctx context.Context) Check {
	if live := l.Live; live != nil {
		seen := "BitTorrent " + english.WordSeries(live.Swarm, "and") + ", Waku " + english.WordSeries(live.Waku, "and")
		if live.API != "" {
			seen += ", API " + live.API
		}
		return check("ports", OK, "listens: "+seen, "")
	}
	if l.Daemon != nil {
		return onlyRunning("ports")
	}
	c := l.cfg
	var taken []string
	try := func(key, network, addr string) {
		if err := free(ctx, network, addr); err != nil {
			taken = append(taken, fmt.Sprintf("%s: %v", key, err))
		}
	}
	try("api.listen", "tcp", c.API.Listen)
	try("metrics.listen", "tcp", c.Metrics.Listen)
	try("swarm.listen", "tcp", c.Swarm.Listen)
	if c.Swarm.DHT || c.Swarm.UTP {
		try("swarm.listen", "udp", c.Swarm.Listen)
	}
	try("waku.listen", "tcp", c.Waku.Listen)
	if len(taken) > 0 {
		return check("ports", Fail, strings.Join(taken, "; "), "stop the program that uses the port, or name another one")
	}
	return check("ports", OK, "the ports of the configuration are free to listen on", "")
}

// free tries whether an address can be listened on, if it names a port.
func free(ctx context.Context, network, addr string) error {
	if addr == "" || portOf(addr) == "0" {
		return nil
	}
	var lc net.ListenConfig
	if network == "udp" {
		conn, err := lc.ListenPacket(ctx, config.Network(network, addr), addr)
		if err != nil {
			return err //nolint:wrapcheck // it names the address
		}
		return conn.Close()
	}
	listener, err := lc.Listen(ctx, config.Network(network, addr), addr)
	if err != nil {
		return err //nolint:wrapcheck // it names the address
	}
	return listener.Close()
}
