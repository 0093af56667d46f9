# SPDX-License-Identifier: MIT
"""Random programs of several threads (see _races): no crash, no hang, no broken promise, and with
ThreadSanitizer no report. FUZZ_SEED is the first program's seed, FUZZ_TURNS how many programs there are,
FUZZ_KINDS names the kinds to take, FUZZ_OPERATIONS says how many each thread does, FUZZ_THREADS how many
threads there are. FUZZ_LOUD=1 names each program before it runs."""
import os
import sys
import warnings

import _races

warnings.simplefilter("ignore")
sys.unraisablehook = lambda _: None         # what finalizers raise is an answer, too
SEED = int(os.environ.get("FUZZ_SEED", "20260101"))
for seed in range(SEED, SEED + int(os.environ.get("FUZZ_TURNS", "60"))):
    _races.run(seed, os.environ.get("FUZZ_KINDS", "").split(), int(os.environ.get("FUZZ_OPERATIONS", "300")),
               int(os.environ.get("FUZZ_THREADS", "0")), loud="FUZZ_LOUD" in os.environ)
print("ok")

# expect: ok
# timeout: 300
