package lent

// Lender is a reader that lends: what it gives may be memory of a mapped file.
type Lender interface {
	// GiveBack ends the use of the data given last. It fails where the file has
	// changed since, so that the data may have been wrong, and where an entry
	// could not be read.
	GiveBack() error
	// Close gives back everything. The reader can be used again.
	Close()
	// Fault is the error for a fault at an address, nil where the reader has not
	// lent that.
	Fault(address uintptr) error
}

// unreadable is what ends the visit of a walk whose data cannot be read.
type unreadable struct{ err error }

// End ends the visit of a walk that reads data when the kernel asks for it: the walk,
// which defers [Catch], fails with the error.
func End(err error) { panic(unreadable{err}) }

// Catch, deferred, makes a fault in memory that was lent, or an entry that cannot be
// read, the error of the function that defers it. Fault of the lender is the error for
// a fault at an address, nil where it has not lent that. Other panics go on.
func Catch(err *error, lender interface{ Fault(address uintptr) error }) {
	value := recover()
	if value == nil {
		return
	}
	if end, ok := value.(unreadable); ok {
		*err = end.err
		return
	}
	if fault, ok := value.(interface{ Addr() uintptr }); ok {
		if *err = lender.Fault(fault.Addr()); *err != nil {
			return
		}
	}
	panic(value)
}
