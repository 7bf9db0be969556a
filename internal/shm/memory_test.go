//go:build linux

package shm

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"extrapasha/internal/memory"
)

// TestAgainstModel allocates and frees at random: what is allocated is zero, keeps
// what is written to it, and never overlaps; in the end all is one hole again.
func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var m Memory
		defer m.Trim()
		var live [][]byte
		for step := range rapid.IntRange(1, 60).Draw(rt, "steps") {
			if len(live) > 0 && rapid.Bool().Draw(rt, "free") {
				i := rapid.IntRange(0, len(live)-1).Draw(rt, "which")
				if !m.Free(live[i]) {
					rt.Fatal("what was allocated cannot be freed")
				}
				live = slices.Delete(live, i, i+1)
				continue
			}
			memory, err := m.Alloc(rapid.SampledFrom([]int{0, 1, 100, page, page + 1, 5 * page, firstSegment / 2, firstSegment + 1}).Draw(rt, "bytes"))
			if err != nil {
				rt.Fatal(err)
			}
			for _, i := range []int{0, len(memory) / 2, len(memory) - 1} {
				if i >= 0 && i < len(memory) && memory[i] != 0 {
					rt.Fatalf("byte %d of %d is not zero", i, len(memory))
				}
			}
			if len(memory) > 0 {
				memory[0], memory[len(memory)-1] = byte(step), byte(step)
			}
			for _, other := range live {
				if len(memory) > 0 && len(other) > 0 && (&memory[0] == &other[0] || other[0] != other[len(other)-1]) {
					rt.Fatal("two allocations overlap")
				}
			}
			live = append(live, memory)
		}
		for _, memory := range live {
			m.Free(memory)
		}
		for _, s := range m.segments {
			if len(s.free) != 1 || s.free[0].size != len(s.memory) || len(s.used) > 0 {
				rt.Fatalf("not all is free again: %v, %v", s.free, s.used)
			}
		}
	})
}

func TestFree(t *testing.T) {
	var m Memory
	defer m.Trim()
	memory, err := m.Alloc(3 * page)
	if err != nil {
		t.Fatal(err)
	}
	for i := range memory {
		memory[i] = 1
	}
	if m.Free(memory[1:]) || m.Free(make([]byte, 10)) {
		t.Error("a part, or other memory, was freed")
	}
	if !m.Free(memory) || m.Free(memory) {
		t.Error("it must be freed once")
	}
	if slices.Contains(memory, 1) {
		t.Error("what is freed keeps its pages")
	}
}

// TestHandles opens memory as another process would, with the descriptors.
func TestHandles(t *testing.T) {
	var owner, other Memory
	defer owner.Trim()
	first, _ := owner.Alloc(100)
	large, err := owner.Alloc(2 * firstSegment)
	if err != nil {
		t.Fatal(err)
	}
	parcel, files, next := owner.Pack(0)
	if next != 2 || len(files) != 2 {
		t.Fatalf("%d files, next %d", len(files), next)
	}
	for i, file := range files { // as they come out of a socket
		fd, err := unix.Dup(int(file.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		files[i] = os.NewFile(uintptr(fd), "copy")
	}
	if err := other.Unpack(parcel, files); err != nil {
		t.Fatal(err)
	}
	for _, memory := range [][]byte{first, large[firstSegment : firstSegment+10]} {
		handle, ok := owner.Find(memory)
		if !ok {
			t.Fatal("not found")
		}
		same, err := other.Open(handle)
		if err != nil {
			t.Fatal(err)
		}
		memory[3] = 42
		if len(same) != len(memory) || same[3] != 42 {
			t.Error("it is not the same memory")
		}
		var stranger Memory
		if _, err := stranger.Open(handle); !errors.Is(err, ErrForeign) {
			t.Errorf("%v, want ErrForeign", err)
		}
		handle.Len = 3 * firstSegment
		if _, err := other.Open(handle); !errors.Is(err, ErrForeign) {
			t.Errorf("beyond the end: %v, want ErrForeign", err)
		}
	}
	if _, ok := owner.Find(make([]byte, 8)); ok {
		t.Error("the heap is found in shared memory")
	}
}

func TestLimits(t *testing.T) {
	var m Memory
	defer m.Trim()
	if _, err := m.Alloc(1 << 50); !errors.Is(err, memory.ErrMemory) || !strings.Contains(err.Error(), "1.0 PiB") || !strings.Contains(err.Error(), "GiB") {
		t.Errorf("%v, want ErrMemory with what was asked for and what there is", err)
	}
	// Shared memory is only taken when it is touched.
	most := 1 << 46
	for memory.Fits(most) != nil {
		most /= 2
	}
	memory, err := m.Alloc(most)
	if err != nil {
		t.Fatal(err)
	}
	memory[0], memory[len(memory)/2], memory[len(memory)-1] = 1, 2, 3
	var stat unix.Stat_t
	if err := unix.Fstat(int(m.segments[0].file.Fd()), &stat); err != nil || stat.Blocks*512 > 64*int64(page) {
		t.Errorf("%d bytes are taken for three pages: %v", stat.Blocks*512, err)
	}
	// Another process cannot make it smaller under our feet.
	if err := m.segments[0].file.Truncate(0); !errors.Is(err, unix.EPERM) {
		t.Errorf("truncate: %v, want EPERM", err)
	}
}

func TestFewDescriptors(t *testing.T) {
	var m Memory
	defer m.Trim()
	for range 10_000 {
		if _, err := m.Alloc(1 << 20); err != nil {
			t.Fatal(err)
		}
	}
	if _, files, _ := m.Pack(0); len(files) > 20 {
		t.Errorf("%d descriptors for 10,000 arrays", len(files))
	}
}
