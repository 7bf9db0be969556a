// Package damage is a test: it damages small runs in thousands of ways, reads and writes
// what is left, and looks for crashes, hangs, memory taken for nothing, things left open and
// numbers that were never written.
//
//	go test ./internal/damage                                     the usual 1,500 variants
//	go test ./internal/damage -variants 20000 -timeout 2h         more of them
//	go test ./internal/damage -variant latest/field/12            one, and what came of it
//	go test ./internal/damage -variants 3000 -dump DIR            to files, for compare.py
//
// A variant is a run of testdata, a kind of damage and a number; the three tell every
// byte of it. What happens on damage is not always an error that can be caught, so
// variants are read in child processes, which are this test program started again.
//
//	base_test.go       the runs, and what h5py reads of them
//	structure_test.go  where the structures of a file are (checksum_test.go: theirs)
//	kinds_test.go      the kinds of damage
//	read_test.go       everything that can be asked of a run (key_test.go: of a key)
//	write_test.go      the run written again, and what is read of that
//	judge_test.go      what of the answers must be as before the damage
//	child_test.go      the process that reads variants
//	parent_test.go     the process that starts it, and sees it crash or hang
//	self_test.go       tests of all this
//	damage_test.go     the test, and the table it ends with
//
// testdata/make.py makes the runs. testdata/compare.py reads variants with h5py, and
// compares: that is for damage which no checksum tells of, and which therefore may
// change what is read.
package damage
