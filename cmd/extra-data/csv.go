package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/internal/pending"
	psh "extrapasha/pasha"
)

// rows are the entries of a key as CSV has them: the train ID, where trains have several
// entries what tells them apart, and the value.
type rows struct {
	names   []string
	columns []func(entry int) string
	entries int
}

func writeCSV(path string, run *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel) error {
	r, err := rowsOf(run, key, roi)
	if err != nil {
		return err
	}
	return pending.Write(path, 0o644, r.write)
}

func rowsOf(run *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel) (r rows, err error) {
	ids := key.TrainIDCoordinates()
	r.entries = len(ids)
	r.add(table.TrainID, func(entry int) string { return fmt.Sprint(ids[entry]) })
	source, err := run.Source(key.Source())
	if err != nil {
		return r, err
	}
	counts, err := source.DataCounts(key.Group()) // of all trains: the columns are the same for any
	if err != nil {
		return r, err
	}
	if slices.Max(append(counts, 0)) > 1 {
		name, within, err := withinTrain(run, key)
		if err != nil {
			return r, err
		}
		r.add(name, within)
	}
	parts := []*extradata.KeyData{key}
	if fields := key.Fields(); len(fields) > 0 {
		parts = nil
		for _, field := range fields {
			part, err := key.Field(field.Name)
			if err != nil {
				return r, err
			}
			parts = append(parts, part)
		}
	}
	for _, part := range parts {
		value, err := texts(part, roi)
		if err != nil {
			return r, err
		}
		r.add(table.Name(part), value)
	}
	return r, nil
}

func (r *rows) add(name string, column func(entry int) string) {
	r.names, r.columns = append(r.names, name), append(r.columns, column)
}

func (r *rows) write(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(r.names); err != nil {
		return err
	}
	row := make([]string, len(r.columns))
	for entry := range r.entries {
		for i, column := range r.columns {
			row[i] = column(entry)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// texts reads a key that has one value in an entry, and writes that of each as text.
func texts(key *extradata.KeyData, roi []psh.Sel) (func(entry int) string, error) {
	shape, err := cut(key.EntryShape(), roi)
	if err != nil {
		return nil, err
	}
	for _, length := range shape {
		if length != 1 {
			return nil, fmt.Errorf("%s, %s: an entry has values of shape %v, and CSV has room for one: choose it with --roi, or write all as .npy or .npz", key.Source(), key.ShortKey(), shape)
		}
	}
	data, err := key.ReadAny(roi...)
	if err != nil {
		return nil, err
	}
	values := reflect.ValueOf(data).FieldByName("Data") // of an array of any type
	return func(entry int) string { return fmt.Sprint(values.Index(entry)) }, nil
}

// withinTrain tells the entries of a train apart: by pulse ID where the source has them
// for the same entries, else by their number.
func withinTrain(run *extradata.DataCollection, key *extradata.KeyData) (name string, column func(entry int) string, err error) {
	pulses, err := run.Key(key.Source(), key.Group()+".pulseId")
	if unknown := (*extradata.KeyNameError)(nil); err != nil && !errors.As(err, &unknown) {
		return "", nil, err
	}
	if err == nil {
		if pulses, err = pulses.SelectTrains(extradata.ByIDs(key.TrainIDs()...)); err != nil {
			return "", nil, err
		}
	}
	if err == nil && pulses.Key() != key.Key() && pulses.Entries() == key.Entries() {
		column, err = texts(pulses, nil)
		return "pulseId", column, err
	}
	var numbers []int
	for _, count := range key.DataCounts() {
		for number := range count {
			numbers = append(numbers, number)
		}
	}
	return "entry", func(entry int) string { return fmt.Sprint(numbers[entry]) }, nil
}

// cut is the shape that a region of interest leaves of an entry.
func cut(shape []int, roi []psh.Sel) ([]int, error) {
	left, err := psh.Cut(shape, roi...)
	if err != nil {
		err = fmt.Errorf("--roi, of an entry of shape %v: %w", shape, err)
	}
	return left, err
}
