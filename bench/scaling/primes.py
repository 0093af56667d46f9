# SPDX-License-Identifier: MIT
"""Counts the primes below a bound by trial division with the primes found so far."""
from _copies import main


def primes(bound):
    found = [2]
    n = 3
    while n < bound:
        for p in found:
            if p * p > n:
                found.append(n)
                break
            if n % p == 0:
                break
        n += 2
    return len(found)


if __name__ == "__main__":
    main("primes", primes, 1_500_000)
