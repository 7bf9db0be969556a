// Package mockrun makes runs in the facility's format, of any size and
// deterministic from a seed: a detector (AGIPD, DSSC, LPD, JUNGFRAU) with raw and, if
// asked for, corrected data; an X-ray gas monitor (XGM) with the energy of each
// pulse; motors that jump, scan, or stand still; a temperature that drifts; cameras.
//
// The detector sees the rings of a powder diffraction pattern, as bright as the
// pulse has energy, with noise, and the shadow of a beam stop. Its modules are where
// package geometry has them by default. A run is laid out as the facility lays it out:
// one file per detector module or data aggregator and sequence of trains, image
// data in chunks of one frame, INDEX, METADATA, RUN.
package mockrun
