# SPDX-License-Identifier: MIT
# A method of a built-in type that is taken from an object before it is called leaves nothing behind.
import resource


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


b = bytearray(b"x")


def calls(n):
    for _ in range(n):
        f = b.swapcase
        f()
        f = b.center
        f(3, b"-")


calls(1000)
before = peak()
calls(30000)
print(peak() - before < 36000)  # expect: True
