"""Makes the runs that the damage test starts from, each a .zip beside this script.

usage: python3 make.py [NAME...]; needs h5py, numpy and the libhdf5 that h5py uses.

A run has one file that is damaged, and what that leads to. Between them the runs have
every structure that HDF5 1.10 writes. manifest.json in each tells what h5py reads of the
file before it is damaged:

    damage   the name of the file that is damaged
    answers  by path of the dataset: NumPy type, and by train ID the number of entries
             and the SHA-256 of their bytes, little-endian and in C order; of a string its
             length in 8 bytes, then its own
    raw      where the bytes of the datasets lie: [start, end, [paths]]
"""
import ctypes, hashlib, io, json, os, shutil, struct, sys, tempfile, zipfile, zlib
os.environ['HDF5_EXTFILE_PREFIX'] = '${ORIGIN}'  # raw storage is beside the file; asked for when h5py is imported
import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = 'RAW-R0001-DA01-S00000.h5'
TEXT = h5py.string_dtype()
STAMP = (2024, 5, 11, 10, 11, 12)
CAMERA, MOTOR = 'LAB/CAM/A:out', 'LAB/MOTOR/M'
COUNTS = [3, 0, 5, 2, 4, 2]
hdf5 = ctypes.CDLL('libhdf5_serial.so.103')


class File:
    """A data file as it is written: sources, and the index of each."""

    def __init__(self, path, trains=6, first=10000, version='1.2', **how):
        self.version, self.ids = version, []
        self.rng = np.random.default_rng(zlib.crc32(os.path.basename(path).encode()))
        self.f = h5py.File(path, 'w', **how) if 'fcpl' not in how else own(path, **how)
        self.trains = np.arange(first, first + trains, dtype='u8')
        self.f['INDEX/trainId'] = self.trains
        if version != '0.5':
            self.f['INDEX/flag'] = np.ones(trains, 'i4')
            self.f['INDEX/timestamp'] = 1715422272000000000 + (self.trains - 10000) * 100000000
        if version == '1.2':
            self.f['INDEX/origin'] = np.full(trains, -1, 'i4')

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if not failed:
            self.metadata()
        self.f.close()

    def metadata(self):
        at = 'METADATA' if self.version == '0.5' else 'METADATA/dataSources'
        lists = {'dataSourceId': self.ids, 'root': [i.split('/', 1)[0] for i in self.ids],
                 'deviceId': [i.split('/', 1)[1] for i in self.ids]}
        for name, texts in lists.items():
            self.text(f'{at}/{name}', texts + [''] * (-len(texts) % 8))
        if self.version == '0.5':
            return
        for name, text in (('dataFormatVersion', self.version), ('creationDate', '20240511T101112Z'),
                           ('daqLibrary', '1.9.0'), ('karaboFramework', '2.17.0')):
            self.text('METADATA/' + name, [text])
        for name, number in (('proposalNumber', 700000), ('runNumber', 1), ('sequenceNumber', 0)):
            self.f['METADATA/' + name] = np.array([number], 'u4')

    def text(self, path, texts):
        return self.f.create_dataset(path, data=np.array(texts, object), dtype=TEXT)

    def index(self, name, counts, firsts=None):
        counts = np.array(counts, 'u8')
        firsts = np.cumsum(counts) - counts if firsts is None else np.array(firsts, 'u8')
        self.f[f'INDEX/{name}/first'] = firsts
        if self.version == '0.5':
            self.f[f'INDEX/{name}/last'] = np.where(counts > 0, firsts + counts - 1, firsts).astype('u8')
            self.f[f'INDEX/{name}/status'] = (counts > 0).astype('u4')
        else:
            self.f[f'INDEX/{name}/count'] = counts

    def instrument(self, source=CAMERA, group='data', counts=COUNTS, firsts=None, section='INSTRUMENT'):
        """The group that the keys of a source go into, with their index."""
        self.index(f'{source}/{group}', counts, firsts)
        if section == 'INSTRUMENT':
            self.ids.append(f'{section}/{source}/{group}')
        g = self.f.create_group(f'{section}/{source}/{group}')
        if firsts is None:
            g['trainId'] = np.repeat(self.trains, counts)
        return g

    def control(self, source=MOTOR, **keys):
        """A source with one entry a train, and its values of the run."""
        n = len(self.trains)
        self.index(source, np.ones(n))
        self.ids.append('CONTROL/' + source)
        for key, values in keys.items():
            values = np.asarray(values)
            for section, part, stamps in (('CONTROL', values, 1715422272000000000 + np.arange(n, dtype='u8')),
                                          ('RUN', values[:1], np.array([1715422272000000000], 'u8'))):
                at = f'{section}/{source}/{key}'
                kind = dict(dtype=TEXT) if values.dtype == object else {}
                self.f.create_dataset(at + '/value', data=part, **kind)
                self.f[at + '/timestamp'] = stamps
        return self.f['CONTROL/' + source]

    def values(self, dtype, *shape):
        dtype = np.dtype(dtype)
        if dtype.kind in 'fc':
            return self.rng.normal(0, 100, shape).astype(dtype)
        if dtype.kind == 'b':
            return self.rng.integers(0, 2, shape).astype(bool)
        return self.rng.integers(0, 200 if dtype.itemsize == 1 else 30000, shape).astype(dtype)


def own(path, fcpl, libver=(h5py.h5f.LIBVER_EARLIEST, h5py.h5f.LIBVER_V110)):
    """A file with properties that h5py has no name for."""
    fapl = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    fapl.set_libver_bounds(*libver)
    fapl.set_fclose_degree(h5py.h5f.CLOSE_STRONG)
    return h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_TRUNC, fcpl, fapl))


def create(g, name, data, *, layout=None, early=False, chunks=None, maxshape=None, extra=None):
    """A dataset with properties that h5py has no name for."""
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if layout is not None:
        dcpl.set_layout(layout)
    if chunks:
        dcpl.set_chunk(chunks)
    if early:
        dcpl.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    if extra:
        extra(dcpl)
    space = h5py.h5s.create_simple(data.shape, tuple(h5py.h5s.UNLIMITED if n is None else n for n in maxshape or data.shape))
    d = h5py.Dataset(h5py.h5d.create(g.id, name.encode(), h5py.h5t.py_create(data.dtype, logical=True), space, dcpl))
    d[...] = data
    return d


def filters(w, g, n=16):
    """Chunks under every filter, and data without chunks."""
    g['plain'] = w.values('u2', n, 6)
    create(g, 'compact', w.values('f4', n, 2), layout=h5py.h5d.COMPACT)
    g.create_dataset('deflate', data=w.values('u2', n, 8, 4), chunks=(2, 8, 4), compression=4)
    g.create_dataset('shuffle', data=w.values('i4', n, 8), chunks=(5, 8), maxshape=(None, 8), shuffle=True, compression=1)
    g.create_dataset('checked', data=w.values('f8', n, 3), chunks=(4, 3), maxshape=(None, 3), fletcher32=True)
    g.create_dataset('lzf', data=np.arange(n * 40, dtype='u2').reshape(n, 40) // 9, chunks=(4, 40), compression='lzf')
    d = g.create_dataset('filled', (n, 4), 'f4', chunks=(2, 4), maxshape=(None, 4), fillvalue=7.5)
    d[3:9] = w.values('f4', 6, 4)


def ordinary(d, **how):
    with File(f'{d}/{NAME}', **how) as w:
        filters(w, w.instrument())
        g = w.control(position=w.values('f8', 6), state=np.array(['ON', 'MOVING', 'ON', 'ERROR', '', 'µ'], object), limits=w.values('i4', 6, 2))
        g['position'].attrs['unitSymbol'] = 'm'
        g['position'].attrs['metricPrefixSymbol'] = 'u'
        g['position'].attrs['alarm'] = np.arange(3.0)


def earliest(d): ordinary(d)
def latest(d): ordinary(d, libver='latest')
def v108(d): ordinary(d, libver=('v108', 'v108'))


def indexes(d):
    """Every chunk index of the newest structures, with filters and without."""
    with File(f'{d}/{NAME}', libver='latest') as w:
        g = w.instrument()
        for suffix, kw in (('', {}), ('_z', dict(compression=1, shuffle=True))):
            g.create_dataset('single' + suffix, data=w.values('u2', 16, 5), chunks=(16, 5), **kw)
            g.create_dataset('fixed' + suffix, data=w.values('u2', 16, 5), chunks=(2, 3), **kw)
            g.create_dataset('extensible' + suffix, data=w.values('u2', 16, 5), chunks=(1, 5), maxshape=(None, 5), **kw)
            g.create_dataset('tree' + suffix, data=w.values('u2', 16, 5), chunks=(3, 2), maxshape=(None, None), **kw)
        create(g, 'implicit', w.values('i2', 16, 5), chunks=(3, 2), early=True)
        x = g.create_dataset('grown', (2, 5), 'i4', chunks=(1, 2), maxshape=(None, 5), fillvalue=-1)
        x.resize((16, 5))
        x[9:12] = w.values('i4', 3, 5)


def arrays(d):
    """Arrays of chunks so long that they have super blocks and pages."""
    with File(f'{d}/{NAME}', libver='latest') as w:
        g = w.instrument(firsts=[0, 3, 60, 1020, 1100, 1198])
        x = g.create_dataset('pages', (1200,), 'u2', chunks=(1,), fillvalue=3)
        for a, b in ((0, 5), (60, 70), (1018, 1028), (1199, 1200)):
            x[a:b] = w.values('u2', b - a)
        g = w.instrument(group='far', counts=[4, 8, 8, 8, 8, 4], firsts=[0, 16, 60, 2000, 131070, 131198])
        x = g.create_dataset('blocks', (131202,), 'u2', chunks=(1,), maxshape=(None,), fillvalue=3)
        for a, b in ((0, 24), (60, 64), (2001, 2004), (131070, 131076), (131199, 131201)):
            x[a:b] = w.values('u2', b - a)


def trees(d):
    """Trees of several levels, in files of a superblock of version 1."""
    fcpl = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    assert hdf5.H5Pset_istore_k(ctypes.c_int64(fcpl.id), 2) >= 0
    assert hdf5.H5Pset_sym_k(ctypes.c_int64(fcpl.id), 2, 2) >= 0
    with File(f'{d}/{NAME}', fcpl=fcpl) as w:
        g = w.instrument()
        g.create_dataset('deep', data=w.values('u2', 16, 6), chunks=(1, 2), maxshape=(None, 6))
        g.create_dataset('deep_z', data=w.values('u2', 16, 6), chunks=(1, 6), compression=1)
        for i in range(24):
            g[f'key{i:02d}'] = w.values('u1', 16)
        w.control(position=w.values('f8', 6))


def trees2(d):
    """Version 2 trees of several levels."""
    with File(f'{d}/{NAME}', libver='latest') as w:
        g = w.instrument()
        g.create_dataset('deep', data=w.values('u2', 160, 4), chunks=(1, 2), maxshape=(None, None))
        g.create_dataset('deep_z', data=w.values('u2', 160, 4), chunks=(1, 4), maxshape=(None, None), compression=1)


def links(d, **how):
    """Links of all kinds, and so many that they are in a heap."""
    os.makedirs(d, exist_ok=True)
    with h5py.File(d + '/other.bin', 'w') as f:
        f['values'] = np.arange(32, dtype='i4').reshape(16, 2)
    with File(f'{d}/{NAME}', userblock_size=512, **how) as w:
        g = w.instrument()
        g['energy'] = w.values('f4', 16, 2)
        g['hard'] = g['energy']
        g['soft'] = h5py.SoftLink('energy')
        g['absolute'] = h5py.SoftLink(g.name + '/energy')
        g['external'] = h5py.ExternalLink('other.bin', '/values')
        g['nowhere'] = h5py.SoftLink('/not/there')
        g = w.instrument(group='many')
        for i in range(20):
            g[f'a_key_with_a_rather_long_name_so_that_the_heap_of_names_is_soon_full_{i:03d}'] = w.values('u1', 16)
        w.control(position=w.values('f8', 6))


def links_latest(d): links(d, libver='latest')


def attributes(d, **how):
    """Attributes of all types, many and large."""
    with File(f'{d}/{NAME}', **how) as w:
        g = w.instrument()
        g['energy'] = w.values('f4', 16)
        a = g['energy'].attrs
        a['unitSymbol'], a['metricPrefixSymbol'] = 'J', 'u'
        a['metricPrefixEnum'], a['metricPrefixName'], a['unitName'] = np.int32(14), 'micro', 'joule'
        for dtype in ('i1', 'u2', '>i4', 'u8', 'f2', 'f4', '>f8', 'c8', '?'):
            a['number ' + dtype] = w.values(dtype, 3)
        a['texts'], a['fixed'], a['empty'] = ['one', 'zwei', 'три'], np.bytes_(b'fixed'), h5py.Empty('f4')
        a['enum'] = np.array(1, h5py.enum_dtype({'RED': 0, 'GREEN': 1}, 'i1'))
        a['hit'] = np.array((1, 2.5), [('x', 'i4'), ('y', 'f8')])
        a['link'] = g.ref
        g['few'] = w.values('i2', 16)
        g['few'].attrs['text'] = 'x' * 300
        c = w.control(position=w.values('f8', 6))
        c['position'].attrs['unitSymbol'] = 'deg'
        for i in range(12):
            g.attrs[f'large {i}'] = w.values('f8', 60)
            c['position'].attrs[f'note {i}'] = 'y' * 40


def attributes_latest(d): attributes(d, libver='latest')


def types(d, **how):
    """Elements of all types."""
    with File(f'{d}/{NAME}', **how) as w:
        g = w.instrument()
        for dtype in ('i1', 'u1', 'i2', '>u2', '>i4', 'u4', 'i8', '>u8', 'f2', 'f4', '>f4', 'f8', 'c8', 'c16', '?'):
            g[dtype.replace('>', 'big_').replace('?', 'bool')] = w.values(dtype, 16, 2)
        g.create_dataset('big_z', data=w.values('>f8', 16, 4), chunks=(4, 4), compression=1, shuffle=True)
        g.create_dataset('enum', data=w.rng.integers(0, 3, 16).astype('u1'), dtype=h5py.enum_dtype({'OFF': 0, 'ON': 1, 'ERROR': 2}, 'u1'))
        g['fixed'] = np.array([b'a\0b%d' % i for i in range(16)], 'S6')
        g.create_dataset('utf8', data=[('µ%d' % i).encode() for i in range(16)], dtype=h5py.string_dtype(length=8))
        w.text(g.name + '/text', ['', 'one', 'µm', 'x' * 40] * 4)
        g.create_dataset('texts', data=np.array(['a', 'bc'] * 16, object).reshape(16, 2), chunks=(4, 2), dtype=TEXT, compression=1)
        hits = np.zeros(16, [('x', 'f4'), ('y', 'i2'), ('t', 'f8')])
        hits['x'], hits['t'] = w.values('f4', 16), w.values('f8', 16)
        g['hits'] = hits
        g['opaque'] = np.arange(16, dtype='u4').view('V4')
        g['tuples'] = np.zeros(16, [('v', 'i4', (2,))])
        g.create_dataset('lists', (16,), h5py.vlen_dtype('i4'))
        for i in range(16):
            g['lists'][i] = np.arange(i % 4)
        g['nothing'], g['one'] = h5py.Empty('f4'), np.float32(3)
        g['zero'] = np.zeros((16, 0), 'f4')
        w.control(on=np.array([True, False] * 3), name=np.array([b'abc', b'de'] * 3, 'S3'))


def types_latest(d): types(d, libver='latest')


def heaps(d):
    """Strings that fill several global heaps."""
    with File(f'{d}/{NAME}') as w:
        g = w.instrument()
        w.text(g.name + '/text', [chr(97 + i) * (i * 150) for i in range(16)])
        w.text(g.name + '/small', [f'text {i}' for i in range(16)])
        w.control(state=np.array(['z' * 5000, '', 'ON', 'ON', 'OFF', 'q' * 900], object))


def exotic(d):
    """What libhdf5 is asked for, and messages that several objects share."""
    os.makedirs(d, exist_ok=True)
    with h5py.File(d + '/other.bin', 'w') as f:
        f['values'] = np.arange(16, dtype='i4')
    with open(d + '/values.raw', 'wb') as out:
        out.write(bytes(range(64)))
    fcpl = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    assert hdf5.H5Pset_shared_mesg_nindexes(ctypes.c_int64(fcpl.id), 2) >= 0
    assert hdf5.H5Pset_shared_mesg_index(ctypes.c_int64(fcpl.id), 0, 0x02 | 0x08 | 0x20 | 0x800, 10) >= 0  # space, type, fill, pipeline
    assert hdf5.H5Pset_shared_mesg_index(ctypes.c_int64(fcpl.id), 1, 0x1000, 10) >= 0  # attributes
    with File(f'{d}/{NAME}', fcpl=fcpl) as w:
        g = w.instrument()
        layout = h5py.VirtualLayout(shape=(16,), dtype='i4')
        layout[:] = h5py.VirtualSource('other.bin', 'values', shape=(16,))
        g.create_virtual_dataset('virtual', layout)
        g.create_dataset('raw', shape=(16,), dtype='i4', external=[('values.raw', 0, 64)])
        w.f['INDEX/type'] = np.dtype('f4')
        g.create_dataset('typed', data=w.values('f4', 16), dtype=w.f['INDEX/type'])
        for i in range(4):
            x = g.create_dataset(f'shared{i}', data=w.values('i4', 16, 2), chunks=(4, 2), compression=1, shuffle=True)
            x.attrs['unitSymbol'] = 'a unit that is longer than most, to be shared'
        g.create_dataset('scaled', data=w.values('i4', 16, 4), chunks=(4, 4), scaleoffset=0)


def legacy(d):
    """A source with an old name, and sources that tell of others."""
    with File(f'{d}/{NAME}') as w:
        g = w.instrument('LAB/DET/0CH0:xtdf', 'image')
        g.create_dataset('data', data=w.values('u2', 16, 2, 8, 4), chunks=(1, 2, 8, 4))
        g['cellId'] = np.arange(16, dtype='u2')
        for section in ('INDEX', 'INSTRUMENT'):
            w.f[f'{section}/LAB/OLD/0CH0:xtdf'] = h5py.SoftLink(f'/{section}/LAB/DET/0CH0:xtdf')
        w.ids.append('INSTRUMENT/LAB/OLD/0CH0:xtdf/image')
        for section, source in (('REDUCTION', 'LAB/REDU/FRAMES:out'), ('ERRATA', 'TRAINS_OUTSIDE:out')):
            w.instrument(source, 'data', section=section)['mask'] = w.values('u1', 16)
            w.text(f'METADATA/auxiliarySources/{section}', [f'{section}/{source}/data'])


def old05(d):
    with File(f'{d}/{NAME}', version='0.5') as w:
        # Before 1.0 the index told of one entry a train, or the last of several.
        w.instrument(counts=[1, 1, 0, 1, 1, 1])['energy'] = w.values('f4', 5)
        w.control(position=w.values('f8', 6))


def old10(d):
    with File(f'{d}/{NAME}', version='1.0', libver='latest') as w:
        w.instrument()['energy'] = w.values('f4', 16)
        w.instrument(group='raw', counts=[1] * 6)['trace'] = w.values('i2', 6, 100)
        w.control(position=w.values('f8', 6))


def sequence(d):
    """Two files of a run, of which the second is damaged."""
    for i, name in enumerate((NAME, NAME.replace('S00000', 'S00001'))):
        with File(f'{d}/{name}', first=10000 + 6 * i, libver='latest' if i else 'earliest') as w:
            g = w.instrument()
            g.create_dataset('image', data=w.values('u2', 16, 8, 8), chunks=(1, 8, 8), maxshape=(None, 8, 8))
            g['energy'] = w.values('f4', 16)
            w.control(position=w.values('f8', 6))


# What h5py reads.

def raw(values):
    """The bytes of an array; of strings their lengths and bytes; None of what is neither."""
    if values.dtype.kind in 'OS':
        texts = [t.encode() if isinstance(t, str) else t for t in values.ravel().tolist()]
        if not all(isinstance(t, bytes) for t in texts):
            return None
        return b''.join(struct.pack('<Q', len(t)) + t for t in texts)
    if values.dtype.kind not in 'iufcb':
        return None
    return np.ascontiguousarray(values, values.dtype.newbyteorder('<')).tobytes()


def digest(values):
    data = raw(values)
    return None if data is None else hashlib.sha256(data).hexdigest()


def index(f, source, group):
    at = f[f'INDEX/{source}/{group}' if group else f'INDEX/{source}']
    if 'count' in at:
        return at['first'][:], at['count'][:]
    return at['first'][:], ((at['last'][:] - at['first'][:] + 1) * at['status'][:]).astype('u8')


def datasets(group, path):
    """All datasets below a group, through links of all kinds."""
    for name in group:
        try:
            child = group[name]
        except (KeyError, OSError):
            continue
        if isinstance(child, h5py.Group):
            yield from datasets(child, f'{path}/{name}')
        elif isinstance(child, h5py.Dataset):
            yield f'{path}/{name}', child


def keys(f):
    """Path, dataset and index of every key that has rows."""
    v05 = 'dataSourceId' in f['METADATA']
    ids = [i.decode() for i in f['METADATA/dataSourceId' if v05 else 'METADATA/dataSources/dataSourceId'][:] if i]
    for section in ('REDUCTION', 'ERRATA'):
        ids += [i.decode() for i in f.get('METADATA/auxiliarySources/' + section, [])]
    for path in ids:
        section, source = path.split('/', 1)
        group = ''
        if section != 'CONTROL':
            source, group = source.rsplit('/', 1)
        first, count = index(f, source, group)
        for name, d in datasets(f[path], path):
            if d.shape and len(d) >= (first + count).max():
                yield name, d, first, count


def answers(f):
    found, ids = {}, f['INDEX/trainId'][:]
    for path, d, first, count in keys(f):
        try:
            trains = {int(i): [int(n), digest(d[int(a):int(a + n)])] for i, a, n in zip(ids, first, count)}
        except TypeError:
            continue
        if all(t[1] for t in trains.values()):
            found[path] = {'type': str(d.dtype), 'trains': trains}
    return found


def extents(f):
    """Where the bytes of all datasets lie, with all paths of each."""
    paths, found = {}, {}
    for path, d in datasets(f, ''):
        if d.file.filename == f.filename:
            at = h5py.h5o.get_info(d.id).addr
            paths.setdefault(at, []).append(path[1:])
            found[at] = d
    base = f.id.get_create_plist().get_userblock()
    for at, d in found.items():
        if d.chunks:
            for i in range(d.id.get_num_chunks()):
                chunk = d.id.get_chunk_info(i)
                yield [base + chunk.byte_offset, base + chunk.byte_offset + chunk.size, paths[at]]
        elif d.id.get_offset() and d.shape is not None:
            yield [d.id.get_offset(), d.id.get_offset() + d.id.get_storage_size(), paths[at]]


def pack(name, make):
    d = tempfile.mkdtemp()
    try:
        make(d)
        files = sorted(os.listdir(d))
        damaged = [n for n in files if n.endswith('.h5')][-1]
        with h5py.File(f'{d}/{damaged}', 'r') as f:
            manifest = {'damage': damaged, 'answers': answers(f), 'raw': sorted(extents(f))}
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as z:
            for file in files:
                z.writestr(zipfile.ZipInfo(file, STAMP), open(f'{d}/{file}', 'rb').read(), zipfile.ZIP_DEFLATED)
            z.writestr(zipfile.ZipInfo('manifest.json', STAMP), json.dumps(manifest, separators=(',', ':')), zipfile.ZIP_DEFLATED)
        open(f'{HERE}/{name}.zip', 'wb').write(out.getvalue())
        print(f'{name:18}{os.path.getsize(d + "/" + damaged):8}{len(out.getvalue()):8}{len(manifest["answers"]):4} keys')
    finally:
        shutil.rmtree(d)


BASES = (earliest, latest, v108, indexes, arrays, trees, trees2, links, links_latest, attributes, attributes_latest,
         types, types_latest, heaps, exotic, legacy, old05, old10, sequence)

if __name__ == '__main__':
    for make in BASES:
        if not sys.argv[1:] or make.__name__ in sys.argv[1:]:
            pack(make.__name__, make)
