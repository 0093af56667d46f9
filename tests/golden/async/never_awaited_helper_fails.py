# SPDX-License-Identifier: MIT
"""A helper of the warnings module that fails is reported, and the coroutine that was never awaited all the same; a warning made an error only once."""
import sys
import warnings

seen = []
sys.unraisablehook = lambda u: seen.append((u.err_msg.split(" <")[0], repr(u.exc_value)))


async def corofn():
    pass


def drop():
    seen.clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        corofn()
    print(seen, [str(w.message) for w in caught])


action = "always"
drop()
helper = warnings._warn_unawaited_coroutine
warnings._warn_unawaited_coroutine = lambda coro: 1 / 0
drop()
del warnings._warn_unawaited_coroutine
drop()
warnings._warn_unawaited_coroutine = helper
action = "error"
drop()
# expect: [] ["coroutine 'corofn' was never awaited"]
# expect: [('Exception ignored while finalizing coroutine', "ZeroDivisionError('division by zero')")] ["coroutine 'corofn' was never awaited"]
# expect: [] ["coroutine 'corofn' was never awaited"]
# expect: [('Exception ignored while finalizing coroutine', 'RuntimeWarning("coroutine \'corofn\' was never awaited")')] []
