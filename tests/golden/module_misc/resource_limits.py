# Limits that are none: negative numbers but -1, and what does not fit.
import resource
low, high = resource.getrlimit(resource.RLIMIT_FSIZE)
for value in -5, -2**63, -2**1000, 2**64:
    for pair in (value, high), (low, value):
        try:
            print(resource.setrlimit(resource.RLIMIT_FSIZE, pair))
        except (ValueError, OverflowError) as e:
            print(type(e).__name__, e)
print(resource.getrlimit(resource.RLIMIT_FSIZE) == (low, high))
# expect: ValueError Cannot convert negative int
# expect: ValueError Cannot convert negative int
# expect: ValueError Cannot convert negative int
# expect: ValueError Cannot convert negative int
# expect: ValueError Cannot convert negative int
# expect: ValueError Cannot convert negative int
# expect: OverflowError Python int too large to convert to C rlim_t
# expect: OverflowError Python int too large to convert to C rlim_t
# expect: True
