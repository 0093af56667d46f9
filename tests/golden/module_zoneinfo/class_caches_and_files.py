# ZoneInfo: the caches of the class and of its subclasses, zones from files, rules, pickling, what is refused.
import io
import pickle
import struct
import zoneinfo
from datetime import datetime, time, timedelta, timezone

Z = zoneinfo.ZoneInfo


def attempt(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


def file(tz):
    block = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    return io.BytesIO(block * 2 + b"\n" + tz + b"\n")


z = Z("UTC")
print(z is Z("UTC"), z is Z.no_cache("UTC"), repr(z), str(z), z.key)
# expect: True False zoneinfo.ZoneInfo(key='UTC') UTC UTC
Z.clear_cache(only_keys=["UTC"])
print(z is Z("UTC"))
# expect: False
print(pickle.loads(pickle.dumps(Z("UTC"))) is Z("UTC"), pickle.loads(pickle.dumps(Z.no_cache("UTC"))) is Z("UTC"), Z.no_cache("UTC").__reduce__()[1])
# expect: True False ('UTC', 0)


class Sub(Z):
    pass


print(type(Sub("UTC")) is Sub, Sub("UTC") is Sub("UTC"), Sub("UTC") is Z("UTC"), repr(Sub("UTC")), hasattr(Z, "_weak_cache"), type(Sub._weak_cache).__name__)
# expect: True True False Sub(key='UTC') False WeakValueDictionary
s = Sub("UTC")
s.extra = 1
Sub.clear_cache()
print(Sub("UTC") is s)
# expect: False
attempt(Z, "No/Such")
# expect: ZoneInfoNotFoundError 'No time zone found with key No/Such'
attempt(Z, "../UTC")
# expect: ValueError ZoneInfo keys must refer to subdirectories of TZPATH, got: ../UTC
attempt(Z, "no\ud800")
# expect: ZoneInfoNotFoundError 'No time zone found with key no\ud800'
attempt(setattr, z, "key", 1)
# expect: AttributeError readonly attribute
attempt(z.fromutc, 1)
# expect: TypeError fromutc: argument must be a datetime
attempt(z.fromutc, datetime(2020, 1, 1))
# expect: ValueError fromutc: dt.tzinfo is not self
attempt(z.utcoffset, 1)
# expect: AttributeError 'int' object has no attribute 'toordinal'
print(time(1, tzinfo=Z("Europe/Berlin")).utcoffset(), time(1, tzinfo=z).utcoffset())
# expect: None 0:00:00

f = Z.from_file(file(b"AAA3BBB,M3.2.0,M11.1.0/-1:30"))
print(f.key, repr(f).startswith("zoneinfo.ZoneInfo.from_file(<_io.BytesIO object"), str(Z.from_file(file(b"UTC0"), key="K")))
# expect: None True K
attempt(pickle.dumps, f)
# expect: PicklingError Cannot pickle a ZoneInfo file from a file stream.
for when in (datetime(2020, 3, 8, 1, 59), datetime(2020, 3, 8, 2, 30), datetime(2020, 3, 8, 2, 30, fold=1), datetime(2020, 10, 31, 21, 45), datetime(2020, 10, 31, 22, 0, fold=1)):
    d = when.replace(tzinfo=f)
    print(d.tzname(), d.utcoffset(), d.dst(), d.astimezone(timezone.utc).time())
# expect: AAA -1 day, 21:00:00 0:00:00 04:59:00
# expect: AAA -1 day, 21:00:00 0:00:00 05:30:00
# expect: BBB -1 day, 22:00:00 1:00:00 04:30:00
# expect: BBB -1 day, 22:00:00 1:00:00 23:45:00
# expect: AAA -1 day, 21:00:00 0:00:00 01:00:00
for text in (b"AAA", b"AAA25", b"AAA3BBB", b"AAA3BBB25,M3.2.0,M4.5.0", b"AAA3BBB,M3.2.0", b"AAA3BBB,M13.2.0,M4.5.0", b"AAA3BBB,J0,J4", b"AAA3BBB,M3.2.0,M4.5.0,M4.5.0", b"AAA3,M3.2.0,M4.5.0"):
    attempt(Z.from_file, file(text))
# expect: ValueError Invalid STD offset in b'AAA'
# expect: ValueError Invalid STD offset in b'AAA25'
# expect: ValueError Invalid DST offset in b'AAA3BBB'
# expect: ValueError Invalid DST offset in b'AAA3BBB25,M3.2.0,M4.5.0'
# expect: ValueError Missing transition rules in TZ string: b'AAA3BBB,M3.2.0'
# expect: ValueError Malformed transition rule in TZ string: b'AAA3BBB,M13.2.0,M4.5.0'
# expect: ValueError Malformed transition rule in TZ string: b'AAA3BBB,J0,J4'
# expect: ValueError Extraneous characters at end of TZ string: b'AAA3BBB,M3.2.0,M4.5.0,M4.5.0'
# expect: ValueError Invalid DST format in b'AAA3,M3.2.0,M4.5.0'


class Moment(datetime):
    pass


berlin = Z("Europe/Berlin")
m = berlin.fromutc(Moment(2020, 10, 25, 1, 30, tzinfo=berlin))
print(type(m).__name__, m.hour, m.fold, m.utcoffset())
# expect: Moment 2 1 1:00:00
del Sub._weak_cache
attempt(Sub, "UTC")
# expect: AttributeError type object 'Sub' has no attribute '_weak_cache'
