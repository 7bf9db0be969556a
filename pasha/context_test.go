package pasha_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"extrapasha/internal/turns"
	psh "extrapasha/pasha"
)

func TestContextByName(t *testing.T) {
	all := runtime.GOMAXPROCS(0)
	for spec, want := range map[string]string{
		"serial": "serial", "serial:1": "serial", "threads:3": "threads:3", "threads": fmt.Sprintf("threads:%d", all),
	} {
		if ctx, err := psh.ContextByName(spec); err != nil || ctx.String() != want {
			t.Errorf("%s: %v, %v; want %s", spec, ctx, err, want)
		}
	}
	for _, spec := range []string{"", "thread", "threads:", "threads:0", "threads:-2", "threads:two", "serial:2", ":4"} {
		if _, err := psh.ContextByName(spec); !errors.Is(err, psh.ErrContext) {
			t.Errorf("%q: %v, want ErrContext", spec, err)
		}
	}
}

func TestDefaultContext(t *testing.T) {
	t.Setenv(psh.ContextVariable, "threads:5")
	if ctx, err := psh.Default(); err != nil || ctx.String() != "threads:5" {
		t.Errorf("from the environment: %v, %v", ctx, err)
	}
	psh.SetDefault(psh.Serial())
	if ctx, err := psh.Default(); err != nil || ctx.String() != "serial" {
		t.Errorf("set: %v, %v", ctx, err)
	}
	psh.SetDefault(nil)
	t.Setenv(psh.ContextVariable, "therads")
	_, err := psh.Alloc[int](psh.Shape(1))
	if !errors.Is(err, psh.ErrContext) || !strings.Contains(err.Error(), psh.ContextVariable) || !strings.Contains(err.Error(), "threads") {
		t.Errorf("a bad name must be told with its variable and what is known: %v", err)
	}
	if err := psh.Map(func(worker, index, value int) error { return nil }, psh.Slice([]int{1})); !errors.Is(err, psh.ErrContext) {
		t.Errorf("Map: %v, want ErrContext", err)
	}
}

// idle is a context that loses work.
type idle struct{ psh.Context }

func (idle) Run(*psh.Job) error { return nil }

type broken struct{ psh.Context }

func (broken) Run(*psh.Job) error { return errDark }

func TestContextFromOutside(t *testing.T) {
	psh.RegisterContext("turns", func(workers int) (psh.Context, error) { return turns.New(max(workers, 1)), nil })
	ctx, err := psh.ContextByName("turns:3")
	if err != nil {
		t.Fatal(err)
	}
	out, err := psh.AllocFor[int](psh.Range(0, 100, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := psh.Map(func(worker, index, value int) error {
		out.Data[index] = 3 * value
		return nil
	}, psh.Range(0, 100, 1), psh.On(ctx)); err != nil {
		t.Fatal(err)
	}
	for i, value := range out.Data {
		if value != 3*i {
			t.Fatalf("item %d: %d", i, value)
		}
	}
	kernel := func(worker, index, value int) error { return nil }
	if err := psh.Map(kernel, psh.Slice([]int{1}), psh.On(idle{psh.Serial()})); err == nil {
		t.Error("a context that does not do the work: no error")
	}
	if err := psh.Map(kernel, psh.Slice([]int{1}), psh.On(broken{psh.Serial()})); !errors.Is(err, errDark) {
		t.Errorf("a context that fails: %v", err)
	}
	for _, name := range []string{"", "a:b", "threads"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("registering %q did not panic", name)
				}
			}()
			psh.RegisterContext(name, nil)
		}()
	}
}
