package keydata

// askAhead is how many bytes are asked for at a time.
const askAhead = 16 << 20

// ask has the system read the train and those behind it, so that they are there
// when the visitor is done with the ones before, also those behind the end of the
// walk: another share of a map begins there. It does so again half way.
func (r *Reader[T]) ask(position int) {
	l := &r.loan
	if l.some != nil {
		r.askSome(l.some)
		return
	}
	if position < l.again {
		return
	}
	row := r.key.entrySize() * elementSize[T]()
	next := max(l.asked, position)
	l.again = len(r.key.trains)
	rows := location{file: r.file}
	for bytes := 0; next < len(r.key.trains) && bytes < askAhead; next++ {
		train := r.key.trains[next]
		if train.count == 0 {
			continue
		}
		if train.file != r.file { // which is not open yet
			l.again = next
			break
		}
		if train.first == rows.first+rows.count {
			rows.count += train.count
		} else {
			r.data.Ask(rows.first, rows.count)
			rows = train
		}
		if bytes += train.count * row; bytes >= askAhead/2 {
			l.again = min(l.again, next)
		}
	}
	r.data.Ask(rows.first, rows.count)
	l.asked = next
}

// some is the entries that a walk visits where it leaves out others. It is shared by the
// reader of a walk and that which it has its numbers from.
type some struct {
	len          int
	row          func(index int) location
	index        int // that is visited
	asked, again int // as in loan
}

// askGap is how many bytes are asked for, too, where they lie between those that are
// wanted: asking costs as much.
const askGap = 128 << 10

// askSome is ask for entries: from the one that is visited on.
func (r *Reader[T]) askSome(s *some) {
	if s.index < s.again {
		return
	}
	row := max(r.key.entrySize()*elementSize[T](), 1)
	next := max(s.asked, s.index)
	s.again = s.len
	rows := location{file: r.file}
	for bytes := 0; next < s.len && bytes < askAhead; next++ {
		where := s.row(next)
		if where.count == 0 {
			continue
		}
		if where.file != r.file { // which is not open yet
			s.again = next
			break
		}
		if gap := where.first - rows.first - rows.count; rows.count > 0 && gap >= 0 && gap <= askGap/row {
			rows.count += gap + 1
		} else {
			r.data.Ask(rows.first, rows.count)
			rows = where
		}
		if bytes += row; bytes >= askAhead/2 {
			s.again = min(s.again, next)
		}
	}
	r.data.Ask(rows.first, rows.count)
	s.asked = next
}
