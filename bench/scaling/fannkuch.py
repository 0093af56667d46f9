# SPDX-License-Identifier: MIT
"""Over all permutations of n: the most prefix reversals until 1 leads, and an alternating sum."""
from _copies import main


def fannkuch(n):
    order = list(range(n))
    counts = [0] * n
    most = checksum = 0
    even = True
    while True:
        first = order[0]
        if first:
            work = order[:]
            flips = 0
            while first:
                work[:first + 1] = work[first::-1]
                flips += 1
                first = work[0]
            if flips > most:
                most = flips
            checksum += flips if even else -flips
        # The next permutation: rotate ever longer prefixes until one has not gone round yet.
        i = 1
        while i < n:
            order.insert(i, order.pop(0))
            counts[i] += 1
            if counts[i] <= i:
                break
            counts[i] = 0
            i += 1
        if i == n:
            return [checksum, most]
        even = not even


if __name__ == "__main__":
    main("fannkuch", fannkuch, 10)
