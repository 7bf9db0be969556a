package keydata

import (
	"errors"
	"fmt"
	"slices"

	"extrapasha/internal/closest"
	"extrapasha/internal/h5"
	"extrapasha/internal/lent"
	"extrapasha/internal/trains"
)

// Reasons why data cannot be read.
var (
	// ErrChanged is wrapped where a file is not what it was when it was opened:
	// cut short, replaced or written to. Open the run again.
	ErrChanged = h5.ErrChanged
	// ErrCorrupt is wrapped where what is stored cannot be what was written.
	ErrCorrupt = h5.ErrCorrupt
	// ErrLocked is wrapped where another process has a file open for writing.
	ErrLocked = h5.ErrLocked
	// ErrFilter is wrapped where the data need a filter that is not there.
	ErrFilter = h5.ErrFilter
	// ErrKept is wrapped where a kernel touches rows that were lent to it for an
	// earlier item, see [psh.DebugVariable].
	ErrKept = lent.ErrKept
)

// TrainIDError is a train that is not in the data.
type TrainIDError struct {
	// TrainID is what was asked for.
	TrainID uint64
	// First and Last are the range of train IDs there are, 0 where there are none.
	First, Last uint64
	// Closest are the neighbours of the train that are there.
	Closest []uint64
}

func (e *TrainIDError) Error() string {
	if e.First == 0 {
		return fmt.Sprintf("no train %d: the selection has no trains", e.TrainID)
	}
	names := make([]string, len(e.Closest))
	for i, id := range e.Closest {
		names[i] = fmt.Sprint(id)
	}
	return fmt.Sprintf("no train %d: the trains are between %d and %d%s", e.TrainID, e.First, e.Last, closest.Hint(names))
}

// FindTrain is a position of a train in the train IDs of a selection. The error is a
// [*TrainIDError].
func FindTrain(trainIDs []uint64, id uint64) (int, error) {
	if i, ok := slices.BinarySearch(trainIDs, id); ok { // mostly they are in order
		return i, nil
	}
	ids, at := trains.Ordered(trainIDs)
	i, ok := slices.BinarySearch(ids, id)
	if ok {
		return slices.Index(at, i), nil
	}
	err := &TrainIDError{TrainID: id}
	if n := len(ids); n > 0 {
		err.First, err.Last = ids[0], ids[n-1]
		err.Closest = ids[max(i-1, 0):min(i+1, n)]
	}
	return 0, err
}

// TypeError is a key read as a type that its elements do not have.
type TypeError struct {
	// Source and Key name the data.
	Source, Key string
	// Has is the type of the elements, Wanted the Go type that was asked for.
	Has    DType
	Wanted string
	// Stored is the type as the files have it, "compound of x float32, y float32".
	Stored string
}

func (e *TypeError) Error() string {
	switch {
	case e.Has == Record:
		return fmt.Sprintf("%s, %s holds structured elements, a %s: read them as a struct or field by field, not as %s", e.Source, e.Key, e.Stored, e.Wanted)
	case e.Has.Go() == nil:
		return fmt.Sprintf("%s, %s holds elements of a type that cannot be read as %s: %s", e.Source, e.Key, e.Wanted, e.Stored)
	}
	return fmt.Sprintf("%s, %s holds %v: read it as %v, not as %s", e.Source, e.Key, e.Has, e.Has.Go(), e.Wanted)
}

// ErrUnreadable is wrapped by errors about data of a sort that is not read here: elements
// of another type, or a dataset that has no entries. It is no damage.
var ErrUnreadable = errors.New("not of a sort that is read")

// Unwrap is [ErrUnreadable] where the elements are of a type that is not read.
func (e *TypeError) Unwrap() error {
	if e.Has == Other {
		return ErrUnreadable
	}
	return nil
}

// FieldError is a struct that does not fit structured data, or a field that it does not
// have.
type FieldError = h5.FieldError

// Error is data of a key that cannot be read.
type Error struct {
	// Source and Key name the data, TrainID the train if it is about one.
	Source, Key string
	TrainID     uint64
	// Err is the reason; it names the file.
	Err error
}

func (e *Error) Error() string {
	if e.TrainID == 0 {
		return fmt.Sprintf("%s, %s: %v", e.Source, e.Key, e.Err)
	}
	return fmt.Sprintf("%s, %s, train %d: %v", e.Source, e.Key, e.TrainID, e.Err)
}

// Unwrap is the reason.
func (e *Error) Unwrap() error { return e.Err }
