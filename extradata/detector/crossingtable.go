package detector

// crossingTable is a table of frames as it crosses to another process: lists and positions
// once, with which of them each train has, counted from 1; 0 for none.
type crossingTable struct {
	Cells     int
	Mixed     bool
	Lists     []crossingList
	Of        []int32 // by train
	First     [][]int32
	Positions [][]int32
	Units     [][]int32 // by module and train
}

type crossingList struct {
	Pulses []uint64
	Cells  []int32
	Gains  int
}

func (t *table) crossing() crossingTable {
	c := crossingTable{Cells: t.cells, Mixed: t.mixed, First: t.first}
	lists, positions := numbers[list]{}, numbers[[]int32]{}
	c.Of = lists.of(t.lists, func(l *list) { c.Lists = append(c.Lists, crossingList{l.pulses, l.cells, l.gains}) })
	for _, module := range t.units {
		c.Units = append(c.Units, positions.of(module, func(p *[]int32) { c.Positions = append(c.Positions, *p) }))
	}
	return c
}

// numbers are those of what has been seen.
type numbers[V any] map[*V]int32

// of are the numbers of values, of which new ones are added.
func (n numbers[V]) of(values []*V, add func(*V)) []int32 {
	at := make([]int32, len(values))
	for i, value := range values {
		if value == nil {
			continue
		}
		if n[value] == 0 {
			n[value] = int32(len(n) + 1)
			add(value)
		}
		at[i] = n[value]
	}
	return at
}

// table is the table for the same trains.
func (c crossingTable) table(trainIDs []uint64) *table {
	lists := make([]*list, len(c.Lists))
	for i, l := range c.Lists {
		lists[i] = &list{l.Pulses, l.Cells, l.Gains}
	}
	positions := make([]*[]int32, len(c.Positions))
	for i := range c.Positions {
		positions[i] = &c.Positions[i]
	}
	t := &table{trainIDs: trainIDs, cells: c.Cells, mixed: c.Mixed, first: c.First, lists: numbered(c.Of, lists)}
	for _, module := range c.Units {
		t.units = append(t.units, numbered(module, positions))
	}
	t.count()
	return t
}

// numbered are the values with some numbers.
func numbered[V any](at []int32, of []*V) []*V {
	values := make([]*V, len(at))
	for i, number := range at {
		if number > 0 {
			values[i] = of[number-1]
		}
	}
	return values
}
