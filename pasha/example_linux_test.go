package pasha_test

import (
	"fmt"

	psh "extrapasha/pasha"
)

// A recipe runs on threads as on processes. A program that uses processes calls Init
// at the start of main, in tests of TestMain.
func ExampleRegister() {
	// var triple = psh.Register("triple", func(out psh.Array[float64]) psh.Kernel[float64] {
	// 	return func(worker, index int, value float64) error {
	// 		out.Data[index] = 3 * value
	// 		return nil
	// 	}
	// })
	in := []float64{1, 2, 3}
	for _, name := range []string{"threads", "processes:2"} {
		ctx, _ := psh.ContextByName(name)
		out, _ := psh.Alloc[float64](psh.Like(in), psh.In(ctx))
		err := triple.Map(out, psh.Slice(in), psh.On(ctx), psh.Retry(2))
		fmt.Println(out.Data, err)
		_ = out.Free()
	}
	psh.EndWorkers()
	// Output:
	// [3 6 9] <nil>
	// [3 6 9] <nil>
}
