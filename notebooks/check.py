"""Runs notebooks and compares what they say with what is stored in them.

Compared are, cell by cell, what is printed, and the kinds of what is shown with its
text; pictures themselves are not. What goes to standard error, such as times, is not
compared, but a program that did not end well is found there. With --update what the
notebooks say is stored.
"""

import argparse
import concurrent.futures
import copy
import difflib
import functools
import os
import pathlib
import re
import sys
import time

import nbclient
import nbformat

# GoNB tells of a program that ended badly on standard error only.
ENDED_BADLY = re.compile(r"^(?:exit status [1-9]|signal: |panic: )", re.MULTILINE)


def lines_of(cell):
    """What a cell says that must not change: lines of text."""
    printed, shown = "", []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            printed += output.text if output.name == "stdout" else ""
        elif output.output_type == "error":
            shown += ["error: " + output.ename]
        else:
            shown += [", ".join(sorted(output.data))]
            shown += output.data.get("text/plain", "").splitlines()
    return printed.splitlines() + shown


def run(notebook, path, timeout):
    """Executes all cells; the reason why that failed, or an empty text."""
    client = nbclient.NotebookClient(
        notebook, timeout=timeout, kernel_name="gonb", resources={"metadata": {"path": str(path.parent)}}
    )
    try:
        with open(os.devnull, "w") as nowhere:  # what the kernel itself has to tell
            client.execute(stdout=nowhere, stderr=nowhere)
    except nbclient.exceptions.CellExecutionError:
        pass  # its output tells
    except Exception as error:  # the kernel died or took too long
        return f"{type(error).__name__}: {error}".splitlines()[0]
    for number, cell in enumerate(notebook.cells, 1):
        outputs = cell.get("outputs", [])
        told = "".join(o.text for o in outputs if o.get("name") == "stderr")
        for output in outputs:
            if output.output_type == "error":
                return f"cell {number} does not run: {output.evalue}\n{told or texts(outputs)}"
        if ENDED_BADLY.search(told):
            return f"cell {number} ended badly:\n{told}"
    return ""


def texts(outputs):
    """What there is of text in rich output, such as a list of compiler errors."""
    html = "\n".join(o.data.get("text/html", "") for o in outputs if o.output_type == "display_data")
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"<style>.*?</style>|<[^>]*>", "", html, flags=re.DOTALL))


def difference(stored, now):
    """How what cells say differs from what is stored, or an empty text."""
    for number, (old, new) in enumerate(zip(stored.cells, now.cells), 1):
        if old.cell_type != "code":
            continue
        lines = list(difflib.unified_diff(lines_of(old), lines_of(new), "stored", "now", lineterm="", n=0))
        if lines:
            return f"cell {number} says something else:\n" + "\n".join(lines)
    return ""


def tidy(notebook):
    """Leaves out what differs each time: times, what went to standard error, and in how
    many pieces the rest came."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined([o for o in cell.outputs if o.get("name") != "stderr"])
    notebook.metadata.pop("language_info", None)
    return notebook


def joined(outputs):
    """Outputs, with pieces of text after each other as one."""
    whole = []
    for output in outputs:
        if output.output_type == "stream" and whole and whole[-1].output_type == "stream":
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def check(path, timeout, update):
    """Runs one notebook; the reason why it is not right, or an empty text, and the time that took."""
    start = time.monotonic()
    return reason_of(path, timeout, update), time.monotonic() - start


def reason_of(path, timeout, update):
    """Why a notebook is not right, or an empty text."""
    stored = nbformat.read(path, as_version=4)
    now = copy.deepcopy(stored)
    failed = run(now, path, timeout)
    if failed:
        return failed
    if update:
        nbformat.write(tidy(now), path)
        return ""
    return difference(stored, now)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="store what the notebooks say")
    parser.add_argument("--timeout", type=int, default=300, help="seconds that a cell may take")
    args = parser.parse_args()
    failed = 0
    # A notebook mostly waits for one linker: others may run beside it.
    with concurrent.futures.ProcessPoolExecutor(min(os.cpu_count(), len(args.notebooks))) as pool:
        one = functools.partial(check, timeout=args.timeout, update=args.update)
        for path, (reason, seconds) in zip(args.notebooks, pool.map(one, [p.absolute() for p in args.notebooks])):
            print(f"{path.name}: {'FAILED' if reason else 'ok'}, {seconds:.0f} s", flush=True)
            if reason:
                failed += 1
                print("    " + reason.rstrip().replace("\n", "\n    "), flush=True)
    print(f"{len(args.notebooks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
