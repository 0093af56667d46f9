# SPDX-License-Identifier: MIT
"""setlocale beside everything that reads the locale."""
import locale
import time
from _hammer import hammer


dirs = ("/tmp", "/usr", locale.bindtextdomain("a", None))


def change(rng):
    locale.setlocale(rng.choice((locale.LC_ALL, locale.LC_CTYPE, locale.LC_NUMERIC, locale.LC_TIME, locale.LC_COLLATE)), rng.choice(("C", "C.UTF-8", "")))


def read(rng):
    if locale.localeconv()["decimal_point"] != "." or locale.strcoll("a", "b") >= 0 or locale.strxfrm("abc") != "abc":
        raise SystemExit("wrong")
    if locale.nl_langinfo(locale.DAY_1) != "Sunday" or time.strftime("%A", (2024, 1, 7, 0, 0, 0, 6, 7, 0)) != "Sunday" or format(1.5, "n") != "1.5":
        raise SystemExit("wrong")
    locale.setlocale(locale.LC_ALL)
    locale.gettext("x")
    if locale.textdomain(rng.choice((None, "a", "b"))) not in ("messages", "a", "b") or locale.bindtextdomain("a", rng.choice((None, "/tmp", "/usr"))) not in dirs:
        raise SystemExit("wrong")
    locale.bind_textdomain_codeset("a", rng.choice((None, "UTF-8", "ASCII")))


hammer(change, read, read, read, turns=400)
print("ok")

# expect: ok
