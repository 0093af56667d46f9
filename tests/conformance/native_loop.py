# SPDX-License-Identifier: MIT
"""asyncio's own tests of event loops, on Ladon's. CPython's files name the selector loop where they make one."""
import asyncio
import unittest

from test.test_asyncio import test_events, test_sendfile, test_server, test_sock_lowlevel
from test.test_asyncio import utils


class Native:
    def create_event_loop(self):
        return asyncio.EventLoop()

    new_loop = create_event_loop


class Events(Native, test_events.EventLoopTestsMixin, test_events.SubprocessTestsMixin, utils.TestCase):
    pass


class Sockets(Native, test_sock_lowlevel.BaseSockTestsMixin, utils.TestCase):
    pass


class Sendfile(Native, test_sendfile.SendfileTestsBase, utils.TestCase):
    pass


class Server(Native, test_server.BaseStartServer, unittest.TestCase):
    pass


if __name__ == "__main__":
    unittest.main()
