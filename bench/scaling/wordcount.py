# SPDX-License-Identifier: MIT
"""The main job: tokens, words and SHA-256 of every .py file of the standard library.

    wordcount.py                 once with one thread, once with all cores; prints the speed-up
    wordcount.py --threads N     once with N threads; prints a line of JSON
    wordcount.py --limit N       only the first N files
    wordcount.py --root DIR      other files

Each file is one task of a ThreadPoolExecutor: counted by tokenize, searched by re, summed by
hashlib. The totals do not depend on the number of threads.
"""
import argparse
import hashlib
import io
import json
import os
import re
import sys
import time
import tokenize
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

WORD = re.compile(r"[^\W\d_]+")


def find_files(root):
    found = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in ("__pycache__", "site-packages", "dist-packages"))
        found += [os.path.join(folder, f) for f in files if f.endswith(".py")]
    return sorted(found)


def count_file(path):
    """Returns (bytes, tokens, errors, words of the file as a Counter, its digest)."""
    with open(path, "rb") as f:
        data = f.read()
    digest = hashlib.sha256(data).hexdigest()
    tokens = errors = 0
    try:
        for _ in tokenize.tokenize(io.BytesIO(data).readline):
            tokens += 1
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        errors = 1              # the library's tests hold files that are wrong on purpose
    words = Counter(m.group().lower() for m in WORD.finditer(data.decode("utf-8", "replace")))
    return len(data), tokens, errors, words, digest


def count_all(root, files, threads):
    """Counts all files on that many threads; the totals as a dict."""
    size = tokens = errors = 0
    words = Counter()
    sums = []
    with ThreadPoolExecutor(threads) as pool:
        for path, row in zip(files, pool.map(count_file, files)):
            size += row[0]
            tokens += row[1]
            errors += row[2]
            words.update(row[3])
            sums.append(os.path.relpath(path, root) + " " + row[4])
    total = hashlib.sha256("\n".join(sums).encode()).hexdigest()
    return {"files": len(files), "bytes": size, "tokens": tokens, "not_python": errors,
            "words": sum(words.values()), "distinct_words": len(words),
            "top": sorted(words.items(), key=lambda w: (-w[1], w[0]))[:5], "sha256": total}


def timed(root, files, threads):
    start = time.perf_counter()
    totals = count_all(root, files, threads)
    return time.perf_counter() - start, totals


def main():
    p = argparse.ArgumentParser(description="counts the standard library")
    p.add_argument("--threads", type=int, help="run once with this many threads, print JSON")
    p.add_argument("--limit", type=int, help="only so many files")
    p.add_argument("--root", default=os.path.dirname(os.path.abspath(os.__file__)))
    a = p.parse_args()
    files = find_files(a.root)[:a.limit]
    if not files:
        raise SystemExit("wordcount: no .py files in " + a.root)
    for path in files:                                  # into the page cache: files are not the point
        with open(path, "rb") as f:
            f.read()
    if a.threads:
        seconds, totals = timed(a.root, files, a.threads)
        print(json.dumps(dict(totals, threads=a.threads, seconds=round(seconds, 3))))
        return
    cores = len(os.sched_getaffinity(0))
    print("%s %s on %d cores" % (sys.implementation.name, sys.version.split()[0], cores), flush=True)
    one, totals = timed(a.root, files, 1)
    for name, value in totals.items():
        if name == "top":
            value = ", ".join("%s %d" % tuple(w) for w in value)
        print("  %-15s %s" % (name, value))
    print("  1 thread        %.2f s" % one, flush=True)
    many, again = timed(a.root, files, cores)
    print("  %d threads       %.2f s" % (cores, many))
    print("  speed-up        %.2f" % (one / many))
    if again != totals:
        raise SystemExit("wordcount: the totals differ between 1 and %d threads" % cores)


if __name__ == "__main__":
    main()
