# Every zone of the machine answers as the library's own Python code does, before, between, at and behind its transitions.
import random
import zoneinfo
from datetime import datetime, timedelta, timezone
from zoneinfo import _zoneinfo

print(zoneinfo.ZoneInfo is not _zoneinfo.ZoneInfo)
# expect: True
rng = random.Random(5)
keys = sorted(zoneinfo.available_timezones())
wrong = []
for key in rng.sample(keys, min(len(keys), 60)) + ["Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "UTC"]:
    native, python = zoneinfo.ZoneInfo(key), _zoneinfo.ZoneInfo(key)
    times = [datetime(1970, 1, 1) + timedelta(seconds=t + d) for t in rng.sample(python._trans_utc, min(len(python._trans_utc), 5)) for d in (-3600, -1, 0, 1, 3599, 3600)]
    times += [datetime(rng.randrange(1, 10000), rng.randrange(1, 13), rng.randrange(1, 29), rng.randrange(24), rng.randrange(60)) for _ in range(20)]
    times += [datetime(1, 1, 2), datetime(9999, 12, 30, 23, 59, 59), datetime(2040, 3, 25, 1, 30), datetime(2041, 10, 27, 1, 30)]
    for dt in times:
        for fold in (0, 1):
            a, b = dt.replace(tzinfo=native, fold=fold), dt.replace(tzinfo=python, fold=fold)
            if (a.utcoffset(), a.dst(), a.tzname()) != (b.utcoffset(), b.dst(), b.tzname()):
                wrong.append((key, dt, fold))
        a, b = dt.replace(tzinfo=timezone.utc).astimezone(native), dt.replace(tzinfo=timezone.utc).astimezone(python)
        # (The Python code sees no repeated hour where there is one transition only.)
        if a.replace(tzinfo=None) != b.replace(tzinfo=None) or len(python._trans_utc) != 1 and a.fold != b.fold:
            wrong.append((key, dt, "utc"))
print(wrong[:5])
# expect: []
