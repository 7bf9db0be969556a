package pasha_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"extrapasha/internal/mpi/launch"

	psh "extrapasha/pasha"
)

// everyKind has arrays of every kind that crosses between ranks.
type everyKind struct {
	Rows    psh.Array[float64] // (items, 3)
	Fortran psh.Array[int32]
	View    psh.Array[int]
	Sums    psh.Array[int64] // for each worker
	Table   psh.Array[float64]
	Before  psh.Array[int] // rows that have something in them
	Scale   float64
}

var everything = psh.Register("every kind", func(a everyKind) psh.Kernel[float64] {
	return func(worker, index int, value float64) error {
		for i := range 3 {
			a.Rows.Set(value*a.Scale+a.Table.Data[i], index, i)
			a.Fortran.Set(int32(index*i), index, i)
		}
		a.View.Set(index+1, index)
		a.Sums.Row(worker).Data[index%4]++
		a.Before.Data[index] += index
		return psh.Map(func(_, _, k int) error { a.Rows.Data[3*index] += float64(k); return nil }, psh.Range(0, 3, 1))
	}
})

var ranksFold = psh.RegisterFold("ranks", func(power float64) psh.Fold[psh.Array[float64], float64] {
	return psh.Fold[psh.Array[float64], float64]{
		Shape: []int{3},
		Kernel: func(part psh.Array[float64]) psh.Kernel[psh.Array[float64]] {
			return func(_, index int, row psh.Array[float64]) error {
				for i, x := range row.Data {
					part.Data[i] = part.Data[i]*power + x/float64(index+7)
				}
				return nil
			}
		},
		Merge: func(part, next psh.Array[float64]) {
			for i, x := range next.Data {
				part.Data[i] = part.Data[i]*1.0001 + x
			}
		},
	}
})

func init() { psh.RegisterItems[psh.Array[float64]]() }

// answers is what maps and reductions of every kind give on the default context.
func answers() (string, error) {
	const n = 500
	var a everyKind
	var errs [8]error
	var err error
	in := make([]float64, n)
	for i := range in {
		in[i] = float64(i) / 7
	}
	a.Rows, errs[0] = psh.AllocFor[float64](psh.Slice(in), 3)
	a.Fortran, errs[1] = psh.Alloc[int32](psh.Shape(n, 3), psh.Fortran())
	wide, err := psh.Alloc[int](psh.Shape(2*n, 4))
	errs[2] = err
	a.View, errs[3] = wide.View(psh.Every().By(2), psh.At(3))
	a.Sums, errs[4] = psh.Alloc[int64](psh.PerWorker(), psh.Shape(4))
	a.Table, errs[5] = psh.Alloc[float64](psh.Shape(3), psh.Fill(0.25))
	a.Before, errs[6] = psh.Alloc[int](psh.Like(in), psh.Fill(1000))
	a.Scale = 3
	if err := errors.Join(errs[:]...); err != nil {
		return "", err
	}
	shown := 0
	for range 3 { // maps go on with what those before have left
		if err := everything.Map(a, psh.Slice(in), psh.OnProgress(func(done, _ int) { shown = done })); err != nil {
			return "", err
		}
	}
	psh.EndWorkers() // others begin with the next map, or they stay
	sums, err := psh.Sum[int64](a.Sums, 0)
	if err != nil {
		return "", err
	}
	items, err := psh.Along(a.Rows, 0)
	if err != nil {
		return "", err
	}
	folded, err := ranksFold.Reduce(0.999, items)
	if err != nil {
		return "", err
	}
	groups := make([]int, n)
	for i := range groups {
		groups[i] = i*i%5 - 1
	}
	mean, err := psh.ReduceMean(items, psh.By(groups))
	if err != nil {
		return "", err
	}
	moments, err := psh.ReduceMoments(items)
	if err != nil {
		return "", err
	}
	text := fmt.Sprint(a.Rows.Data, a.Fortran.Data, wide.Data, sums.Data, a.Before.Data, shown, folded.Data, mean.Data, moments.Data)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text))), nil
}

func init() {
	programs["answers"] = func() error {
		ctx, err := psh.Default()
		if err != nil {
			return err
		}
		text, err := answers()
		fmt.Println(strings.TrimRight(ctx.String(), ":0123456789"), text)
		return err
	}
}

// TestRanks has ranks give the answers that one worker gives, to the bit.
func TestRanks(t *testing.T) {
	want, err := program(t, "answers", psh.ContextVariable+"=serial").Output()
	if err != nil {
		t.Fatalf("%v: %s", err, want)
	}
	same := strings.TrimPrefix(string(want), "serial ")
	if out, err := program(t, "answers", psh.ContextVariable+"=processes:3").Output(); err != nil || string(out) != "processes "+same {
		t.Errorf("processes: %v: %s, want %s", err, out, same)
	}
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		for _, name := range []string{"mpi", "mpi:processes"} {
			out, words, err := l.Run(t, 4, programVariable+"=answers", psh.ContextVariable+"="+name)
			if err != nil || out != name+" "+same || words != "" {
				t.Errorf("%v: %q, want %q\n%s", err, out, name+" "+same, words)
			}
		}
	})
}
