# SPDX-License-Identifier: MIT
"""Compares the parser with the ast module of the Python that runs this script (3.14).

    ast_oracle.py DRIVER files PATH...     trees of files, exactly
    ast_oracle.py DRIVER errors PATH...    errors of the snippets found in string literals of files
    ast_oracle.py DRIVER mutate SEED COUNT PATH...   errors of randomly damaged pieces of files

DRIVER is the built tests/tools/ast_dump.c. Prints what differs and a count; exit status 1 if anything did.
"""
import ast
import os
import random
import re
import subprocess
import sys
import textwrap
import time
import warnings

warnings.simplefilter("ignore")
sys.stdout.reconfigure(errors="backslashreplace")
sys.setrecursionlimit(20000)
MODE_FLAGS = 0


class Driver:
    def __init__(self, path):
        self.path = path
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.path, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def parse(self, source, mode="exec", flags=0):
        if isinstance(source, str):
            source = source.encode("utf-8", "surrogatepass")
            flags |= 16
        try:
            self.process.stdin.write(b"%s %d %d\n" % (mode.encode(), flags, len(source)) + source)
            self.process.stdin.flush()
            size = int(self.process.stdout.readline())
            return self.process.stdout.read(size).decode("utf-8", "surrogatepass")
        except (BrokenPipeError, ValueError):
            self.process.wait()
            code = self.process.returncode
            self.start()
            return f"! CRASH {code}"


def big(text):
    return re.sub(r"value=(0[xob][0-9a-fA-F]+)", lambda m: "value=%d" % int(m[1], 0), text)


def expect(source, mode="exec", flags=0):
    """What the oracle says, in the driver's form."""
    try:
        tree = compile(source, "<string>", mode, ast.PyCF_ONLY_AST | flags, dont_inherit=True)
    except SyntaxError as e:
        line = e.lineno, e.offset, e.end_lineno, e.end_offset
        line = tuple(0 if x is None else x for x in line)
        return f"! {type(e).__name__}|{e.msg}|" + "|".join(map(str, line)) + f"|{e.text or ''}"
    except (MemoryError, RecursionError, ValueError, OverflowError, UnicodeError) as e:
        return f"! {type(e).__name__}|{e}|0|0|0|0|"
    return tree


def python_files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                if name.endswith(".py") and os.path.exists(os.path.join(folder, name)):
                    yield os.path.join(folder, name)


def first_difference(a, b):
    i = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"    expected ...{a[max(0, i - 150):i + 100]!r}\n    got      ...{b[max(0, i - 150):i + 100]!r}"


def compare_files(driver, paths):
    count = bad = 0
    for path in python_files(paths):
        with open(path, "rb") as f:
            source = f.read()
        got = driver.parse(source)
        want = expect(source)
        count += 1
        if isinstance(want, ast.AST):
            want = ast.dump(want, include_attributes=True)
            got = big(got)
        if got != want:
            bad += 1
            print(path)
            print(first_difference(want, got))
    print(f"{count} files, {bad} differ")
    return bad


def same_error(want, got):
    return want.split("|")[:6] == got.split("|")[:6] if not COMPARE_TEXT else want == got


COMPARE_TEXT = False


def compare_one(driver, source, mode="exec", flags=0, trees=True):
    want = expect(source, mode, flags)
    got = driver.parse(source, mode)
    if isinstance(want, ast.AST):
        if got.startswith("!"):
            return "accepted", got
        if trees:
            want = ast.dump(want, include_attributes=True)
            if big(got) != want:
                return first_difference(want, big(got)), ""
        return None
    if not same_error(want, got):
        return want, got
    return None


def snippets(path):
    """Every string literal of a file that could be a program, and every doctest of its docstrings."""
    with open(path, "rb") as f:
        tree = ast.parse(f.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 20000:
            text = node.value
            yield text
            if "\n" in text:
                yield textwrap.dedent(text)
            if ">>>" in text:
                piece = []
                for line in text.split("\n") + [""]:
                    line = line.strip()
                    if line.startswith(">>> "):
                        if piece:
                            yield "\n".join(piece)
                        piece = [line[4:]]
                    elif line.startswith("...") and piece:
                        piece.append(line[4:])
                    elif piece:
                        yield "\n".join(piece) + "\n"
                        piece = []
            elif len(text) < 200 and "\n" not in text:
                yield f"def f():\n    {text}\n"
                yield f"({text})"
        elif isinstance(node, ast.Constant) and isinstance(node.value, bytes) and 0 < len(node.value) < 2000:
            yield node.value


def report(driver, items, limit=400):
    count = bad = 0
    seen = set()
    for source in items:
        if source in seen:
            continue
        seen.add(source)
        for mode in ("exec", "eval", "single"):
            count += 1
            difference = compare_one(driver, source, mode)
            if difference:
                bad += 1
                if bad <= limit:
                    print(f"{mode} {source[:300]!r}\n    want {difference[0]}\n    got  {difference[1]}")
                break
    print(f"{count} cases, {bad} differ")
    return bad


OPERATORS = "( ) [ ] { } , : ; . = == := + - * ** / // @ ! != -> += ~ ... | & < > % as if else for in not and or is " \
            "lambda yield await async def class return pass del with try except finally while from import match case " \
            "type _ None True print global raise assert f'{ f\"a{x}\" t'' 'a' b'a' 1 0x 1_ \\ # \n \t é $ ? `".split(" ")


def mutations(rng, count, files):
    texts = []
    for path in files:
        with open(path, "rb") as f:
            try:
                texts.append(f.read().decode())
            except UnicodeDecodeError:
                pass
    for _ in range(count):
        lines = rng.choice(texts).splitlines(keepends=True)
        if not lines:
            continue
        start = rng.randrange(len(lines))
        text = textwrap.dedent("".join(lines[start:start + rng.choice((1, 2, 3, 5, 8, 15))]))
        parts = re.findall(r"\w+|\s+|[^\w\s]", text)
        if not parts:
            continue
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            i = rng.randrange(len(parts))
            what = rng.random()
            if what < 0.3:
                parts[i] = ""
            elif what < 0.6:
                parts.insert(i, rng.choice(OPERATORS) + rng.choice(("", " ")))
            elif what < 0.8:
                parts[i] = rng.choice(OPERATORS)
            elif what < 0.9:
                j = rng.randrange(len(parts))
                parts[i], parts[j] = parts[j], parts[i]
            else:
                parts.insert(i, rng.choice(parts))
        yield "".join(parts)


def main():
    global COMPARE_TEXT
    args = sys.argv[1:]
    if "--text" in args:
        args.remove("--text")
        COMPARE_TEXT = True
    driver = Driver(args[0])
    started = time.time()
    if args[1] == "files":
        bad = compare_files(driver, args[2:])
    elif args[1] == "errors":
        bad = report(driver, (s for path in python_files(args[2:]) for s in snippets(path)))
    else:
        rng = random.Random(int(args[2]))
        bad = report(driver, mutations(rng, int(args[3]), list(python_files(args[4:]))))
    print(f"{time.time() - started:.0f} s")
    sys.exit(bad != 0)


if __name__ == "__main__":
    main()
