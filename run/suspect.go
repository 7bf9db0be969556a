package run

// readValid finds out which trains are valid. Others are suspect: their ID did
// not come from the time server, and may be any number.
//
// From version 1.0 on INDEX/flag tells. In 1.1 it was the index of the train's
// origin instead, where 0 is the time server; 1.2 went back. Before 1.0 it has
// to be guessed.
func (f *File) readValid() ([]bool, error) {
	if f.version == "0.5" {
		return guessValid(f.contents.trainIDs), nil
	}
	flags, err := f.Flags("INDEX/flag")
	if err != nil {
		return nil, err
	}
	if f.version == "1.1" {
		for i := range flags {
			flags[i] = !flags[i]
		}
	}
	return perTrain(f, flags), nil
}

// guessValid leaves out trains so that the IDs increase. Wherever an ID is not
// larger than the one before, either the trains before that are not smaller than
// it, or those from it on that are not larger than the one before, are suspect:
// whichever are fewer, the later ones if as many. This is EXtra-data's rule.
func guessValid(ids []uint64) []bool {
	valid := make([]bool, len(ids))
	for i := range valid {
		valid[i] = true
	}
	for i := 0; i+1 < len(ids); i++ {
		if ids[i+1] > ids[i] {
			continue
		}
		before, after := 0, 0
		for _, id := range ids[:i+1] {
			if id >= ids[i+1] {
				before++
			}
		}
		for _, id := range ids[i+1:] {
			if id <= ids[i] {
				after++
			}
		}
		for j, id := range ids {
			if before < after && j <= i && id >= ids[i+1] || before >= after && j > i && id <= ids[i] {
				valid[j] = false
			}
		}
	}
	return valid
}
