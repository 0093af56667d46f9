# SPDX-License-Identifier: MIT
"""join() of lists of str and of bytes while other threads change them: each result is of one moment."""
from _hammer import hammer

words, blobs = ["aa"] * 8, [b"aa"] * 8


def change(rng):
    for items, new in ((words, chr(rng.choice((98, 252, 8364))) * 2), (blobs, bytes([rng.randrange(256)]) * 2)):
        k = rng.randrange(5)
        if k == 0:
            items.append(new)
        elif k == 1 and len(items) > 2:
            items.pop(rng.randrange(2))
        elif k == 2:
            items[0] = new
        elif k == 3 and len(items) > 100:
            del items[2:]
        else:
            items.reverse()


def join(rng):
    for sep, items in ((",", words), (b",", blobs)):
        text = sep.join(items)
        parts = [text[i:i + 2] for i in range(0, len(text), 3)]
        assert all(p[0] == p[1] for p in parts), text
        assert len(text) == 3 * len(parts) - 1, text


def join_mixed(rng):
    mixed = words + [b"x"] if rng.random() < 0.5 else [1]
    try:
        "".join(mixed)
    except TypeError:
        return
    raise AssertionError(mixed)


hammer(change, change, join, join, join_mixed)
print("ok")
# expect: ok
