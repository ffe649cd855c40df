// Command sbom lists what a program is made of, in CycloneDX's JSON, on standard
// output:
//
//	sbom -version VERSION PROGRAM
//
// It is run in the root of the repository. Listed are
//
//   - the Go modules that the Go tool recorded in the program and the library of Go
//     itself. The SHA-256 of a module is that of go.sum ("h1:"), which is over the
//     names and hashes of its files, not over an archive of them;
//   - the npm packages in the dashboard, with the hashes of web/package-lock.json;
//   - the C libraries that are linked into the program, as the package manager of
//     this machine names them.
//
// Licences are those of web/licences.txt, recognized by their words. A component
// without a hash that has to have one, or with no licence that is recognized, is an
// error: a list that lacks something is worse than none. The same program gives the
// same list.
package main

import (
	"context"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("sbom", flag.ContinueOnError)
	version := flags.String("version", "", "version of the program")
	lock := flags.String("lock", "web/package-lock.json", "lock file of the dashboard's packages")
	texts := flags.String("licences", "web/licences.txt", "licences of all that the program contains")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read arguments: %w", err)
	}
	if flags.NArg() != 1 || *version == "" {
		return errors.New("usage: sbom -version VERSION PROGRAM")
	}
	path := flags.Arg(0)
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read what the program was built from: %w", err)
	}
	known, err := readLicences(*texts)
	if err != nil {
		return err
	}
	parts, err := goModules(info, known)
	if err != nil {
		return err
	}
	packages, err := npmPackages(*lock, known)
	if err != nil {
		return err
	}
	libraries, err := cLibraries(context.Background(), setting(info, "GOARCH"))
	if err != nil {
		return err
	}
	whole, err := document(path, *version, setting(info, "vcs.time"), append(append(parts, packages...), libraries...))
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(whole); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}

func setting(info *buildinfo.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
