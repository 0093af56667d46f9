# SPDX-License-Identifier: MIT
"""Writes core/base/dtoa_pow10.c: for k from -292 to 324 the 128 leading bits of 10**k, rounded up.

usage: python3 tools/pow10_table.py [output file]
"""

import pathlib
import sys


def leading_bits(k):
    if k >= 0:
        n = 10 ** k
        shift = n.bit_length() - 128
        return -(-n >> shift) if shift > 0 else n << -shift
    d = 10 ** -k
    shift = 127 + d.bit_length()
    q = -(-(1 << shift) // d)
    if q.bit_length() > 128:
        q = -(-(1 << shift - 1) // d)
    assert q.bit_length() == 128, k
    return q


lines = ["// SPDX-License-Identifier: MIT",
         "// Made by tools/pow10_table.py; not edited by hand. The 128 leading bits (high word, low word) of the",
         "// powers of ten from -292 to 324, rounded up. Constant data, no locks; read by dtoa.c.",
         '#include "core/base/dtoa_int.h"', "", "const uint64_t dtoa_pow10[617][2] = {"]
for k in range(-292, 325):
    n = leading_bits(k)
    lines.append(f"    {{0x{n >> 64:016x}u, 0x{n & (1 << 64) - 1:016x}u}},")
lines.append("};")
pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "core/base/dtoa_pow10.c").write_text("\n".join(lines) + "\n")
