"""Compares what was read of damaged runs with what h5py reads of them.

usage: go test ./internal/damage -run TestDamage -variants 3000 -dump DIR
       python3 testdata/compare.py DIR [--skip=PATH] [BASE/KIND/NUMBER...]

What both read without an error must be the same: rows of a train, and where they are.
h5py crashes and hangs on damage, so it reads in a process of its own; what it does not
read is not compared, nor are datasets below the path to skip. The exit status is 1 if anything differs.
"""
import glob, hashlib, json, os, select, subprocess, sys
from collections import Counter

os.environ['HDF5_EXTFILE_PREFIX'] = '${ORIGIN}'
PATIENCE = 20


# In the process that reads.

def digest(values):
    import make
    data = make.raw(values)
    return None if data is None else hashlib.sha256(data).hexdigest()


def facts(where):
    with open(where + '/facts.json') as f:
        lines = json.load(f)
    rows = {(path, train): answer.rsplit(' ', 2) for what, path, train, answer in lines if what == 'rows'}
    trains = [(path, train, answer) for what, path, train, answer in lines if what == 'train' and answer != 'nothing']
    return rows, trains


def place(rows, path, train):
    """File, source with group, first row and number of rows of a train of a key."""
    parts = path.split('/')
    for n in range(len(parts) - 1, 1, -1):
        found = rows.get(('/'.join(parts[:n]), train))
        if found:
            return found[0], '/'.join(parts[:n]), int(found[1]), int(found[2])


def compare(where):
    """What differs, and how much was compared."""
    import h5py
    rows, trains = facts(where)
    files, different, compared = {}, [], 0
    for path, train, answer in trains:
        at = place(rows, path, train)
        if not at:
            continue
        name, source, first, count = at
        try:
            if name not in files:
                files[name] = h5py.File(f'{where}/{name}', 'r')
            d = files[name][path]
            values = d[first:first + count]
            is_ = digest(values)
        except Exception:
            continue
        if is_ is None:
            continue
        compared += 1
        shape = answer[answer.index('[') + 1:answer.index(']')]
        if answer[-64:] != is_ or shape != ' '.join(map(str, values.shape)):
            different.append(f'{path} train {train}: {answer}, h5py reads {d.dtype} {list(values.shape)} {is_}')
        different += index(files[name], source, train, first, count)
    for f in files.values():
        try:
            f.close()
        except Exception:
            pass
    return {'different': sorted(set(different)), 'compared': compared}


def index(f, source, train, first, count):
    """The place of a train, if h5py reads another."""
    try:
        at = f['INDEX/' + source.split('/', 1)[1]]
        i = f['INDEX/trainId'][:].tolist().index(int(train))
        if 'count' not in at:
            return []
        theirs = int(at['first'][i]), int(at['count'][i])
    except Exception:
        return []
    return [] if theirs == (first, count) else [f'{source} train {train} is at {first}, {count}; h5py reads {theirs}']


def serve():
    out = os.fdopen(os.dup(1), 'w')
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        print(json.dumps(compare(line.strip())), file=out, flush=True)


# In the process that watches it.

class Reader:
    def __init__(self):
        self.process = None

    def ask(self, where):
        """What compare returns, or a word for how it ended."""
        if self.process is None:
            self.process = subprocess.Popen([sys.executable, __file__, '--serve'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL, text=True)
        self.process.stdin.write(where + '\n')
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ''
        if line:
            return json.loads(line)
        self.process.kill()
        self.process.wait()
        self.process = None
        return 'crashes' if ready else 'hangs'


def main(root, names):
    skipped = tuple(n[len('--skip='):] for n in names if n.startswith('--skip='))
    names = [n for n in names if not n.startswith('--')]
    reader, counts = Reader(), Counter()
    chosen = [f'{root}/{n}' for n in names] or sorted(os.path.dirname(p) for p in glob.glob(root + '/*/*/*/facts.json'))
    for where in chosen:
        answer = reader.ask(where)
        counts['variants'] += 1
        if isinstance(answer, str):
            counts['h5py ' + answer] += 1
            continue
        counts['trains compared'] += answer['compared']
        answer['different'] = [d for d in answer['different'] if not d.startswith(skipped)]
        if answer['different']:
            counts['different'] += 1
            print(os.path.relpath(where, root), *answer['different'][:3], sep='\n    ')
    print(', '.join(f'{n} {what}' for what, n in counts.items()))
    return 1 if counts['different'] else 0


if __name__ == '__main__':
    if sys.argv[1:] == ['--serve']:
        serve()
    else:
        sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
