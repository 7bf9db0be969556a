"""Writes the files of this directory: virtual datasets of all sorts. Needs h5py and numpy.

earliest.h5 and latest.h5 have the same, in the old structures and in the newest; the
others are what they take data from. Each dataset of "good" is to be read as h5py reads
it, which wrote "expected" beside it; those of "bad" must be refused.
"""
import os

import h5py
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
UNLIMITED = h5py.h5s.UNLIMITED
ROWS, COLUMNS = 10, 3


def numbers(i, dtype='i8'):
    return (np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) + 100 * i).astype(dtype)


def sources():
    for i in range(4):
        with h5py.File(f's{i}.h5', 'w') as f:
            f['d'] = numbers(i)
            f[f'd{i}'] = numbers(i)
            f.create_dataset('packed', data=numbers(i), chunks=(4, COLUMNS), compression='gzip', shuffle=True)
            f['big'] = numbers(i, '>i4')
            f['narrow'] = numbers(i, 'i4')
            f['fixed'] = np.array([f'text {i} {row}'.encode() for row in range(ROWS)], 'S10')
            f.create_dataset('text', data=[f'text {i} {row}' for row in range(ROWS)], dtype=h5py.string_dtype())
            f['flags'] = numbers(i) % 2 == 0
            for block in range(3):
                f[f'block{block}'] = numbers(10 * i + block)
    with h5py.File('100%.h5', 'w') as f:
        f['d'] = numbers(9)


def source(i, name='d', shape=(ROWS, COLUMNS), dtype=None):
    return h5py.VirtualSource(f's{i}.h5', name, shape=shape, dtype=dtype)


def stacked(f, path, name='d', dtype='i8', entry=(COLUMNS,), order=(0, 1, 2, 3), files=(0, 1, 2, 3), fillvalue=None):
    """Rows 2 to 6 of four files, one after the other."""
    layout = h5py.VirtualLayout((20,) + entry, dtype)
    for at, i in zip(order, files):
        layout[5 * at:5 * at + 5] = source(i, name, (ROWS,) + entry)[2:7]
    f.create_virtual_dataset(path, layout, fillvalue=fillvalue)


def endless(f, path, file, name, shape=(20, COLUMNS), block=ROWS):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    here = h5py.h5s.create_simple((4 * block, COLUMNS), (UNLIMITED, COLUMNS))
    here.select_hyperslab((0, 0), (UNLIMITED, 1), (block, 1), (block, COLUMNS))
    there = h5py.h5s.create_simple((ROWS, COLUMNS))
    there.select_all()
    plist.set_virtual(here, file, name, there)
    space = h5py.h5s.create_simple(shape, (UNLIMITED, COLUMNS))
    h5py.h5d.create(f.id, path.encode(), h5py.h5t.NATIVE_INT64, space, dcpl=plist)


def write(path, libver):
    with h5py.File(path, 'w', libver=libver) as f:
        f.create_group('good')
        f.create_group('bad')
        stacked(f, 'good/stacked')
        stacked(f, 'good/packed', 'packed')
        stacked(f, 'good/mixed order', order=(2, 0, 3, 1))
        stacked(f, 'good/one file', files=(1, 1, 1, 1))
        stacked(f, 'good/gaps', order=(0, 2), files=(0, 1))
        stacked(f, 'good/no files')
        stacked(f, 'good/missing file', files=(0, 7, 1, 2))
        stacked(f, 'good/missing dataset', 'nowhere')
        stacked(f, 'good/filled', order=(1,), files=(3,), fillvalue=-5)
        stacked(f, 'good/big-endian', 'big', '>i4')
        stacked(f, 'good/swapped', 'big', '<i4')
        stacked(f, 'good/wider', 'narrow', 'i8')
        stacked(f, 'good/fixed', 'fixed', 'S10', ())
        stacked(f, 'good/wider texts', 'fixed', 'S20', ())
        stacked(f, 'good/text', 'text', h5py.string_dtype(), ())
        stacked(f, 'good/flags', 'flags', '?')

        layout = h5py.VirtualLayout((20, COLUMNS), 'i8')
        for i in range(4):
            layout[i::4] = source(i)[::2]
        f.create_virtual_dataset('good/strided', layout)
        layout = h5py.VirtualLayout((ROWS, 2), 'i8')
        layout[:, 0] = source(0)[:, 2]
        f.create_virtual_dataset('good/column', layout)
        layout = h5py.VirtualLayout((ROWS, COLUMNS), 'i8')
        layout[:] = source(1)
        f.create_virtual_dataset('good/all', layout)
        layout = h5py.VirtualLayout((ROWS, COLUMNS), 'i8')
        layout[2:8] = source(1)[2:8]
        layout[4:6] = source(2)[4:6]
        f.create_virtual_dataset('good/overlapping', layout)
        layout = h5py.VirtualLayout((ROWS, COLUMNS), 'i8')
        layout[:] = h5py.VirtualSource('.', 'good/all', shape=(ROWS, COLUMNS))
        f.create_virtual_dataset('good/nested', layout)
        f.create_dataset('plain', data=numbers(5))
        layout = h5py.VirtualLayout((ROWS, COLUMNS), 'i8')
        layout[:] = h5py.VirtualSource('.', 'plain', shape=(ROWS, COLUMNS))
        f.create_virtual_dataset('good/same file', layout)
        layout = h5py.VirtualLayout((ROWS, COLUMNS), 'i8')
        layout[:] = h5py.VirtualSource('100%%.h5', 'd', shape=(ROWS, COLUMNS))
        f.create_virtual_dataset('good/percent', layout)

        endless(f, 'good/numbered files', b's%b.h5', b'd')
        endless(f, 'good/numbered datasets', b's2.h5', b'block%b')
        endless(f, 'good/numbered both', b's%b.h5', b'd%b')
        endless(f, 'good/numbered nowhere', b't%b.h5', b'd')
        endless(f, 'bad/numbered no more', b'%b.h5', b'd')
    with h5py.File(path, 'r') as f:
        expected = {name: dataset[...] for name, dataset in f['good'].items()}
    with h5py.File(path.replace('.h5', '.expected.h5'), 'w') as f:
        for name, data in expected.items():
            f.create_dataset(name, data=data, dtype=h5py.string_dtype() if data.dtype == object else None)
    # A name with a number becomes one without: blocks without end, all of which are there.
    spoil(path, b'\0%b.h5', b'\0s2.h5')


def spoil(path, old, new):
    with open(path, 'rb') as f:
        content = bytearray(f.read())
    at = content.rindex(old)
    content[at:at + len(old)] = new
    start = at + 1 - 9  # the object: its version and the number of mappings
    size = int.from_bytes(content[start - 8:start], 'little')
    body = content[start:start + size - 4]
    content[start + size - 4:start + size] = lookup3(body).to_bytes(4, 'little')
    with open(path, 'wb') as f:
        f.write(content)


def lookup3(data):
    """Bob Jenkins' hashlittle, the checksum of HDF5's structures."""
    mask = 0xffffffff
    rot = lambda x, k: ((x << k) | (x >> (32 - k))) & mask
    a = b = c = (0xdeadbeef + len(data)) & mask
    word = lambda i: int.from_bytes(data[i:i + 4], 'little')
    at = 0
    while len(data) - at > 12:
        a, b, c = (a + word(at)) & mask, (b + word(at + 4)) & mask, (c + word(at + 8)) & mask
        a, c = ((a - c) & mask) ^ rot(c, 4), (c + b) & mask
        b, a = ((b - a) & mask) ^ rot(a, 6), (a + c) & mask
        c, b = ((c - b) & mask) ^ rot(b, 8), (b + a) & mask
        a, c = ((a - c) & mask) ^ rot(c, 16), (c + b) & mask
        b, a = ((b - a) & mask) ^ rot(a, 19), (a + c) & mask
        c, b = ((c - b) & mask) ^ rot(b, 4), (b + a) & mask
        at += 12
    if at == len(data):
        return c
    rest = bytes(data[at:]).ljust(12, b'\0')
    word = lambda i: int.from_bytes(rest[i:i + 4], 'little')
    a, b, c = (a + word(0)) & mask, (b + word(4)) & mask, (c + word(8)) & mask
    c = ((c ^ b) - rot(b, 14)) & mask
    a = ((a ^ c) - rot(c, 11)) & mask
    b = ((b ^ a) - rot(a, 25)) & mask
    c = ((c ^ b) - rot(b, 16)) & mask
    a = ((a ^ c) - rot(c, 4)) & mask
    b = ((b ^ a) - rot(a, 14)) & mask
    return ((c ^ b) - rot(b, 24)) & mask


if __name__ == '__main__':
    sources()
    write('earliest.h5', 'earliest')
    write('latest.h5', 'latest')
