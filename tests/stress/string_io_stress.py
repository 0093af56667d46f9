# SPDX-License-Identifier: MIT
"""One StringIO that threads write, read, seek, cut, copy, begin anew and close at once."""
import io
import threading

TEXT = "a\r\nb\n\u20ac\r" * 30


def use(s, kind, n):
    for i in range(n):
        try:
            if kind == 0:
                s.write(TEXT)
                s.seek(0)
            elif kind == 1:
                s.seek(0)
                s.read(7)
                s.readline()
                s.seek(0, 2)
                s.tell()
            elif kind == 2:
                s.truncate(i % 50)
                text, newline, position, rest = s.__getstate__()
                assert set(text) <= set(TEXT) | {"\0"} and position >= 0 and rest is None
                s.newlines
                s.getvalue()
            else:
                s.__init__(TEXT[: i % 9], newline=(None, "\r\n", "", "\r")[i % 4])
                s.__setstate__((TEXT, "\n", 3, None))
                if i % 16 == 0:
                    s.close()
                    s.__init__()
        except ValueError as e:
            assert "closed" in str(e), e


s = io.StringIO()
threads = [threading.Thread(target=use, args=(s, k, 400)) for k in (0, 1, 2, 3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("ok")

# expect: ok
