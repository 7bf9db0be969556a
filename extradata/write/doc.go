// Package write makes files of the facility's format of what was selected of a run: to
// take home, or to find the data of many files in one.
//
//	some, err := run.Select(extradata.Glob("*XGM*", "*"))
//	err = write.Write("xgm.h5", some)
//
// What is written opens again, here and in EXtra-data, with the same answers as the
// selection. A file appears under its name when it is whole, or not at all. What a program
// leaves beside it that is killed, the next write of that name removes (on Linux).
package write
