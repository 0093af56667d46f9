# SPDX-License-Identifier: MIT
"""Source text that is cut, mixed and damaged: compile() gives a code object or one of the documented
exceptions, never a crash. The seed is printed; FUZZ_SEED and FUZZ_TURNS set seed and turns."""
import os
import random
import sys
import warnings

warnings.simplefilter("ignore")
SEED = int(os.environ.get("FUZZ_SEED", "20260101"))
TURNS = int(os.environ.get("FUZZ_TURNS", "10000"))
sys.stderr.write("seed %d\n" % SEED)
rng = random.Random(SEED)

here = os.path.dirname(os.path.abspath(__file__))
corpus = []
for folder, names, files in os.walk(os.path.join(here, "..", "golden")):
    names.sort()
    for f in sorted(files):
        if f.endswith(".py"):
            with open(os.path.join(folder, f), encoding="utf8", errors="replace") as file:
                corpus.append(file.read()[:1500])
TOKENS = ("( ) [ ] { } : , ; . ... -> := = == += ** * @ @= ~ ! != <> \\ ' \" ''' \"\"\" f' f\" t' rb' b\" {{ }} "
          "0x 0b2 1e 1_ 1__0 0o8 1j 012 if else elif for while try except except* finally with async await def "
          "class lambda yield from import as global nonlocal return raise del pass break continue match case _ "
          "type in is not and or None True False assert \n \n\t \r \x0c \0 \ufeff é € \U0001f600 \u2028 # # coding:x "
          "$ ? ` print exec").split(" ")


def damage(text):
    for _ in range(rng.randrange(1, 5)):
        k = rng.randrange(7)
        i = rng.randrange(len(text) + 1)
        j = min(len(text), i + rng.randrange(20))
        if k == 0:
            text = text[:i] + text[j:]
        elif k == 1:
            text = text[:i] + rng.choice(TOKENS) + text[i:]
        elif k == 2:
            text = text[:i] + text[i:j] * 3 + text[j:]
        elif k == 3:
            text = text[:i]
        elif k == 4:
            other = rng.choice(corpus)
            a = rng.randrange(len(other) + 1)
            text = text[:i] + other[a:a + 40] + text[j:]
        elif k == 5:
            text = text[:i] + chr(rng.choice((0, 9, 10, 13, 127, 0x80, 0xD800, 0xFFFF, 0x10FFFF))) + text[j:]
        else:
            text = text[:i] + rng.choice("([{") * rng.randrange(1, 120) + text[j:]
        if not text:
            text = "x"
    return text


good = bad = 0
for turn in range(TURNS):
    text = damage(rng.choice(corpus))
    source = text
    if turn % 3 == 0:
        source = text.encode("utf8", "surrogatepass")
        if turn % 2 == 0 and source:
            b = bytearray(source)
            b[rng.randrange(len(b))] = rng.randrange(256)
            source = bytes(b)
    try:
        compile(source, "fuzz", rng.choice(("exec", "exec", "eval", "single")))
        good += 1
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, UnicodeError) as e:
        str(e)
        bad += 1
sys.stderr.write("%d compiled, %d refused\n" % (good, bad))
print("ok", good + bad == TURNS)

# expect: ok True
# timeout: 300
