// Package crew does jobs on workers: it divides items into shares, hands those out,
// watches the workers, has shares done again, and brings errors back. What a share
// consists of, and what is done with it, it does not know.
//
// What the workers of a job tell each other they write on its board, which lies in
// memory that all share: which shares are taken and done, which item each is on, that
// they are alive. Workers that are processes are started by a [Starter] and told what to
// do over a [Line]. A [Pool] keeps them between jobs; a shift is one job of theirs, from
// the side of the program, and [Serve] is the worker's side.
package crew
