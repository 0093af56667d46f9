# SPDX-License-Identifier: MIT
"""The collector's settings and statistics changed and read while others collect."""
import gc
from _hammer import hammer


def change(rng):
    gc.enable() if rng.random() < 0.7 else gc.disable()
    gc.set_threshold(rng.randrange(600, 800), 10, 10)
    gc.set_debug(0)


def collect(rng):
    if rng.random() < 0.03:
        assert gc.collect(rng.randrange(3)) >= 0
    x = [{}]
    x[0][1] = x


def read(rng):
    assert gc.isenabled() in (True, False)
    assert len(gc.get_threshold()) == len(gc.get_count()) == 3 and gc.get_debug() == 0
    assert all(s["collections"] >= 0 and s["collected"] >= 0 for s in gc.get_stats())


hammer(change, collect, read, turns=600)
gc.enable()
print("ok")

# expect: ok
