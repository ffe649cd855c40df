package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Settings of the long forms; `make soak` sets them.
var (
	full     = flag.Bool("full", false, "kill at every pass of every failpoint")
	kills    = flag.Int("kills", 12, "kills at random moments in the soak")
	seed     = flag.Uint64("seed", 0, "seed of the soak; 0 takes one from the time")
	promtool = flag.String("promtool", "", "path of promtool, which then checks what nodes tell; empty for no such check")
	keep     = flag.Bool("keep", false, "keep the folders of the nodes")
)

// program is the path of the binary under test, scratch a folder of this run.
var program, scratch string

func TestMain(m *testing.M) {
	if path := os.Getenv(insideVariable); path != "" {
		os.Exit(runInside(path))
	}
	// Most of the time processes wait for each other, so more of them run at once
	// than there are processors. The command line may say otherwise.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run builds the program once for all tests.
func run(m *testing.M) (int, error) {
	var err error
	if scratch, err = os.MkdirTemp("", "seeder-e2e-"); err != nil {
		return 0, err
	}
	if !*keep {
		defer os.RemoveAll(scratch)
	}
	program = filepath.Join(scratch, "seeder.exe")
	if out, err := exec.Command("go", "build", "-o", program, "seeder/cmd/seeder").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return m.Run(), nil
}
