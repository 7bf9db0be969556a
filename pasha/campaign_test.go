package pasha_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// TestPartOf has the tasks of an array do all items once, in order.
func TestPartOf(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n, tasks := rapid.IntRange(0, 50).Draw(r, "n"), rapid.IntRange(1, 12).Draw(r, "tasks")
		least, step := rapid.IntRange(0, 3).Draw(r, "least"), rapid.IntRange(1, 3).Draw(r, "step")
		var seen []int
		for task := range tasks {
			for name, value := range map[string]int{"ID": least + task*step, "MIN": least, "STEP": step, "COUNT": tasks} {
				t.Setenv("SLURM_ARRAY_TASK_"+name, fmt.Sprint(value))
			}
			part, from, err := psh.PartOf(psh.Range(100, 100+n, 1))
			if err != nil || tasks > 1 && from != len(seen) {
				r.Fatalf("task %d begins at %d after %d items: %v", task, from, len(seen), err)
			}
			err = psh.Map(func(_, index, value int) error {
				if value != 100+from+index {
					return fmt.Errorf("item %d is %d", index, value)
				}
				seen = append(seen, value-100)
				return nil
			}, part, psh.On(psh.Serial()))
			if err != nil {
				r.Fatal(err)
			}
		}
		if len(seen) != n || !slices.IsSorted(seen) {
			r.Fatalf("%d tasks have done %v, expected 0 to %d", tasks, seen, n-1)
		}
	})
}

// TestPartOfGaps refuses tasks that would leave items out.
func TestPartOfGaps(t *testing.T) {
	for name, ids := range map[string][4]string{
		"a gap":       {"7", "0", "1", "3"},
		"no number":   {"x", "0", "1", "3"},
		"between two": {"1", "0", "2", "3"},
	} {
		for i, variable := range []string{"ID", "MIN", "STEP", "COUNT"} {
			t.Setenv("SLURM_ARRAY_TASK_"+variable, ids[i])
		}
		if _, _, err := psh.PartOf(psh.Range(0, 10, 1)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
