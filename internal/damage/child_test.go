package damage

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// childVariable in the environment makes this program read variants.
	childVariable = "DAMAGE_CHILD"
	// The files that a child is started with, beside standard input with a variant a
	// line: where results go, and where it writes what it is doing.
	resultsFile, stepFile = 3, 4
	// addressSpace is what a child may have.
	addressSpace = 8 << 30
)

// result is what came of a variant.
type result struct {
	Variant variant
	// Opened tells that the run could be opened, Errors how many questions had no
	// answer, Last what the last of these was.
	Opened bool
	Errors int
	Last   string
	// Wrong, Lost and Left are answers that cannot be right, lists that became shorter
	// without an error, and what was left over: files, mappings, goroutines.
	Wrong, Lost, Left []string
	// Panic is that of the goroutine that read.
	Panic string
	// Big counts keys that claim much. Memory is how much was taken at most, Time how
	// long it took, Printed what was written to standard output and error.
	Big     int
	Memory  int64
	Time    time.Duration
	Printed string
	// Crash, Hang tell how the child ended, and Step what it was doing. The parent
	// fills them in.
	Crash, Hang string
	Step        string
}

// child reads variants until there are no more.
func child() {
	if !raceDetector { // it takes more than there is of address space
		limit := unix.Rlimit{Cur: addressSpace, Max: addressSpace}
		if err := unix.Setrlimit(unix.RLIMIT_AS, &limit); err != nil {
			fatal(err)
		}
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
	dir, err := os.MkdirTemp("", "damage")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	c := reader{dir: dir, steps: os.NewFile(stepFile, "steps"), before: map[string]*account{}}
	results := json.NewEncoder(os.NewFile(resultsFile, "results"))
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var order order
		if err := json.Unmarshal(lines.Bytes(), &order); err != nil {
			fatal(err)
		}
		r, err := c.read(order)
		if err != nil {
			fatal(err)
		}
		if err := results.Encode(r); err != nil {
			fatal(err)
		}
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "damage:", err)
	os.Exit(3)
}

// order is a variant to read, and a directory to keep it in, empty for none.
type order struct {
	Variant variant
	Keep    string
}

// reader is a child.
type reader struct {
	dir   string
	steps *os.File
	// before is what is read of the runs before they are damaged.
	before map[string]*account
	count  int
}

// step tells the parent what is being done.
func (c *reader) step(text string) {
	var line [200]byte
	copy(line[:], text)
	_, _ = c.steps.WriteAt(line[:], 0)
}

// undamaged is what is read of a run as it was.
func (c *reader) undamaged(b *base) (*account, error) {
	if c.before[b.name] == nil {
		dir := filepath.Join(c.dir, b.name)
		if err := b.write(dir, b.content()); err != nil {
			return nil, err
		}
		c.before[b.name] = readRun(dir, slices.Sorted(maps.Keys(b.Answers)), func(step string) { c.step("undamaged: " + step) })
	}
	return c.before[b.name], nil
}

func (c *reader) read(o order) (r result, err error) {
	r.Variant = o.Variant
	b, err := load(o.Variant.Base)
	if err != nil {
		return r, err
	}
	before, err := c.undamaged(b)
	if err != nil {
		return r, err
	}
	damaged, err := o.Variant.make(b)
	if err != nil {
		return r, err
	}
	c.count++
	dir := filepath.Join(c.dir, strconv.Itoa(c.count))
	if o.Keep != "" {
		dir = o.Keep
	} else {
		defer os.RemoveAll(dir)
	}
	if err := b.write(dir, damaged); err != nil {
		return r, err
	}
	after := c.measure(&r, dir, b)
	if r.Panic != "" {
		return r, nil
	}
	r.Opened, r.Errors, r.Big = after.opened, after.errors, after.big
	if after.last != nil {
		r.Last = after.last.Error()
	}
	r.Wrong, r.Lost = judge(b, damaged, before, after)
	if o.Variant.Kind == "none" {
		r.Wrong = append(r.Wrong, compareAnswers(b, after)...)
	}
	if o.Keep != "" {
		err = saveFacts(filepath.Join(dir, "facts.json"), after.facts)
	}
	return r, err
}

// measure reads a run, and finds out what that takes and leaves.
func (c *reader) measure(r *result, dir string, b *base) (after *account) {
	if resident("VmRSS") > 300<<20 {
		debug.FreeOSMemory()
	}
	printed, files, routines := offset(os.Stderr), openFiles(), runtime.NumGoroutine()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the peak counts from here
	memory, start := resident("VmRSS"), time.Now()
	func() {
		defer func() {
			if p := recover(); p != nil {
				r.Panic = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
		}()
		after = readRun(dir, slices.Sorted(maps.Keys(b.Answers)), c.step)
	}()
	r.Time, r.Memory = time.Since(start), resident("VmHWM")-memory
	r.Printed = readFrom(os.Stderr, printed)
	r.Left = leftOver(dir, files, routines)
	return after
}

// leftOver finds what was not there before: files, mappings, goroutines. What ends by
// itself is given some time for it.
func leftOver(dir string, files, routines int) (left []string) {
	for range 20 {
		left = nil
		if now := openFiles(); now > files {
			left = append(left, fmt.Sprintf("%d open files, before %d", now, files))
		}
		if maps, _ := os.ReadFile("/proc/self/maps"); bytes.Contains(maps, []byte(dir+"/")) {
			left = append(left, "files are mapped")
		}
		if now := runtime.NumGoroutine(); now > routines {
			stacks := make([]byte, 1<<16)
			stacks = stacks[:runtime.Stack(stacks, true)]
			left = append(left, fmt.Sprintf("%d goroutines, before %d\n%s", now, routines, stacks))
		}
		if len(left) == 0 {
			break
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	return left
}

func openFiles() int {
	files, _ := os.ReadDir("/proc/self/fd")
	return len(files)
}

// resident is a number of /proc/self/status, in bytes.
func resident(name string) int64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), name+":")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, _ := strconv.ParseInt(number, 10, 64)
	return n << 10
}

// offset is how long a file is that standard error goes to.
func offset(file *os.File) int64 {
	info, err := file.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// readFrom is what a file has from a place on.
func readFrom(file *os.File, at int64) string {
	path := fmt.Sprintf("/proc/self/fd/%d", file.Fd())
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, _ := io.ReadAll(io.NewSectionReader(f, at, 1<<20))
	return string(text)
}
