package process

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// Line is one end of the connection between a process and its worker. Messages are
// values that encoding/gob can encode; they arrive in order, with the files that were
// sent along. One goroutine may send while another receives.
type Line struct {
	conn    *net.UnixConn
	out, in bytes.Buffer
	files   []*os.File // to go with the next message
	came    []*os.File // with the last
	// One stream of values each way, so that types are described once.
	encoder *gob.Encoder
	decoder *gob.Decoder
}

func newLine(file *os.File) (*Line, error) {
	defer file.Close() // FileConn has a descriptor of its own
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		conn.Close()
		return nil, fmt.Errorf("%s is no socket between processes", file.Name())
	}
	l := &Line{conn: unix}
	l.encoder, l.decoder = gob.NewEncoder(&l.out), gob.NewDecoder(&l.in)
	return l, nil
}

// mostFiles is how many can be sent along with a message; the system's limit is 253.
const mostFiles = 250

// Attach has files go along with the next message.
func (l *Line) Attach(files []*os.File) { l.files = files }

// Files are those that came along with the last message.
func (l *Line) Files() []*os.File { return l.came }

// Send sends a message. It waits until the other end has taken most of it.
func (l *Line) Send(message any) error {
	files := l.files
	l.files = nil
	if len(files) > mostFiles {
		return fmt.Errorf("%d files with a message, at most %d can be sent", len(files), mostFiles)
	}
	l.out.Reset()
	if err := l.encoder.Encode(message); err != nil {
		return err
	}
	header := binary.LittleEndian.AppendUint64(nil, uint64(l.out.Len()))
	if _, _, err := l.conn.WriteMsgUnix(header, rights(files), nil); err != nil {
		return err
	}
	_, err := l.conn.Write(l.out.Bytes())
	return err
}

// Receive waits for the next message and stores it where message points. The error
// wraps io.EOF when the other end is gone.
func (l *Line) Receive(message any) (err error) {
	var header [8]byte
	attached := make([]byte, spaceFor(mostFiles))
	n, size, _, _, err := l.conn.ReadMsgUnix(header[:], attached)
	if err == nil && n == 0 {
		err = io.EOF
	}
	if err == nil {
		l.came, err = filesIn(attached[:size])
	}
	if err == nil {
		_, err = io.ReadFull(l.conn, header[n:])
	}
	if err == nil {
		_, err = io.CopyN(&l.in, l.conn, int64(binary.LittleEndian.Uint64(header[:])))
	}
	if err == nil {
		err = l.decoder.Decode(message)
	}
	return err
}

// Within sets the time by which a message must have arrived; 0 is no limit.
func (l *Line) Within(limit time.Duration) {
	deadline := time.Time{}
	if limit > 0 {
		deadline = time.Now().Add(limit)
	}
	_ = l.conn.SetReadDeadline(deadline)
}

// Close closes this end.
func (l *Line) Close() { l.conn.Close() }
