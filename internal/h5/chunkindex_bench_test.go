package h5_test

import (
	"path/filepath"
	"testing"

	"extrapasha/internal/h5"
)

// BenchmarkChunkIndex finds the chunks of a dataset of many.
func BenchmarkChunkIndex(b *testing.B) {
	for _, newest := range []bool{false, true} {
		const chunks = 100_000
		path := filepath.Join(b.TempDir(), "data.h5")
		w, err := h5.CreateAs(path, h5.Form{Newest: newest})
		if err != nil {
			b.Fatal(err)
		}
		err = h5.Put(w, "x", []int{chunks, 8}, make([]uint16, 8*chunks), h5.Layout{Chunk: []int{1, 8}})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		f, err := h5.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		d, err := f.Dataset("x")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(h5.IndexKind(d), func(b *testing.B) {
			for b.Loop() {
				h5.Forget(d)
				if parts, err := h5.Chunks(d); err != nil || len(parts) != chunks {
					b.Fatal(len(parts), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/chunks, "ns/chunk")
		})
		f.Close()
	}
}
