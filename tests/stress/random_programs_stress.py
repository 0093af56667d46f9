# SPDX-License-Identifier: MIT
"""A few random programs of several threads from a fixed seed, each kind once: see tests/fuzz/_races."""
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fuzz"))
import _races

warnings.simplefilter("ignore")
sys.unraisablehook = lambda _: None
for i, name in enumerate(sorted(_races.KINDS)):
    _races.run(i, [name], turns=12, threads=3)
print("ok")

# expect: ok
