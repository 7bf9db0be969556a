package xgm

import (
	"errors"
	"fmt"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// hc is Planck's constant times the speed of light, in keV nm.
const hc = 1.2398419843320026

// tolerance is how far a value may be off, relative, to count as constant, as that of
// [extradata.KeyData.SingleValue] by default.
const tolerance = 1e-5

func (x *XGM) wavelength() (*extradata.KeyData, error) {
	return x.control.Key("pulseEnergy.wavelengthUsed")
}

// Wavelength is that of the photons, in nm. The error wraps [ErrVaries] where it is not
// the same in all trains.
func (x *XGM) Wavelength() (float64, error) {
	key, err := x.wavelength()
	if err != nil {
		return 0, err
	}
	value, err := key.SingleValue(tolerance, 0, keydata.Median)
	if errors.Is(err, keydata.ErrTolerance) {
		return 0, fmt.Errorf("%w: %w", ErrVaries, err)
	}
	if err != nil {
		return 0, err
	}
	return value.Data[0], nil
}

// PhotonEnergy is that of the photons, in keV: hc/λ. The error is that of [XGM.Wavelength].
func (x *XGM) PhotonEnergy() (float64, error) {
	wavelength, err := x.Wavelength()
	return hc / wavelength, err
}

// WavelengthByTrain is the wavelength in nm for each train that it was read in.
func (x *XGM) WavelengthByTrain() (psh.Labelled[float32], error) {
	key, err := x.wavelength()
	if err != nil {
		return psh.Labelled[float32]{}, err
	}
	l, err := labelled(key)
	l.Name, l.Units = "wavelength", "nm"
	return l, err
}

// PhotonEnergyByTrain is the photon energy in keV for each train that the wavelength was
// read in.
func (x *XGM) PhotonEnergyByTrain() (psh.Labelled[float32], error) {
	l, err := x.WavelengthByTrain()
	for i, wavelength := range l.Data {
		l.Data[i] = hc / wavelength
	}
	l.Name, l.Units = "photon energy", "keV"
	return l, err
}

// labelled is a key as float32, with its train IDs.
func labelled(key *extradata.KeyData) (l psh.Labelled[float32], err error) {
	typed, err := keydata.Convert[float32](key)
	if err != nil {
		return l, err
	}
	l.Array, err = typed.Read()
	l.Dims = []string{"trainId"}
	if l.NDim() > 1 {
		l.Dims = append(l.Dims, "pulseIndex")
	}
	l.Coords = map[string]any{"trainId": key.TrainIDCoordinates()}
	l.Name = key.ShortKey()
	return l, err
}
