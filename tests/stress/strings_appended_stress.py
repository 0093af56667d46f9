# SPDX-License-Identifier: MIT
"""A string that another thread had for a while is appended to in place by its owner once that has let go of it."""
import threading
import time
from _hammer import LIMIT


class Place:
    text = taken = None


def wait(turns):
    for _ in range(turns):
        pass


def look():
    while not stop:
        text = place.text
        if text is not None and place.taken is None:
            place.taken = True
            wait(3000)      # past the grace period of its removal
            hash(text)
        text = None


def grow():
    for turn in range(20_000):
        text = "".join(["be", "gun"]) + "abcdefghijklmnopqrstuvwxyz"
        text += "abc"       # from here on there is room behind it
        place.text = text
        while not place.taken:
            wait(10)
        place.text = None
        wait(2000 + turn % 20 * 500)
        text += "de"
        if text != "begunabcdefghijklmnopqrstuvwxyzabcde":
            wrong.append(text)
        if time.monotonic() > end:
            break
        place.taken = None


place, wrong, stop = Place(), [], False
end = time.monotonic() + LIMIT
looker, grower = threading.Thread(target=look), threading.Thread(target=grow)
looker.start()
grower.start()
grower.join()
stop = True
looker.join()
print("ok", wrong)

# expect: ok []
