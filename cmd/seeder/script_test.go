package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"seeder/config"
	"seeder/daemon"
)

// deadline is how long a script waits for something to come about.
const deadline = 60 * time.Second

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"seeder": main})
}

// TestScripts runs what a user could type. Beside the usual commands:
//
//	exits CODE COMMAND...         the command must end with this exit code
//	eventually PATTERN COMMAND... the command is repeated until its output matches
//	reach DIR WAKU SWARM          waits for the daemon of a data folder and puts its
//	                              addresses into two variables
//	community DIR NAME            puts the id of the key in a data folder into a variable
//	sqlite FILE SQL               changes a database behind the back of the program
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			vectors, err := filepath.Abs("../../testdata/status-go")
			if err != nil {
				return err
			}
			env.Setenv("VECTORS", vectors)
			env.Setenv("SEEDER_API_LISTEN", "127.0.0.1:0")
			for name, dir := range map[string]string{"HOME": "home", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "share", "TMPDIR": "tmp"} {
				path := env.WorkDir + "/" + dir
				env.Setenv(name, path)
				if err := os.MkdirAll(path, 0o700); err != nil {
					return err
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "eventually": eventually, "reach": reach, "community": communityOf, "sqlite": sqlite,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("cannot run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%v exits with %d, want %d", args[1:], got, want)
	}
}

func eventually(ts *testscript.TestScript, neg bool, args []string) {
	pattern, err := regexp.Compile("(?m)" + args[0])
	if neg || err != nil || len(args) < 2 {
		ts.Fatalf("usage: eventually PATTERN COMMAND...")
	}
	end := time.Now().Add(deadline)
	for {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%v does not give %s: %v", args[1:], args[0], err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func reach(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: reach DIR WAKU SWARM")
	}
	cfg := config.Default()
	cfg.DataDir = ts.MkAbs(args[0])
	end := time.Now().Add(deadline)
	for {
		n, err := daemon.ReadNodeFile(cfg)
		if err == nil && alive(n.PID) {
			ts.Setenv(args[1], n.Waku[0])
			ts.Setenv(args[2], n.Swarm[0])
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("no daemon in %s: %v", args[0], err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func communityOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: community DIR NAME")
	}
	cfg := config.Default()
	cfg.DataDir = ts.MkAbs(args[0])
	list, err := daemon.Keystore(cfg).List()
	if err != nil || len(list) != 1 {
		ts.Fatalf("%d keys in %s, want one: %v", len(list), args[0], err)
	}
	ts.Setenv(args[1], list[0].Community.String())
}

func sqlite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sqlite FILE SQL")
	}
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=busy_timeout(10000)") // a daemon may be writing
	ts.Check(err)
	_, err = db.ExecContext(context.Background(), args[1])
	ts.Check(errors.Join(err, db.Close()))
}
