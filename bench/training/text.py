# SPDX-License-Identifier: MIT
"""Text and bytes: splitting, formatting, regular expressions, codecs, files, CSV, JSON, templates, parsing."""
import ast
import base64
import csv
import hashlib
import html
import io
import json
import os
import re
import string
import struct
import tempfile
import textwrap
import tokenize
import urllib.parse

WORDS = ("Lorem ipsum dolor sit amet, consectetur adipisici elit; sed eiusmod tempor incidunt ut labore et dolore "
         "magna aliqua. Straße, Ærø, naïve café, \u03b1\u03b2\u03b3, \u4f60\u597d, \U0001f600!").split(" ")
LOG = re.compile(r"(?P<host>\d+\.\d+\.\d+\.\d+) - (?P<user>\S+) \[(?P<when>[^\]]+)\] \"(?P<verb>GET|POST) (?P<path>\S+)\" (\d{3})")
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*)|([A-Za-z_]\w*)|(\*\*|[-+*/()=<>]))")


def evaluate(text):
    """A recursive-descent calculator."""
    tokens = [m.groups() for m in TOKEN.finditer(text)]
    at = 0

    def peek():
        return tokens[at][2] if at < len(tokens) else None

    def atom():
        nonlocal at
        number, name, sign = tokens[at]
        at += 1
        if number:
            return float(number)
        if sign == "(":
            value = total()
            at += 1
            return value
        return -atom() if sign == "-" else 0.0

    def product():
        nonlocal at
        value = atom()
        while (sign := peek()) in ("*", "/"):
            at += 1
            other = atom()
            value = value * other if sign == "*" else value / other
        return value

    def total():
        nonlocal at
        value = product()
        while (sign := peek()) in ("+", "-"):
            at += 1
            other = product()
            value = value + other if sign == "+" else value - other
        return value
    return total()


def slug(text):
    out = []
    for c in text.lower():
        if c.isalnum():
            out.append(c)
        elif out and out[-1] != "-":
            out.append("-")
    return "".join(out).strip("-")


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def files(folder):
    path = os.path.join(folder, "text.txt")
    with open(path, "w", encoding="utf-8") as f:
        for i in range(300):
            f.write(f"{i}\t{WORDS[i % len(WORDS)]}\t{i * 0.5:8.3f}\n")
            print(i, "line", file=f)
    with open(path, encoding="utf-8") as f:
        total = sum(len(line.rstrip("\n").split("\t")) for line in f)
    with open(path, "rb") as f:
        data = f.read()
    assert os.path.getsize(path) == len(data) and os.path.exists(path)
    table = io.StringIO()
    writer = csv.writer(table)
    for i in range(100):
        writer.writerow([i, "a,b", 'say "x"', i / 3])
    rows = list(csv.reader(io.StringIO(table.getvalue())))
    return total + len(rows)


def main():
    sentence = " ".join(WORDS)
    record = {"id": 1, "name": "x\u00e9\n", "list": [1, 2.5, None, True, {"deep": ["a"] * 5}], "text": sentence}
    source = "def f(a, b=1):\n    # text\n    return [a + b for i in range(10) if i > a and not b]\n" * 5
    for turn in range(600):
        assert " ".join(sentence.split()) == sentence
        sentence.upper().lower().title().swapcase().replace("o", "0").find("d0l0r")
        sentence.partition(" "), sentence.rsplit(" ", 3), sentence.splitlines(), sentence.count("e"), sentence.strip(" !")
        [w.strip(",.;").capitalize() for w in WORDS if w.startswith(("L", "d", "s")) or w.endswith("t")]
        sentence.encode().decode(), sentence.encode("utf-16").decode("utf-16"), "abc".encode("ascii"), sentence.encode("latin-1", "replace")
        sentence[::-1], sentence[3:40], sentence[5], "ab" * 20, "dolor" in sentence, sentence < "M", "%s: %5d %r %.3f %x" % ("a", 3, "b", 1.5, 255)
        "{} {:>10} {name!r:<8} {:,}".format(12345, "x", 9876543, name="n"), f"{turn:05d} {turn / 7:.4f} {turn!r:>6} {sentence[:5]}"
        sentence.translate({ord("e"): "3", ord("o"): None}), sentence.casefold(), "a-b_c".isidentifier(), "12".isdigit(), "7".zfill(4)
        out = ""
        for w in WORDS:
            out += w
            out += " "
        lines = []
        for i, w in enumerate(WORDS):
            lines.append(f"{i:>3}: {w}")
        "\n".join(lines)
        slug(sentence)
        distance("kitten sitting", "sitting kitten")
        for i in range(6):
            m = LOG.match(f'127.0.0.{i} - bob [10/Oct/2000:13:55:36] "GET /index{i}.html" 200')
            m["host"], m.group("path", "verb"), m.groupdict(), m.span()
        re.sub(r"(\w+) (\w+)", r"\2 \1", sentence), re.findall(r"\b[a-z]+\b", sentence), re.split(r"[,;.]\s*", sentence)
        re.sub(r"\d", lambda m: str(int(m[0]) + 1), "a1b2c3"), re.search(r"(?i)STRASSE|straße", sentence), re.fullmatch(r"(a|b)*c?", "abababc")
        assert evaluate("2 * (3 + 4) - 10 / (1 + 1) * -2") == 24
        assert json.loads(json.dumps(record)) == record
        json.dumps(record, indent=2, sort_keys=True)
        int("123456"), float("3.25e2"), str(123456789), repr(1.1), hex(255), int("ff", 16), str(2 ** 100), ord("a"), chr(8364), bool("x")
        base64.b64decode(base64.b64encode(b"some bytes" * 10))
        struct.unpack("<IHd", struct.pack("<IHd", 7, 2, 1.5))
        b = bytearray(b"abc")
        for i in range(40):
            b.append(i)
            b += b"xy"
        b.find(b"xyx"), bytes(b)[3:9], b.hex(), b"a b c".split(), b"GET / HTTP/1.1\r\n\r\n".partition(b"\r\n"), memoryview(b)[2:5].tobytes()
        hashlib.sha256(sentence.encode()).hexdigest()
        urllib.parse.urlsplit("http://user@host:80/path?q=1#frag"), urllib.parse.quote(sentence), urllib.parse.parse_qs("a=1&b=2")
        html.escape("<a href='x'>&</a>"), textwrap.fill(sentence, 40), string.Template("$a and ${b}").substitute(a=1, b=2)
        if turn % 10 == 0:
            compile(source, "training", "exec")
            ast.unparse(ast.parse(source))
            list(tokenize.generate_tokens(io.StringIO(source).readline))
            ast.literal_eval("{'a': [1, 2, (3, None)], 'b': -1.5}")
    with tempfile.TemporaryDirectory() as folder:
        files(folder)


main()
