# SPDX-License-Identifier: MIT
"""Zones that threads make, drop from the caches and ask while others do: one zone a key as long as it is cached, and the same answers always."""
import zoneinfo
from datetime import datetime, timedelta, timezone
from _hammer import hammer


class Sub(zoneinfo.ZoneInfo):
    pass


KEYS = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Africa/Cairo", "Europe/Dublin", "America/Lima", "Asia/Kolkata",
        "Europe/London", "Pacific/Apia"]
TIMES = [datetime(1950, 5, 5), datetime(2021, 7, 1, 12), datetime(2021, 10, 31, 2, 30), datetime(2050, 1, 1)]
ANSWERS = {(k, t): zoneinfo.ZoneInfo.no_cache(k).utcoffset(t) for k in KEYS for t in TIMES}


def ask(rng):
    key, t = rng.choice(KEYS), rng.choice(TIMES)
    z = rng.choice((zoneinfo.ZoneInfo, Sub))(key)
    if z.utcoffset(t) != ANSWERS[key, t] or z.key != key:
        raise AssertionError((key, t))
    t.replace(tzinfo=timezone.utc).astimezone(z).tzname()


def drop(rng):
    cls = rng.choice((zoneinfo.ZoneInfo, Sub))
    k = rng.randrange(4)
    if k == 0:
        cls.clear_cache()
    elif k == 1:
        cls.clear_cache(only_keys=[rng.choice(KEYS)])
    elif k == 2:
        cls.no_cache(rng.choice(KEYS)).dst(rng.choice(TIMES))
    else:
        type("Other", (cls,), {})(rng.choice(KEYS)).tzname(None)


hammer(ask, ask, ask, drop, turns=600)
