"""Writes the files of this directory: runs that did not end well. Needs h5py and numpy.

usage: python3 make.py [ROW...]

Each function below is a row of faults_test.go, and a directory of its name: what is in it
is in its comment. Most files have one source, a camera with a number for each train.
"""
import os
import shutil
import struct
import sys

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
CAMERA = 'FLT_LAB/CAM/NEAR:out'
GROUP = f'INSTRUMENT/{CAMERA}/data/'
FIRST, TRAINS = 2000, 6


def name(sequence=0):
    return f'RAW-R0007-DA01-S{sequence:05d}.h5'


def ramp(offset=0.0, n=TRAINS):
    return (offset + np.arange(n) / 2).astype('f4')


def write(path, change=None, first=FIRST, n=TRAINS, offset=0.0, source=CAMERA, libver='latest', index=None):
    """A data file with the trains first, first + 1, …; data.energy is a ramp from offset on."""
    path = os.path.join(HERE, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with h5py.File(path, 'w', libver=libver) as f:
        f['METADATA/dataFormatVersion'] = np.array([b'1.2'])
        f['METADATA/dataSources/dataSourceId'] = np.array([f'INSTRUMENT/{source}/data'.encode()])
        ids = np.arange(first, first + n)
        f['INDEX/trainId'] = ids.astype(index or 'u8')
        f['INDEX/flag'] = np.ones(n, index or 'i4')
        f['INDEX/timestamp'] = (ids + 3).astype(index or 'u8')
        f[f'INDEX/{source}/data/first'] = np.arange(n).astype(index or 'u8')
        f[f'INDEX/{source}/data/count'] = np.ones(n, index or 'u8')
        f[f'INSTRUMENT/{source}/data/energy'] = ramp(offset, n)
        if change:
            change(f)
    return path


def patch(path, change):
    """Rewrites a file as bytes."""
    path = os.path.join(HERE, path)
    with open(path, 'rb') as f:
        b = bytearray(f.read())
    change(b)
    with open(path, 'wb') as f:
        f.write(b)


def header(path, name):
    """Where the header of an object is."""
    with h5py.File(os.path.join(HERE, path), 'r') as f:
        return h5py.h5o.get_info(f[name].id).addr


def number(b, at, size=8):
    return int.from_bytes(b[at:at + size], 'little')


def message(b, at, kind):
    """Where the data of a message of a header of version 1 is."""
    at += 16
    while number(b, at, 2) != kind:
        at += 8 + number(b, at + 2, 2)
    return at + 8


def lookup3(data):
    """Bob Jenkins' hashlittle: the checksum of newer structures."""
    mask = 0xffffffff

    def rot(x, k):
        return ((x << k) | (x >> (32 - k))) & mask
    a = b = c = (0xdeadbeef + len(data)) & mask
    while len(data) > 12:
        x, y, z = struct.unpack_from('<III', data)
        a, b, c, data = (a + x) & mask, (b + y) & mask, (c + z) & mask, data[12:]
        for k, l in ((4, 8), (16, 19)):
            a = ((a - c) & mask) ^ rot(c, k)
            c = (c + b) & mask
            b = ((b - a) & mask) ^ rot(a, 6 if k == 4 else l)
            a = (a + c) & mask
            c = ((c - b) & mask) ^ rot(b, 8 if k == 4 else 4)
            b = (b + a) & mask
    if not data:
        return c
    x, y, z = struct.unpack('<III', bytes(data).ljust(12, b'\0'))
    a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
    for k, (p, q) in zip((14, 11, 25, 16, 4, 14, 24), 'cb ac ba cb ac ba cb'.split()):
        v = {'a': a, 'b': b, 'c': c}
        v[p] = ((v[p] ^ v[q]) - rot(v[q], k)) & mask
        a, b, c = v['a'], v['b'], v['c']
    return c


def sealed(b):
    return bytes(b) + struct.pack('<I', lookup3(bytes(b)))


def external_link():
    """The source FAR is an external link into far.bin, a file of the same layout."""
    far = 'FLT_LAB/CAM/FAR:out'
    for libver in 'earliest', 'latest':
        def change(f):
            for section in 'INDEX/', 'INSTRUMENT/':
                f[section + far] = h5py.ExternalLink('far.bin', section + CAMERA)
            del f['METADATA/dataSources/dataSourceId']
            f['METADATA/dataSources/dataSourceId'] = [f'INSTRUMENT/{s}/data'.encode() for s in (CAMERA, far)]
        write(f'external_link/{libver}/far.bin', offset=400, libver=libver)
        write(f'external_link/{libver}/{name()}', change, libver=libver)


def filters():
    """Filters whose parameters cannot be: a size of elements of 0, none at all, a level of 11."""
    cases = {'element': ({'shuffle': True}, 1, 0), 'missing': ({'shuffle': True}, 0, 4), 'level': ({'compression': 6}, 1, 11)}

    def change(f):
        for key, (how, _, _) in cases.items():
            f.create_dataset(GROUP + key, data=np.arange(48, dtype='<i4').reshape(TRAINS, 8), chunks=(2, 8), **how)
    path = f'filters/{name()}'
    write(path, change, libver='earliest')
    headers = {key: header(path, GROUP + key) for key in cases}

    def damage(b):
        for key, (_, count, value) in cases.items():
            at = b.index(b'deflate\0' if key == 'level' else b'shuffle\0', headers[key])
            struct.pack_into('<H', b, at - 2, count)
            struct.pack_into('<I', b, at + 8, value)
    patch(path, damage)


def index_types():
    """All of INDEX in other types of integers."""
    for kind in 'u4', 'i8', 'u1', 'i4':
        write(f'index_types/{kind}/{name()}', first=101, index=kind)


def hard_link():
    """One dataset under ten names, data.alias the first."""
    for libver in 'earliest', 'latest':
        def change(f):
            for link in 'zeta', 'photons', 'alias', 'bb', 'k1', 'k2', 'k3', 'k4', 'k5':
                f[GROUP + link] = f[GROUP + 'energy']
        write(f'hard_link/{libver}/{name()}', change, libver=libver)


def plugin():
    """data.packed needs the filter 32004."""
    path = f'plugin/{name()}'
    write(path, lambda f: f.create_dataset(GROUP + 'packed', data=np.ones((TRAINS, 8), 'i4'), chunks=(2, 8), compression='lzf'), libver='earliest')
    at = header(path, GROUP + 'packed')

    def damage(b):
        i = b.index(struct.pack('<H', 32000), at)
        struct.pack_into('<H', b, i, 32004)
    patch(path, damage)


def odd_attributes(d):
    """Attributes of types that are not read, among those of units."""
    here = d.file
    d.attrs['unitSymbol'], d.attrs['metricPrefixSymbol'], d.attrs['unitName'] = 'J', 'u', 'joule'
    h5py.h5a.create(d.id, b'bits', h5py.h5t.STD_B16LE, h5py.h5s.create(h5py.h5s.SCALAR))
    d.attrs['object'] = d.ref
    d.attrs['region'] = d.regionref[1:3]
    d.attrs['compound'] = np.array((1, 2.5), [('a', 'i4'), ('b', 'f8')])
    d.attrs['opaque'] = np.void(b'\1\2\3\4')
    h5py.h5a.create(d.id, b'array', h5py.h5t.array_create(h5py.h5t.STD_I16LE, (2, 3)), h5py.h5s.create(h5py.h5s.SCALAR))
    d.attrs['null'] = h5py.Empty('f8')
    d.attrs.create('none', np.zeros(0, 'f8'))
    d.attrs.create('sequences', np.array([np.arange(3), np.arange(2)], dtype=object), dtype=h5py.vlen_dtype('i4'))
    here['INSTRUMENT/committed'] = np.dtype('i4')
    d.attrs.create('committed', 7, dtype=here['INSTRUMENT/committed'])
    d.attrs['numbers'] = np.arange(4, dtype='>i4')
    d.attrs['yes'] = True


def attributes():
    """Attributes of all kinds, in headers and in heaps; one of 72 kB."""
    for case, libver in ('earliest', 'earliest'), ('dense', 'latest'):
        def change(f):
            d = f[GROUP + 'energy']
            odd_attributes(d)
            if case == 'dense':
                d.attrs['large'] = np.arange(9000, dtype='f8')
                for i in range(60):
                    d.attrs[f'filler{i:02d}'] = i
        write(f'attributes/{case}/{name()}', change, libver=libver)


def nul_string():
    """Texts of fixed size with a zero byte inside."""
    def change(f):
        f[GROUP + 'text'] = np.array([b'p\0q%d' % i for i in range(TRAINS)], 'S8')
    write(f'nul_string/{name()}', change)


WIDENED = {'f4f8': ('f4', 'f8'), 'f8f4': ('f8', 'f4'), 'i2i4': ('i2', 'i4'), 'u1i2': ('u1', 'i2'), 'i2u1': ('i2', 'u1'), 'u8i8': ('u8', 'i8'),
           'i8u8': ('i8', 'u8'), 'f4i4': ('f4', 'i4'), 'b1u2': ('?', 'u2'), 'b1i1': ('?', 'i1'), 'f2i1': ('f2', 'i1'), 'c8c16': ('c8', 'c16')}


def widening():
    """Keys in one type in the first file and in another in the second: numbers, and images of 3 by 4."""
    for sequence in 0, 1:
        def change(f):
            for key, types in WIDENED.items():
                n = np.arange(TRAINS) + 10 * sequence
                f[GROUP + key] = (n % 2 if types[sequence] == '?' else n).astype(types[sequence])
            n = np.arange(TRAINS * 12).reshape(TRAINS, 3, 4) + 100 * sequence
            f[GROUP + 'image'] = n.astype(('u1', 'i2')[sequence])
            f.create_dataset(GROUP + 'packed', data=n.astype(('f4', 'f8')[sequence]), chunks=(2, 3, 4), compression=1)
        write(f'widening/{name(sequence)}', change, first=FIRST + TRAINS * sequence, offset=100 * sequence)


def structured():
    """A compound key, compressed."""
    def change(f):
        hits = np.zeros((TRAINS, 5), [('x', 'f4'), ('y', 'f4'), ('t', 'f8'), ('m', 'i4')])
        for i, field in enumerate(hits.dtype.names):
            hits[field] = np.arange(hits.size).reshape(hits.shape) * 10 ** i
        f.create_dataset(GROUP + 'hits', data=hits, chunks=(2, 5), compression=1, shuffle=True)
    write(f'structured/{name()}', change)


def claims():
    """Data of sizes that no file has."""
    def claim(case, dataset, shape, dtype, chunks):
        def change(f):
            if dataset in f:
                del f[dataset]
            f.create_dataset(dataset, shape, dtype, chunks=chunks)
        write(f'claims/{case}/{name()}', change, libver='earliest')
    for case, dataset, size, dtype in (
            ('tid40', 'INDEX/trainId', 1 << 40, 'u8'), ('tid61', 'INDEX/trainId', 1 << 61, 'u8'), ('flag40', 'INDEX/flag', 1 << 40, 'i4'),
            ('strings40', 'METADATA/dataSources/dataSourceId', 1 << 40, h5py.string_dtype())):
        claim(case, dataset, (size,), dtype, (4096,))
    claim('entry40', GROUP + 'huge', (TRAINS, 1 << 40), 'u8', (1, 1 << 18))
    claim('entry63', GROUP + 'huge', (TRAINS, 1 << 31, 1 << 31), 'u8', (1, 2048, 2048))
    claim('chunks32', GROUP + 'sparse', (TRAINS, 1 << 31), 'u1', (1, 8))

    def tree2(f):
        f.create_dataset(GROUP + 'sparse', (TRAINS, 1 << 29), 'u1', maxshape=(None, None), chunks=(1, 2))[0, :2] = 1
    write(f'claims/tree2/{name()}', tree2)

    def deflated(f):
        d = f.create_dataset(GROUP + 'inflated', (TRAINS, 1 << 31), 'u1', chunks=(1, 1 << 31), compression=1)
        d.id.write_direct_chunk((0, 0), bytes.fromhex('789c6360000000010001'))
    write(f'claims/inflated/{name()}', deflated)


def circles():
    """Structures that lead to each other without end."""
    def tree1(b, kind, leaf, key, fan, levels, last):
        """Nodes of a B-tree of version 1, each of which has the one below many times."""
        b += bytes(-len(b) % 8)
        for level in range(1, levels + 1):
            here = len(b)
            b += b'TREE' + struct.pack('<BBH', kind, level, fan) + b'\xff' * 16
            b += b''.join(key(i, level) + struct.pack('<Q', leaf) for i in range(fan)) + last
            leaf = here
        return leaf

    def bomb(case, group):
        path = f'circles/{case}/{name()}'
        write(path, libver='earliest')
        at = header(path, group)

        def damage(b):
            table = message(b, at, 0x11)
            tree = number(b, table)
            used = number(b, tree + 6, 2)
            last = bytes(b[tree + 24 + 16 * used:][:8])
            leaf = number(b, tree + 32)
            struct.pack_into('<Q', b, table, tree1(b, 0, leaf, lambda *_: bytes(8), 32, 8, last))
            if group == '/':
                struct.pack_into('<Q', b, 80, number(b, table))
            struct.pack_into('<Q', b, 40, len(b))
        patch(path, damage)
    bomb('group', GROUP)
    bomb('root', '/')

    def chunked(f):
        f.create_dataset(GROUP + 'chunks', data=np.arange(64 * TRAINS, dtype='i2').reshape(TRAINS, 64), chunks=(1, 64))
    for case, step in (('chunks', 1),):
        path = f'circles/{case}/{name()}'
        write(path, chunked, libver='earliest')
        at = header(path, GROUP + 'chunks')

        def damage(b):
            layout = message(b, at, 8)
            where = layout + 3
            tree = number(b, where)
            key = lambda i, level: struct.pack('<IIQQQ', 128, 0, step * i, 0, 0)
            struct.pack_into('<Q', b, where, tree1(b, 1, tree, key, TRAINS, 8, key(TRAINS, 0)))
            struct.pack_into('<Q', b, 40, len(b))
        patch(path, damage)

    path = f'circles/header/{name()}'
    write(path, lambda f: [f[GROUP + 'energy'].attrs.__setitem__(f'a{i}', i) for i in range(12)], libver='earliest')
    at = header(path, GROUP + 'energy')

    def goes_on(b):
        struct.pack_into('<QQ', b, message(b, at, 0x10), at + 16, number(b, at + 8, 4))
    patch(path, goes_on)

    def links(f):
        f[GROUP + 'a'], f[GROUP + 'b'] = h5py.SoftLink('b'), h5py.SoftLink('/' + GROUP + 'a')
        f[GROUP + 'own'] = h5py.SoftLink('own/own')
        f[GROUP + 'child'] = f[GROUP]
        f[GROUP + 'deep/below'] = f['/']
    for libver in 'earliest', 'latest':
        write(f'circles/links-{libver}/{name()}', links, libver=libver)

    def many(f):
        for i in range(60):
            f[f'{GROUP}x{i:02d}'] = f[GROUP + 'energy']
    path = f'circles/tree2/{name()}'
    write(path, many)

    def shared(b):
        head = b.index(b'BTHD\0\5')  # the links of a group by name
        node, size = number(b, head + 16), number(b, head + 6, 4)
        assert b[node:node + 4] == b'BTIN' and number(b, head + 12, 2) == 1
        record = bytes(b[node + 6:node + 17])
        fan, used = number(b, head + 24, 2), number(b, node + 6 + 11 * number(b, head + 24, 2) + 8, 1)
        child, below, leaves = number(b, node + 6 + 11 * fan), used, (size - 10) // 11
        total, most = used, leaves
        for level in range(1, 8):
            width = 0 if level == 1 else (most.bit_length() - 1) // 8 + 1
            room = (size - 10 - 9 - width) // (11 + 9 + width)
            fan, total = min(20, room), min(20, room) + (min(20, room) + 1) * total
            most = (room + 1) * most + room
            pointer = struct.pack('<QB', child, below) + (total // (fan + 1)).to_bytes(8, 'little')[:width]
            child, below = len(b), fan
            b += sealed(b'BTIN\0\5' + record * fan + pointer * (fan + 1)).ljust(size, b'\0')
        struct.pack_into('<HBBQHQ', b, head + 12, 7, 100, 40, child, below, total)
        b[head + 34:head + 38] = sealed(b[head:head + 34])[-4:]
        struct.pack_into('<Q', b, 28, len(b))
        b[44:48] = sealed(b[:44])[-4:]
    patch(path, shared)


def outside():
    """Data that lie out of the run's directory, and virtual datasets of themselves."""
    with h5py.File(os.path.join(HERE, 'outside', 'far.h5'), 'w', libver='latest') as f:
        f['v'] = ramp(700)
    with open(os.path.join(HERE, 'outside', 'far.raw'), 'wb') as f:
        f.write(np.arange(TRAINS, dtype='<i4').tobytes())

    def change(f):
        def virtual(key, file, source):
            layout = h5py.VirtualLayout((TRAINS,), 'f4')
            layout[:] = h5py.VirtualSource(file, source, (TRAINS,))
            f.create_virtual_dataset(GROUP + key, layout)
        f[GROUP + 'link'] = h5py.ExternalLink('../far.h5', '/v')
        f.create_dataset(GROUP + 'raw', (TRAINS,), 'i4', external=[('../far.raw', 0, 4 * TRAINS)])
        virtual('virtual', '../far.h5', 'v')
        virtual('itself', '.', GROUP + 'itself')
        virtual('one', '.', GROUP + 'two')
        virtual('two', '.', GROUP + 'one')
        virtual('named', name(), GROUP + 'named')
    write(f'outside/run/{name()}', change)


def pipes():
    """Data that lie in files which the test makes named pipes."""
    def change(f):
        f[GROUP + 'link'] = h5py.ExternalLink('pipe', '/v')
        f.create_dataset(GROUP + 'raw', (TRAINS,), 'i4', external=[('pipe', 0, 4 * TRAINS)])
        layout = h5py.VirtualLayout((TRAINS,), 'f4')
        layout[:] = h5py.VirtualSource('pipe', 'v', (TRAINS,))
        f.create_virtual_dataset(GROUP + 'virtual', layout)
    write(f'pipes/{name()}', change)


def two_files():
    """A run of two files, and another of the same form and size with other data."""
    for case, offset in ('run', 0), ('other', 3000):
        for sequence in 0, 1:
            write(f'two_files/{case}/{name(sequence)}', first=FIRST + offset + TRAINS * sequence, offset=offset + 100 * sequence)


def heap():
    """Texts of variable length."""
    def change(f):
        f.create_dataset(GROUP + 'text', data=[f'text {i}' + 'x' * 3 * i for i in range(TRAINS)], dtype=h5py.string_dtype())
    write(f'heap/{name()}', change)


def chunk_keys():
    """Chunks of two by two, whose index the test damages."""
    def change(f):
        f.create_dataset(GROUP + 'frame', data=np.arange(TRAINS * 4, dtype='i4').reshape(TRAINS, 4), chunks=(1, 2))
    write(f'chunk_keys/{name()}', change, libver='earliest')


def conflict():
    """A train in two files, and a train twice in one."""
    write(f'conflict/files/{name(0)}')
    write(f'conflict/files/{name(1)}', first=FIRST + TRAINS - 1)

    def twice(f):
        f['INDEX/trainId'][4] = FIRST + 2
    write(f'conflict/twice/{name()}', twice)


def no_count():
    """INDEX of the source has first only."""
    def change(f):
        del f[f'INDEX/{CAMERA}/data/count']
    write(f'no_count/{name()}', change)


ROWS = [external_link, filters, index_types, hard_link, plugin, attributes, nul_string, widening, structured, claims, circles, outside, pipes,
        two_files, heap, chunk_keys, conflict, no_count]

if __name__ == '__main__':
    for row in ROWS:
        if len(sys.argv) == 1 or row.__name__ in sys.argv[1:]:
            shutil.rmtree(os.path.join(HERE, row.__name__), ignore_errors=True)
            os.makedirs(os.path.join(HERE, row.__name__))
            row()
