package fault

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// constant matches the name of a failpoint in the source.
var constant = regexp.MustCompile(`(?m)^\t([A-Z]\w+)\s+= "([a-z.]+)"$`)

// TestEveryNameIsUsed reads the tree: a failpoint that is registered is in
// the product, in the package comment and in the list of names, and the
// product uses no others.
func TestEveryNameIsUsed(t *testing.T) {
	source, err := os.ReadFile("names.go")
	if err != nil {
		t.Fatal(err)
	}
	comment, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	uses := usesInTree(t, "../..")
	var registered []string
	for _, match := range constant.FindAllStringSubmatch(string(source), -1) {
		name, value := match[1], match[2]
		registered = append(registered, value)
		if uses[name] == 0 {
			t.Errorf("no code passes failpoint %s", value)
		}
		if !bytes.Contains(comment, []byte("//\t"+value+" ")) {
			t.Errorf("the package comment does not say where %s is", value)
		}
		delete(uses, name)
	}
	for name := range uses {
		t.Errorf("fault.Point(fault.%s) has no registered name", name)
	}
	if !slices.Equal(registered, Names()) {
		t.Errorf("Names() is %q, declared are %q", Names(), registered)
	}
	if slices.Sort(registered); len(slices.Compact(registered)) != len(Names()) {
		t.Error("two failpoints have one name")
	}
}

// usesInTree counts the calls of Point in ordinary source files by the name of
// the constant.
func usesInTree(t *testing.T, root string) map[string]int {
	t.Helper()
	call := regexp.MustCompile(`fault\.Point\(fault\.(\w+)\)`)
	uses := make(map[string]int)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path != root {
			return nil // what others make and remove beside the source
		}
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // as above
		}
		for _, match := range call.FindAllSubmatch(b, -1) {
			uses[string(match[1])]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return uses
}

func TestPointWithoutPlan(t *testing.T) {
	for _, name := range Names() {
		if err := Point(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := testing.AllocsPerRun(100, func() { _ = Point(FileWrite) }); n != 0 {
		t.Errorf("a failpoint allocates %v times without a plan", n)
	}
}

func follow(t *testing.T, text string) {
	t.Helper()
	restore, err := Follow(text)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(restore)
}

func TestPassesAreCountedByName(t *testing.T) {
	follow(t, "store.commit.before:error#2, atomicfile.write:enospc#2-3 ,files.sweep.before:error#3+,swarm.discard.before:error")
	want := map[string][]bool{
		StoreCommitBefore:  {false, true, false, false, false},
		FileWrite:          {false, true, true, false, false},
		SweepBefore:        {false, false, true, true, true},
		SwarmDiscardBefore: {true, true, true, true, true},
		StoreCommitAfter:   {false, false, false, false, false},
	}
	for pass := range 5 {
		for name, fails := range want {
			err := Point(name)
			if errors.Is(err, ErrInjected) != fails[pass] || (err != nil) != fails[pass] {
				t.Errorf("%s, pass %d: %v", name, pass+1, err)
			}
			if noSpace := errors.Is(err, syscall.ENOSPC); noSpace != (fails[pass] && name == FileWrite) {
				t.Errorf("%s, pass %d: %v is the error of a full disk: %t", name, pass+1, err, noSpace)
			}
		}
	}
}

func TestAllPointsAtOnce(t *testing.T) {
	follow(t, "*:error#1")
	for _, name := range Names() {
		if err := Point(name); !errors.Is(err, ErrInjected) || !strings.Contains(err.Error(), name) {
			t.Errorf("first pass of %s: %v", name, err)
		}
		if err := Point(name); err != nil {
			t.Errorf("second pass of %s: %v", name, err)
		}
	}
}

func TestFollowRestores(t *testing.T) {
	outer, err := Follow("store.commit.before:error")
	if err != nil {
		t.Fatal(err)
	}
	defer outer()
	inner, err := Follow("")
	if err != nil {
		t.Fatal(err)
	}
	if err := Point(StoreCommitBefore); err != nil {
		t.Errorf("with an empty plan: %v", err)
	}
	inner()
	if err := Point(StoreCommitBefore); !errors.Is(err, ErrInjected) {
		t.Errorf("with the plan before: %v", err)
	}
}

func TestSleep(t *testing.T) {
	follow(t, "store.commit.before:sleep=30ms")
	begin := time.Now()
	if err := Point(StoreCommitBefore); err != nil || time.Since(begin) < 30*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(begin))
	}
}

func TestTraceAndKill(t *testing.T) {
	p, err := parse("*:trace,waku.publish.before:kill#2")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	died := 0
	p.log, p.die = &log, func() { died++ }
	for _, name := range []string{WakuPublishBefore, WakuPublishAfter, WakuPublishBefore} {
		if err := p.pass(name); err != nil {
			t.Error(err)
		}
	}
	const want = `fault: passed waku.publish.before, pass 1
fault: passed waku.publish.after, pass 1
fault: passed waku.publish.before, pass 2
fault: kill at waku.publish.before, pass 2
`
	if log.String() != want || died != 1 {
		t.Errorf("died %d times; log:\n%s", died, log.String())
	}
}

func TestMalformedPlans(t *testing.T) {
	for _, text := range []string{
		",", "kill", "store.commit.before", "no.such.point:kill", "store.commit.before:die", "store.commit.before:",
		"store.commit.before:kill#", "store.commit.before:kill#0", "store.commit.before:kill#-1", "store.commit.before:kill#3-2",
		"store.commit.before:kill#1+-2", "store.commit.before:kill#1-2+", "store.commit.before:kill#x",
		"store.commit.before:sleep", "store.commit.before:sleep=fast", "store.commit.before:sleep=-1s",
		"store.commit.before:kill=1s", "store.commit.before:kill,",
	} {
		if _, err := Follow(text); !errors.Is(err, ErrPlan) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"*:trace", "store.commit.before:kill#1", "store.commit.before:sleep=0s#4-4"} {
		if _, err := parse(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestConcurrentPassesAreAllCounted(t *testing.T) {
	const routines, each = 8, 200
	p, err := parse("store.commit.before:error#100")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	failed := make(chan error, routines*each)
	for range routines {
		wg.Go(func() {
			for range each {
				if err := p.pass(StoreCommitBefore); err != nil {
					failed <- err
				}
			}
		})
	}
	wg.Wait()
	if len(failed) != 1 || p.passed[StoreCommitBefore] != routines*each {
		t.Errorf("%d of %d passes failed, want one", len(failed), p.passed[StoreCommitBefore])
	}
}

// TestInProcess runs this test binary with a plan in its environment: it must
// die by a signal where the plan says, and refuse a malformed plan.
func TestInProcess(t *testing.T) {
	const role = "SEEDER_TEST_FAULT_ROLE"
	if os.Getenv(role) != "" {
		for range 3 {
			if err := Point(FileRenameBefore); err != nil {
				os.Stdout.WriteString("error: " + err.Error() + "\n")
			}
		}
		os.Stdout.WriteString("alive\n")
		return
	}
	run := func(plan string) (string, error) {
		cmd := exec.Command(os.Args[0], "-test.run=^TestInProcess$", "-test.v")
		cmd.Env = append(os.Environ(), role+"=child", Variable+"="+plan)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run("atomicfile.rename.before:kill#3")
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Success() || strings.Contains(out, "alive") ||
		!strings.Contains(out, "fault: kill at atomicfile.rename.before, pass 3") {
		t.Errorf("killed at its third pass: %v\n%s", err, out)
	}
	if out, err := run("atomicfile.rename.before:kill#4"); err != nil || !strings.Contains(out, "alive") {
		t.Errorf("killed at its fourth pass, of three: %v\n%s", err, out)
	}
	if out, _ := run("atomicfile.rename.befor:kill"); strings.Count(out, ErrPlan.Error()) != 3 {
		t.Errorf("with a malformed plan:\n%s", out)
	}
}

func TestOpenEnd(t *testing.T) {
	p, err := parse("store.commit.before:error#7+")
	if err != nil {
		t.Fatal(err)
	}
	if r := p.rules[0]; r.first != 7 || r.last != math.MaxUint64 {
		t.Errorf("rule %+v", r)
	}
}

func BenchmarkPoint(b *testing.B) {
	for b.Loop() {
		if err := Point(StoreCommitBefore); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDesignListsEveryName keeps the list of failpoints in the documentation
// equal to that of the package, with the same words.
func TestDesignListsEveryName(t *testing.T) {
	design, err := os.ReadFile("../../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	comment, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var inComment, inDesign [][2]string
	for _, m := range regexp.MustCompile(`(?m)^//\t([a-z]+\.[a-z.]+) +(.*)$`).FindAllStringSubmatch(string(comment), -1) {
		inComment = append(inComment, [2]string{m[1], m[2]})
	}
	_, section, _ := strings.Cut(string(design), "\n### Failpoints\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, m := range regexp.MustCompile("(?m)^\\| `(.*)` \\| (.*) \\|$").FindAllStringSubmatch(section, -1) {
		inDesign = append(inDesign, [2]string{m[1], m[2]})
	}
	if len(inComment) != len(Names()) {
		t.Errorf("the package comment lists %d failpoints of %d", len(inComment), len(Names()))
	}
	if !slices.Equal(inDesign, inComment) {
		t.Errorf("docs/design.md lists\n%q\nand the package comment\n%q", inDesign, inComment)
	}
}
