package pasha_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

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
	// Its executable is deleted before the workers start.
	"deleted": func() error {
		if err := os.Remove(os.Args[0]); err != nil {
			return err
		}
		ctx, err := psh.Processes(2)
		if err != nil {
			return err
		}
		out, err := psh.Alloc[float64](psh.Shape(1), psh.In(ctx))
		if err != nil {
			return err
		}
		err = triple.Map(out, psh.Slice([]float64{2}), psh.On(ctx))
		fmt.Println(out.Data[0])
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

// runProgram ends the process as a program would.
func runProgram(name string) {
	err := programs[name]()
	if name != "without Close" {
		psh.Close()
	}
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, err)
	if errors.Is(err, context.Canceled) {
		os.Exit(130)
	}
	os.Exit(1)
}
