"""The dark constants of a run as one would write them with NumPy: dark.py RUNDIR OUT.npz

Mean and standard deviation of each pixel in each memory cell, and which pixels are bad,
for the modules of an AGIPD, on two processes.
"""
import glob
import multiprocessing
import re
import sys

import h5py
import numpy as np


def module(paths):
    data, cells = [], []
    for path in paths:
        with h5py.File(path, "r") as f:
            detector = f["INSTRUMENT"]
            name = next(name for name in detector if "_DET_" in name)
            source = next(iter(detector[name]["DET"]))
            image = detector[name]["DET"][source]["image"]
            data.append(image["data"][:, 0])
            cells.append(image["cellId"][:].ravel())
    data, cells = np.concatenate(data), np.concatenate(cells)
    number = int(cells.max()) + 1
    offset = np.full((number,) + data.shape[1:], np.nan, np.float32)
    noise = offset.copy()
    for cell in range(number):
        frames = data[cells == cell]
        if len(frames):
            offset[cell], noise[cell] = frames.mean(axis=0), frames.std(axis=0)
    bad = ~(noise < 5 * np.nanmedian(noise)) | (noise == 0)
    return offset, noise, bad


if __name__ == "__main__":
    files = {}
    for path in sorted(glob.glob(sys.argv[1] + "/*-AGIPD*.h5")):
        files.setdefault(re.search("AGIPD[0-9]+", path).group(), []).append(path)
    with multiprocessing.Pool(2) as pool:
        offset, noise, bad = map(np.stack, zip(*pool.map(module, files.values(), chunksize=1)))
    np.savez(sys.argv[2], offset=offset, noise=noise, bad=bad)
