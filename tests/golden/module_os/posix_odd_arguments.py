# SPDX-License-Identifier: MIT
# Arguments of os functions at the edges of what they take.
import os
import sys
import warnings


def report(f, *args, **kwargs):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            r = f(*args, **kwargs)
        except Exception as e:
            r = "%s %s" % (type(e).__name__, e)
    print(f.__name__, r, *(w.category.__name__ for w in seen))


class NoPath:
    __fspath__ = None


report(os.fspath, NoPath())
report(open, NoPath())
for device in (-1, -2, 2 ** 64, 1.5, os.makedev(4095, 2 ** 20 - 1)):
    report(os.major, device)
report(os.makedev, -1, -1)
report(os.makedev, 2 ** 32, 0)
print(os.sched_param(sched_priority=3), os.sched_param(1).__reduce__()[1])
report(os.sched_param)
report(os.posix_spawn, "/bin/true", ["true"], {}, scheduler=[None, os.sched_param(0)])
report(os.posix_spawn, "/bin/true", ["true"], {}, scheduler=(None, 2))
report(type(sys.flags))
report(type(sys.version_info), sys.version_info)
report(os.readinto, 0, b"")
fd = os.timerfd_create(0, flags=os.TFD_NONBLOCK)
print(os.get_inheritable(fd))
report(os.timerfd_settime, fd, initial=-0.1)
report(os.timerfd_settime, fd, initial=1e30)
report(os.timerfd_settime, fd, initial=0.5, interval=0.25)
os.close(fd)
report(os.fpathconf, True, "PC_NAME_MAX")
r, w = os.pipe()
pid = os.fork()
if not pid:
    os.dup2(w, 1)
    os.execve("/usr/bin/env", ["env"], {"A": "1", b"B": b"2"})
os.close(w)
print(os.waitpid(pid, 0)[1], os.read(r, 100))
# expect: fspath TypeError expected str, bytes or os.PathLike object, not NoPath
# expect: open TypeError expected str, bytes or os.PathLike object, not NoPath
# expect: major -1
# expect: major OverflowError can't convert negative int to unsigned
# expect: major OverflowError int too big to convert
# expect: major TypeError 'float' object cannot be interpreted as an integer
# expect: major 4095
# expect: makedev -1
# expect: makedev OverflowError Python int too large to convert to C unsigned int
# expect: posix.sched_param(sched_priority=3) (1,)
# expect: sched_param TypeError sched_param() missing required argument 'sched_priority' (pos 1)
# expect: posix_spawn TypeError posix_spawn: scheduler must be a tuple or None
# expect: posix_spawn TypeError must have a sched_param object
# expect: flags TypeError cannot create 'sys.flags' instances
# expect: version_info TypeError cannot create 'sys.version_info' instances
# expect: readinto TypeError readinto() argument 2 must be read-write bytes-like object, not bytes
# expect: False
# expect: timerfd_settime OSError [Errno 22] Invalid argument
# expect: timerfd_settime OverflowError timestamp out of range for C PyTime_t
# expect: timerfd_settime (0.0, 0.0)
# expect: fpathconf 255 RuntimeWarning
# expect: 0 b'A=1\nB=2\n'
