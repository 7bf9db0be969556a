package pasha

// Number is the types of elements that can be added up and compared. Numbers in half
// precision are converted to float32 first.
type Number interface {
	int8 | int16 | int32 | int64 | int | uint8 | uint16 | uint32 | uint64 | uint | float32 | float64
}

// Accumulator is the types that sums can be made in.
type Accumulator interface{ int64 | uint64 | float64 }

// Numbers is an item that the reductions take which pasha has itself: an [Array] of
// numbers, or a struct that embeds one, such as [Labelled]. A slice of numbers is made of
// such items by [NewArray] and [Along].
type Numbers[T Number] interface{ numbers() Array[T] }

func (a Array[T]) numbers() Array[T] { return a }
