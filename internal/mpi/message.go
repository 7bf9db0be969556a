package mpi

import (
	"encoding/binary"
	"fmt"
)

// Tags: messages are looked for, rows are received by who was told of them.
const (
	tagMessage = 1
	tagRows    = 2
)

const (
	// piece is how much of rows goes at once, and window how many of these do: so that
	// a sign of life does not wait for long behind them.
	piece  = 4 << 20
	window = 4
	// shortRows go along with their message.
	shortRows = 64 << 10
	// longestMessage is what fits into a request, whose size is an int of C.
	longestMessage = 1<<31 - 1
)

// Message is what a rank has sent.
type Message struct {
	// Kind is what the sender says it is.
	Kind byte
	// Data is what the sender has sent along.
	Data []byte
	// Rows is the number of bytes that come apart, for memory that the receiver names
	// with [Message.Into].
	Rows int

	what    what
	short   []byte // the rows, where they have come along
	pending bool   // the rows have not been taken
	line    *Line
}

// what a message is for.
type what byte

const (
	isMessage what = iota
	isBeat
	isBye      // the sender sends no more
	isFinalize // all have said so: leave through MPI_Finalize
	isLeave    // some have not, and cannot: leave without
)

// header is the beginning of each message on its way: what it is, the kind, whether rows
// follow in it or apart, and how many.
type header struct {
	what what
	kind byte
	rows int
	here bool
}

const headerSize = 16

func (h header) append(to []byte) []byte {
	here := byte(0)
	if h.here {
		here = 1
	}
	to = append(to, byte(h.what), h.kind, here, 0, 0, 0, 0, 0)
	return binary.LittleEndian.AppendUint64(to, uint64(h.rows))
}

// parse copies a message out of memory of the library; err is how receiving it ended.
func parse(data []byte, err error) (*Message, error) {
	if err != nil {
		return nil, err
	}
	if len(data) < headerSize {
		return nil, fmt.Errorf("a message of %d bytes, expected at least %d", len(data), headerSize)
	}
	rows, here := binary.LittleEndian.Uint64(data[8:]), data[2] != 0
	if rows > 1<<62 || here && rows > uint64(len(data)-headerSize) {
		return nil, fmt.Errorf("a message of %d bytes that claims %d bytes of rows", len(data), rows)
	}
	m := &Message{Kind: data[1], Rows: int(rows), what: what(data[0]), pending: rows > 0}
	m.Data = append(make([]byte, 0, len(data)-headerSize), data[headerSize:]...)
	if here {
		cut := len(m.Data) - m.Rows
		m.Data, m.short = m.Data[:cut:cut], m.Data[cut:]
	}
	return m, nil
}

// arrival is a message that is being received.
type arrival struct {
	message *Message
	err     error
	done    bool
}
