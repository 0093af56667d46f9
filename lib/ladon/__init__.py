# SPDX-License-Identifier: MIT
"""What Ladon adds to the standard library.

    ladon.loop    the event loop over libuv that asyncio uses by default
    ladon.serve   one server on several event loops in several threads
"""
