package main

import (
	"fmt"
	"html"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"seeder/api"
	"seeder/config"
	"seeder/daemon"
	"seeder/internal/atomicfile"
)

func (a *app) dashboardCommand() *cobra.Command {
	var open bool
	cmd := &cobra.Command{
		Use:   "dashboard",
		Short: "Print the link of the dashboard, which logs in",
		Long: "The link holds the token of the API: whoever has it can do everything with this node that its\n" +
			"user can. It works on this machine; api.listen says where else.",
		Example: "  seeder dashboard --open",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			var link string
			err = a.running(cmd.Context(), cfg, func(*api.Client) error {
				n, err := daemon.ReadNodeFile(cfg)
				if err != nil {
					return err
				}
				link, err = dashboardLink(cfg, n)
				return err
			})
			if err != nil {
				return err
			}
			if open {
				a.openDashboard(cfg, link)
			}
			return a.print(dashboardResult{link}, func(w io.Writer) { fmt.Fprintln(w, link) })
		},
	}
	cmd.Flags().BoolVar(&open, "open", false, "open it in the browser, too")
	return cmd
}

// dashboardResult is what the command prints.
type dashboardResult struct {
	// URL is the link. It holds the token of the API.
	URL string `json:"url"`
}

// dashboardLink returns the link of the dashboard of a daemon that runs on the data
// folder, with the token.
func dashboardLink(cfg config.Config, n daemon.Node) (string, error) {
	if n.API == "" {
		return "", fail(exitNotFound, "set api.listen, such as 127.0.0.1:26883, and start the daemon again", "the daemon serves no dashboard: api.listen is empty")
	}
	token, err := readToken(cfg)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(n.API)
	if err != nil {
		return "", fmt.Errorf("read address of the API: %w", err)
	}
	u.Host = reachableHost(u.Host, cfg.API.Hosts)
	u.Fragment = "token=" + token
	return u.String(), nil
}

// reachableHost returns a host by which a browser gets to an address that is
// listened at, which may be all of the machine's.
func reachableHost(host string, names []string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return host
	}
	if ip, err := netip.ParseAddr(name); err != nil || !ip.IsUnspecified() {
		return host
	}
	name = "localhost"
	if len(names) > 0 {
		name = names[0]
	}
	return net.JoinHostPort(name, port)
}

// openDashboard opens the link in a browser, by way of a file that only this user may
// read: others on the machine see the arguments of programs, and the link has the token.
func (a *app) openDashboard(cfg config.Config, link string) {
	page := filepath.Join(cfg.DataDir, "dashboard.html")
	text := "<!doctype html>\n<meta charset=\"utf-8\">\n<title>seeder</title>\n<meta http-equiv=\"refresh\" content=\"0; url=" +
		html.EscapeString(link) + "\">\n<a href=\"" + html.EscapeString(link) + "\">Dashboard</a>\n"
	err := atomicfile.Write(page, []byte(text), 0o600)
	if err == nil {
		err = browse(page)
	}
	if err != nil {
		fmt.Fprintf(a.stderr(), "note: no browser was opened: %v\n", err)
	}
}

// browse opens a file with the program that the desktop has for it.
func browse(path string) error {
	name, args := "xdg-open", []string{path}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", path}
	}
	cmd := exec.Command(name, args...) //nolint:noctx // the browser outlives this command
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	return cmd.Process.Release()
}
