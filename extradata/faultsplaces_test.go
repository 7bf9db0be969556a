package extradata_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"extrapasha/extradata"
)

// TestFaultCircles has structures that lead to each other without end. What is asked
// of them is an error, and no other question is the worse for it.
func TestFaultCircles(t *testing.T) {
	for _, c := range []struct {
		row string
		ask func(*extradata.DataCollection) error
	}{
		{"group", func(c *extradata.DataCollection) error { _, err := c.Keys(faultCamera); return err }},
		{"tree2", func(c *extradata.DataCollection) error { _, err := c.Keys(faultCamera); return err }},
		{"chunks", func(c *extradata.DataCollection) error {
			k, err := extradata.Key[int16](c, faultCamera, "data.chunks")
			if err == nil {
				_, err = k.Read()
			}
			return err
		}},
		{"header", func(c *extradata.DataCollection) error { _, err := c.Key(faultCamera, "data.energy"); return err }},
		{"links-earliest", func(c *extradata.DataCollection) error { _, err := c.Key(faultCamera, "data.a"); return err }},
		{"links-latest", func(c *extradata.DataCollection) error { _, err := c.Key(faultCamera, "data.own"); return err }},
	} {
		t.Run(c.row, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "circles/"+c.row))
			frugal(t, func() {
				if err := c.ask(run); err == nil {
					t.Error("no error")
				}
			})
		})
	}
}

// TestFaultRootInCircles cannot be opened at all.
func TestFaultRootInCircles(t *testing.T) {
	dir := faultRow(t, "circles/root")
	frugal(t, func() {
		_, err := extradata.RunDirectory(dir)
		var unreadable *extradata.UnreadableError
		if !errors.As(err, &unreadable) || !errors.Is(err, extradata.ErrCorrupt) {
			t.Errorf("%v, want an UnreadableError of what is corrupt", err)
		}
	})
}

// TestFaultGroupsInCircles lists keys of groups that have themselves as children.
func TestFaultGroupsInCircles(t *testing.T) {
	for _, structures := range []string{"earliest", "latest"} {
		run := faultRun(t, faultRow(t, "circles/links-"+structures))
		frugal(t, func() {
			keys, err := run.Keys(faultCamera)
			if err != nil || !slices.Contains(keys, "data.energy") {
				t.Errorf("%s: keys %v, %v", structures, keys, err)
			}
		})
		reads(t, run, "data.energy", ramp(0, faultTrains))
		reads(t, run, "data.child.child.energy", ramp(0, faultTrains))
	}
}

// TestFaultOutside reads data that lie out of the run's directory, with a notice each.
func TestFaultOutside(t *testing.T) {
	told := notices(t)
	run := faultRun(t, filepath.Join(faultRow(t, "outside"), "run"))
	for range 2 {
		reads(t, run, "data.link", ramp(700, faultTrains))
		reads(t, run, "data.virtual", ramp(700, faultTrains))
		reads(t, run, "data.raw", []int32{0, 1, 2, 3, 4, 5})
	}
	for _, place := range []string{"/far.h5", "/far.raw"} {
		if n := strings.Count(told(), place); n != 1 {
			t.Errorf("%d notices of %s:\n%s", n, place, told())
		}
	}
	if missing := lacks(told(), "level=WARN", faultFile, "data/raw"); missing != nil {
		t.Errorf("the notices\n%sdo not tell %q", told(), missing)
	}
}

func TestFaultVirtualCircles(t *testing.T) {
	run := faultRun(t, filepath.Join(faultRow(t, "outside"), "run"))
	for _, key := range []string{"data.itself", "data.one", "data.two", "data.named"} {
		soon(t, func() { refuses[float32](t, run, key, extradata.ErrCorrupt, faultFile) })
	}
}

// pipe makes a named pipe. Somebody who waits for it is told, and fails the test.
func pipe(t testing.TB, path string) {
	t.Helper()
	if err := unix.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	watch := time.AfterFunc(10*time.Second, func() {
		t.Errorf("somebody waits for the pipe %s", path)
		if f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0); err == nil {
			f.Close()
		}
	})
	t.Cleanup(func() { watch.Stop() })
}

// special puts what is no regular file at a path.
var special = map[string]func(t testing.TB, path string){
	"pipe": pipe,
	"socket": func(t testing.TB, path string) {
		t.Chdir(filepath.Dir(path)) // the paths of sockets are short
		listener, err := net.Listen("unix", filepath.Base(path))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
	},
	"directory": func(t testing.TB, path string) {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
	},
}

func TestFaultSpecialFiles(t *testing.T) {
	for name, put := range special {
		t.Run(name, func(t *testing.T) {
			dir := faultRow(t, "pipes")
			put(t, filepath.Join(dir, faultSecond))
			told := notices(t)
			soon(t, func() {
				reads(t, faultRun(t, dir), "data.energy", ramp(0, faultTrains))
				if _, err := extradata.H5File(filepath.Join(dir, faultSecond)); err == nil {
					t.Error("no error of the file alone")
				}
			})
			if missing := lacks(told(), "level=WARN", faultSecond); missing != nil {
				t.Errorf("the warning %q does not tell %q", told(), missing)
			}
		})
	}
}

// TestFaultSpecialPlaces has what is no regular file where other files are looked for.
func TestFaultSpecialPlaces(t *testing.T) {
	for _, place := range []string{"karabo_data_map.json", "overview.h5"} {
		for name, put := range special {
			t.Run(place+" "+name, func(t *testing.T) {
				dir := faultRow(t, "pipes")
				put(t, filepath.Join(dir, place))
				soon(t, func() { reads(t, faultRun(t, dir), "data.energy", ramp(0, faultTrains)) })
			})
		}
	}
}

func TestFaultPipesBehind(t *testing.T) {
	dir := faultRow(t, "pipes")
	pipe(t, filepath.Join(dir, "pipe"))
	run := faultRun(t, dir)
	soon(t, func() {
		reads(t, run, "data.energy", ramp(0, faultTrains))
		refuses[int32](t, run, "data.raw", nil, "pipe")
		refuses[float32](t, run, "data.virtual", nil, "pipe")
		refuses[float32](t, run, "data.link", nil)
	})
}

// TestFaultPipeBehindLink tells why there is nothing behind a link.
func TestFaultPipeBehindLink(t *testing.T) {
	dir := faultRow(t, "pipes")
	pipe(t, filepath.Join(dir, "pipe"))
	run := faultRun(t, dir)
	soon(t, func() { refuses[float32](t, run, "data.link", nil, "pipe") })
}

func TestFaultAliasPipe(t *testing.T) {
	for _, ending := range []string{".yml", ".json", ".toml"} {
		path := filepath.Join(t.TempDir(), "aliases"+ending)
		pipe(t, path)
		soon(t, func() {
			_, err := extradata.LoadAliases(path)
			tells(t, err, path)
		})
	}
}
