# SPDX-License-Identifier: MIT
"""Writes and reads JSON with a small encoder and parser of its own: strings, dicts, recursion."""
import sys
sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/micro")
from _timing import report


def encode(v, out):
    if isinstance(v, str):
        out.append('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"')
    elif isinstance(v, dict):
        out.append("{")
        for i, (k, x) in enumerate(v.items()):
            if i:
                out.append(",")
            encode(k, out)
            out.append(":")
            encode(x, out)
        out.append("}")
    elif isinstance(v, list):
        out.append("[")
        for i, x in enumerate(v):
            if i:
                out.append(",")
            encode(x, out)
        out.append("]")
    else:
        out.append(str(v))


class Parser:
    def __init__(self, text):
        self.text, self.at = text, 0

    def value(self):
        c = self.text[self.at]
        if c == "{":
            self.at += 1
            d = {}
            while self.text[self.at] != "}":
                k = self.value()
                self.at += 1
                d[k] = self.value()
                if self.text[self.at] == ",":
                    self.at += 1
            self.at += 1
            return d
        if c == "[":
            self.at += 1
            xs = []
            while self.text[self.at] != "]":
                xs.append(self.value())
                if self.text[self.at] == ",":
                    self.at += 1
            self.at += 1
            return xs
        if c == '"':
            end = self.text.index('"', self.at + 1)
            s = self.text[self.at + 1:end]
            self.at = end + 1
            return s
        start = self.at
        while self.text[self.at] in "0123456789-.":
            self.at += 1
        return int(self.text[start:self.at])


def run(n):
    data = [{"id": i, "name": "item %d" % i, "tags": ["a", "b", "c"], "size": {"w": i, "h": i * 2}}
            for i in range(n)]
    out = []
    encode(data, out)
    text = "".join(out)
    back = Parser(text).value()
    return [len(text), back == data]


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
