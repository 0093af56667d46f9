# SPDX-License-Identifier: MIT
# A profile function hears of the end of the very call that sets it where the calls of that function are monitored, and not elsewhere.
import sys

events, calls, mon = [], [], sys.monitoring


def profile(frame, event, arg):
    events.append((event, getattr(arg, "__name__", None)))


def f(n):
    for i in range(n):
        if i == 1:
            sys.setprofile(*[profile]) if n == 3 else sys.setprofile(profile)
        len("a"), isinstance(i, str), list.append([], i)
        if i == 2:
            sys.setprofile(None)


mon.use_tool_id(1, "test")
mon.register_callback(1, mon.events.CALL, lambda code, offset, function, first: calls.append(function.__name__))
for monitored in mon.events.CALL, 0:
    mon.set_local_events(1, f.__code__, monitored)
    for n in 3, 4:
        f(n)
        print(len(events), events[0], events[-1], len(calls))
        events.clear()
        calls.clear()
mon.free_tool_id(1)
# expect: 14 ('c_return', 'setprofile') ('c_call', 'setprofile') 12
# expect: 14 ('c_return', 'setprofile') ('c_call', 'setprofile') 15
# expect: 13 ('c_call', 'len') ('c_call', 'setprofile') 0
# expect: 13 ('c_call', 'len') ('c_call', 'setprofile') 0
