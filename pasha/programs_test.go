package pasha_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	psh "extrapasha/pasha"
)

// programVariable makes this test program another program, one of programs.
const programVariable = "PASHA_TEST_PROGRAM"

var programs = map[string]func() error{
	"without Init": func() error {
		_, err := psh.Alloc[int](psh.Shape(1))
		fmt.Println(err)
		return nil
	},
	"printing": func() error {
		ctx, err := psh.Processes(2)
		if err != nil {
			return err
		}
		err = printing.Map(struct{}{}, psh.Range(0, 2000, 1), psh.On(ctx))
		fmt.Println("done")
		return err
	},
	"many arrays": func() error {
		ctx, err := psh.Processes(2)
		if err != nil {
			return err
		}
		arrays := make([]psh.Array[int], 10_000)
		for i := range arrays {
			if arrays[i], err = psh.Alloc[int](psh.Shape(3), psh.In(ctx)); err != nil {
				return err
			}
		}
		if err := fillAll.Map(arrays, psh.Range(0, len(arrays), 1), psh.On(ctx)); err != nil {
			return err
		}
		for i, array := range arrays {
			if array.Data[2] != i {
				return fmt.Errorf("array %d: %v", i, array.Data)
			}
		}
		fmt.Println("ok")
		return nil
	},
	// It tells the workers' numbers and maps until it is stopped.
	"endless": func() error {
		ctx, err := psh.Processes(2)
		if err != nil {
			return err
		}
		pids, err := psh.Alloc[int](psh.Shape(2), psh.In(ctx))
		if err != nil {
			return err
		}
		stop := context.Background()
		if os.Getenv("PASHA_TEST_CTRL_C") != "" {
			var end context.CancelFunc
			stop, end = signal.NotifyContext(stop, os.Interrupt)
			defer end()
		}
		for told := false; ; {
			err := tellPIDs.Map(pids, psh.Range(0, 200, 1), psh.On(ctx), psh.Until(stop))
			if err != nil {
				return err
			}
			if !told && pids.Data[0] != 0 && pids.Data[1] != 0 {
				fmt.Println(pids.Data[0], pids.Data[1])
				told = true
			}
		}
	},
}

var printing = psh.Register("printing", func(struct{}) psh.Kernel[int] {
	return func(worker, index, value int) error {
		// In pieces, as printf of C may do.
		fmt.Print("item ")
		fmt.Print(index, " ")
		fmt.Println(strings.Repeat("x", index))
		fmt.Fprint(os.Stderr, "warn")
		fmt.Fprintln(os.Stderr, "ing")
		return nil
	}
})

var fillAll = psh.Register("fill all", func(arrays []psh.Array[int]) psh.Kernel[int] {
	return func(worker, index, value int) error {
		arrays[index].Data[2] = value
		return nil
	}
})

var tellPIDs = psh.Register("tell PIDs", func(pids psh.Array[int]) psh.Kernel[int] {
	return func(worker, index, value int) error {
		pids.Data[worker] = os.Getpid()
		time.Sleep(100 * time.Microsecond)
		return nil
	}
})

// runProgram ends the process as a program would.
func runProgram(name string) {
	err := programs[name]()
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, err)
	if errors.Is(err, context.Canceled) {
		os.Exit(130)
	}
	os.Exit(1)
}
