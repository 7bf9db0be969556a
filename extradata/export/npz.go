package export

import (
	"fmt"
	"maps"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// SaveNPZ writes arrays under their names to an .npz file, as [psh.SaveNPZ] does, and
// beside them what they are made of: the bytes of a text, for which NumPy says
// bytes(file["origin"]). The error wraps [ErrName] where one of the arrays is called so.
func SaveNPZ(path string, origin extradata.Origin, arrays map[string]psh.NPY) error {
	if _, taken := arrays[extradata.OriginName]; taken {
		return fmt.Errorf("export: %s: %w: an array %q, which is what the others are made of", path, ErrName, extradata.OriginName)
	}
	text, err := psh.NewArray([]byte(origin.Text()))
	if err != nil {
		return err
	}
	all := maps.Clone(arrays)
	if all == nil {
		all = map[string]psh.NPY{}
	}
	all[extradata.OriginName] = text
	return psh.SaveNPZ(path, all)
}

// ReadNPZOrigin reads what the arrays in an .npz file are made of. The error wraps
// [extradata.ErrOrigin] where the file does not tell.
func ReadNPZOrigin(path string) (extradata.Origin, error) {
	text, err := psh.LoadNPZ[uint8](path, extradata.OriginName)
	if err != nil {
		return extradata.Origin{}, fmt.Errorf("export: %w: %w", extradata.ErrOrigin, err)
	}
	origin, err := extradata.ParseOrigin(string(text.Data))
	if err != nil {
		return extradata.Origin{}, fmt.Errorf("export: %s: %w", path, err)
	}
	return origin, nil
}
