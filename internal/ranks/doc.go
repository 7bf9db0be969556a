// Package ranks does the jobs of a crew on the ranks of a program that MPI connects. Rank
// 0, the root, runs the program: it owns the arrays, hands out shares, and has workers of
// its own. The others serve it: their workers, threads or processes, do what they are given.
//
// A rank has memory of the same form as the root's shared memory, so that what crosses
// finds its arrays. What the root has written there comes before the first share; rows
// go back when their share is done, straight into place, slabs of workers at the end of
// the job, the part of a reduction with its share. All else that a kernel writes would be
// lost, and is an error: most of it a fault at once, the rest is found at the end.
//
// Nothing that a rank has not told counts. Shares of a rank that is lost are done again
// by others, where that may be tried, and so are those whose slabs it had.
package ranks
